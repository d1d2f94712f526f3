// Keeping: saved posts, pinned posts and bells, with the script.

import assert from 'node:assert/strict';
import { assertFocus, button, eventually, isMarked, live, mark, post, river, story } from './site.mjs';

story('a post is saved without leaving the page, and looks saved wherever it is drawn again', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  const id = await bob.write('Good words');
  const { page } = alice;
  const save = button(post(page, 'Good words'), 'Save this post');
  const pressed = () => save.getAttribute('aria-pressed');
  await mark(page);

  // The button changes before the server has answered.
  const press = () => Promise.all([page.waitForResponse(`**/post/${id}/*save`), save.click()]);
  await press();
  assert.equal(await pressed(), 'true');
  await assertFocus(save);
  await bob.comment(id, 'And more');
  await post(page, 'Good words').getByText('And more').waitFor();
  assert.equal(await pressed(), 'true', 'an event leaves it pressed');
  assert.ok(await isMarked(page));

  const saved = await alice.open('saved');
  assert.deepEqual(await river(saved), ['Good words']);
  await bob.comment(id, 'Even more');
  await post(saved, 'Good words').getByText('Even more').waitFor();
  await bob.write('Other words');
  await post(page, 'Other words').waitFor();
  assert.deepEqual(await river(saved), ['Good words'], 'the list takes no new posts');

  await press();
  assert.equal(await pressed(), 'false');
  await saved.reload();
  assert.deepEqual(await river(saved), []);
});

story('a pinned post stands above the profile, and changes like any other', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const id = await bob.write('Old and good');
  await bob.write('New');
  const own = await bob.open(`post/${id}`);
  await mark(own);
  await own.getByRole('button', { name: 'Pin to your profile' }).click();
  await own.getByRole('button', { name: 'Unpin from your profile' }).waitFor();
  assert.ok(await isMarked(own));

  const profile = await alice.open('user/bob');
  assert.deepEqual(await river(profile), ['Old and good', 'New']);
  await profile.getByRole('region', { name: 'Pinned' }).getByText('Old and good').waitFor();
  await bob.write('Newest');
  await eventually(() => river(profile), ['Old and good', 'Newest', 'New']);
  await bob.act(`post/${id}/edit`, { message: 'Old and better' });
  await eventually(() => river(profile), ['Old and better', 'Newest', 'New']);
});

story('bells are set and removed in place, and ring', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const { page } = alice;
  await page.goto('user/bob');
  await live(page);
  await mark(page);
  await page.getByRole('button', { name: 'Notify me of new posts' }).click();
  await page.getByRole('button', { name: 'No longer notify me of new posts' }).waitFor();
  assert.ok(await isMarked(page));

  const id = await bob.write('News');
  const badge = page.locator('#unread').filter({ visible: true });
  await eventually(async () => parseInt(await badge.textContent()), 1);
  const thread = await alice.open(`post/${id}`);
  await thread.getByRole('button', { name: 'Notify me of every comment' }).click();
  await thread.getByRole('button', { name: 'No longer notify me of every comment' }).waitFor();
  await bob.comment(id, 'More news');
  await eventually(async () => parseInt(await badge.textContent()), 2);
  await thread.goto('notifications');
  await thread.getByText('bob commented on their own post').waitFor();
  await thread.getByText('bob wrote a post').waitFor();
});
