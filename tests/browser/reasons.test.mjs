// Friends of friends: a friend's like or comment brings a post, which names the reason and leaves with it.

import assert from 'node:assert/strict';
import { assertAsLoaded, eventually, gone, isMarked, live, mark, post, river, story } from './site.mjs';

const reason = (page, text) => post(page, text).locator('.via');

/** Alice follows Bob. Nobody follows Carol, who has written a post. */
async function carolIsAStranger(site) {
  const [alice, bob, carol] = await site.people('alice', 'bob', 'carol');
  await alice.follow(bob);
  const id = await carol.write('From afar');
  await carol.comment(id, 'One', 'Two', 'Three', 'Four');
  return { alice, bob, carol, id };
}

story('a post that a friend likes or comments on arrives complete, and leaves when the friend takes that back', async (site) => {
  const { alice, bob, carol, id } = await carolIsAStranger(site);
  await bob.write('By bob');
  await post(alice.page, 'By bob').waitFor();
  const everything = await alice.open('everything');
  assert.deepEqual(await river(alice.page), ['By bob']);

  await bob.act(`post/${id}/like`);
  await eventually(() => reason(alice.page, 'From afar').textContent(), 'bob liked this');
  await post(alice.page, 'From afar').getByRole('link', { name: '2 more comments' }).waitFor();
  await eventually(() => river(alice.page), ['From afar', 'By bob']);
  await assertAsLoaded(alice.page);

  const comment = await bob.comment(id, 'By a friend');
  await post(alice.page, 'From afar').getByText('By a friend').waitFor();
  await eventually(() => reason(alice.page, 'From afar').textContent(), 'bob liked this');
  await assertAsLoaded(alice.page);
  await bob.act(`post/${id}/unlike`);
  await eventually(() => reason(alice.page, 'From afar').textContent(), 'bob commented on this');

  await bob.act(`comment/${comment}/delete`);
  await gone(post(alice.page, 'From afar'));
  await bob.act(`comment/${comment}/undelete`);
  await eventually(() => reason(alice.page, 'From afar').textContent(), 'bob commented on this');
  await assertAsLoaded(alice.page);

  await alice.act('follow/carol');
  await gone(reason(alice.page, 'From afar'));
  await post(alice.page, 'From afar').waitFor();
  assert.equal(await reason(everything, 'From afar').count(), 0, 'why it is there is said at home alone');
  await carol.write('News from afar');
  await post(alice.page, 'News from afar').waitFor();
  for (const page of [alice.page, everything]) await assertAsLoaded(page);
});

story('a post does not leave while the reader is answering it', async (site) => {
  const { alice, bob, id } = await carolIsAStranger(site);
  await bob.act(`post/${id}/like`);
  const field = post(alice.page, 'From afar').getByLabel('Write a comment');
  await field.fill('I was just');

  await bob.act(`post/${id}/unlike`);

  await gone(reason(alice.page, 'From afar'));
  assert.equal(await field.inputValue(), 'I was just');
  await field.press('Control+Enter');
  await eventually(() => reason(alice.page, 'From afar').textContent(), 'You commented on this');
});

story('following and unfollowing redraw the river in the other tab', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  for (const text of ['The first', 'The second']) await bob.write(text);
  await alice.write('My own');
  await post(alice.page, 'My own').waitFor();
  await mark(alice.page);
  const profile = await alice.open('user/bob');

  await profile.getByRole('button', { name: 'Follow bob' }).press('Enter');

  await profile.getByRole('button', { name: 'Unfollow bob' }).waitFor();
  await eventually(() => river(alice.page), ['My own', 'The second', 'The first']);
  await bob.write('The third');
  await eventually(() => river(alice.page), ['The third', 'My own', 'The second', 'The first']);

  await profile.getByRole('button', { name: 'Unfollow bob' }).click();
  await eventually(() => river(alice.page), ['My own']);
  await profile.getByRole('button', { name: 'Follow bob' }).waitFor();
  await bob.write('The fourth');
  await eventually(() => river(profile), ['The fourth', 'The third', 'The second', 'The first']);
  assert.deepEqual(await river(alice.page), ['My own']);
  assert.ok(await isMarked(alice.page), 'without a reload');
  await live(alice.page);
});
