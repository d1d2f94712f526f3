// The first steps: register, sign in, follow somebody, write, and see a post arrive.

import assert from 'node:assert/strict';
import { answered, isMarked, live, mark, post, river, story } from './site.mjs';

async function followFromProfile(alice, bob) {
  await alice.page.goto(`user/${bob.username}`);
  await alice.page.getByRole('button', { name: 'Follow' }).click();
  await alice.page.getByRole('button', { name: 'Unfollow' }).waitFor();
  await answered(alice.page);
  await alice.page.getByRole('link', { name: 'Home' }).click();
  await alice.page.locator('#compose').waitFor();
}

async function firstWalk(site) {
  const alice = await site.newcomer('alice');
  const bob = await site.newcomer('bob');
  await followFromProfile(alice, bob);
  await live(alice.page);
  await mark(alice.page);
  const bobsOther = await bob.secondTab();

  await bob.post('Hello from bob');

  await post(alice.page, 'Hello from bob').waitFor();
  assert.ok(await isMarked(alice.page), 'without a reload');
  await post(bobsOther, 'Hello from bob').waitFor();
  // The second post proves that the event of the first has passed, so a duplicate would be there.
  await bob.post('And again', bobsOther);
  await post(bob.page, 'And again').waitFor();
  for (const page of [alice.page, bob.page, bobsOther]) {
    await post(page, 'And again').waitFor();
    assert.deepEqual(await river(page), ['And again', 'Hello from bob']);
  }
}

story('alice follows bob, and his post appears on her open page', firstWalk);

story('the first steps work under a path', { underPath: '/feed/' }, firstWalk);

story('the first steps work without JavaScript', async (site) => {
  const alice = await site.newcomer('alice', { javaScriptEnabled: false });
  const bob = await site.newcomer('bob', { javaScriptEnabled: false });
  await followFromProfile(alice, bob);
  await bob.post('Hello from bob');
  assert.deepEqual(await river(bob.page), ['Hello from bob']);

  await alice.page.reload();

  assert.deepEqual(await river(alice.page), ['Hello from bob']);
  assert.equal(await post(alice.page, 'Hello from bob').getByRole('button', { name: 'Delete' }).count(), 0);
});

story('alice sees the posts of bob only after she follows him', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await bob.post('Before she followed');
  await alice.page.reload();
  await alice.page.getByText('Nothing in your feed yet').waitFor();

  await alice.follow(bob);
  assert.deepEqual(await river(alice.page), ['Before she followed']);

  await alice.page.goto('user/bob');
  await alice.page.getByRole('button', { name: 'Unfollow' }).click();
  await alice.page.getByRole('button', { name: /^Follow/ }).waitFor();
  await answered(alice.page);
  await alice.goHome();
  assert.deepEqual(await river(alice.page), []);
});
