// Hiding, and the two orders of the home page.

import assert from 'node:assert/strict';
import { eventually, live, post, river, story } from './site.mjs';

const SMALL = { settings: { FEED_PAGE_SIZE: 3 } };
const foot = (page) => page.locator('.hidden-posts');
const hide = (person, kind, value, where = 'home') => person.act('hide', { kind, value, for: '1d', where });

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? '' : ' without JavaScript';

  story(`a post is hidden, and shown again from the foot of the page${how}`, async (site) => {
    const alice = await site.person('alice', { javaScriptEnabled });
    const bob = await site.person('bob');
    await bob.postElsewhere('A spoiler', 'Hello');
    await alice.follow(bob);
    const { page } = alice;

    await post(page, 'A spoiler').getByRole('link', { name: 'Hide' }).click();
    await page.getByRole('heading', { name: 'Hide this post' }).waitFor();
    await page.getByLabel('For how long').selectOption('A week');
    await page.getByRole('main').getByRole('button', { name: 'Hide' }).click();

    await post(page, 'Hello').waitFor();
    assert.deepEqual(await river(page), ['Hello']);
    await foot(page).getByText('1 hidden post', { exact: true }).click();
    assert.match(await foot(page).innerText(), /Post by bob, .*: this post, until \w+day/s);

    await foot(page).getByRole('button', { name: 'Show again' }).click();

    await post(page, 'A spoiler').waitFor();
    assert.equal(await foot(page).count(), 0);
  });
}

story('a hidden post does not arrive, and an open page follows what is hidden', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await bob.postElsewhere('A spoiler', 'Hello');
  await alice.follow(bob);
  assert.deepEqual(await river(alice.page), ['Hello', 'A spoiler']);

  await hide(alice, 'words', 'spoiler');

  await eventually(() => river(alice.page), ['Hello']);
  await eventually(() => foot(alice.page).innerText(), '1 hidden post');
  await bob.postElsewhere('Another spoiler', 'News');
  await post(alice.page, 'News').waitFor();
  assert.deepEqual(await river(alice.page), ['News', 'Hello']);

  await alice.act('unhide', { kind: 'words', value: 'spoiler' });

  await post(alice.page, 'Another spoiler').waitFor();
  await eventually(() => foot(alice.page).count(), 0);
});

story('each older page says what was taken out of it', SMALL, async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  for (let n = 1; n <= 8; n++) await bob.postElsewhere(n % 3 ? `Post ${n}` : `Spoiler ${n}`);
  await hide(alice, 'words', 'spoiler');
  await alice.follow(bob);

  // The page is short, so older posts load by themselves.
  await post(alice.page, 'Post 1').waitFor();
  assert.deepEqual(await river(alice.page), [8, 7, 5, 4, 2, 1].map((n) => `Post ${n}`));
  await eventually(() => foot(alice.page).locator('summary').allTextContents(), ['1 hidden post', '1 hidden post']);
});

story('in the order of dates a comment moves nothing, and a new post comes on top', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const old = await bob.write('Old');
  await bob.postElsewhere('New');
  await alice.follow(bob);
  const { page } = alice;

  await page.getByRole('link', { name: 'By date' }).click();
  await page.locator('[href="/?order=date"][aria-current]').waitFor();
  await live(page);
  await bob.comment(old, 'Still here');
  await post(page, 'Old').getByText('Still here').waitFor();
  assert.deepEqual(await river(page), ['New', 'Old']);
  await bob.postElsewhere('Newer');
  await post(page, 'Newer').waitFor();
  assert.deepEqual(await river(page), ['Newer', 'New', 'Old']);

  await alice.goHome();
  assert.deepEqual(await river(page), ['Newer', 'New', 'Old'], 'the order is remembered');
  await page.getByRole('link', { name: 'By activity' }).click();
  await eventually(() => river(page), ['Newer', 'Old', 'New']);
});
