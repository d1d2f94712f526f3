// Deleting: a post or comment disappears everywhere at once, and undoing puts it back in its place.

import assert from 'node:assert/strict';
import { assertAsLoaded, assertFocus, button, comments, eventually, gone, hasFocus, post, river, story } from './site.mjs';

const undo = (page) => page.getByRole('button', { name: 'Undo' });

/** Alice follows Bob, who has written three posts. She has several pages open. */
async function manyPages(site) {
  const [alice, bob] = await site.people('alice', 'bob');
  const ids = {};
  for (const text of ['One', 'Two', 'Three']) ids[text] = await bob.write(text);
  await bob.comment(ids.Two, 'c1', 'c2');
  await alice.comment(ids.Two, 'c3');
  await alice.follow(bob);
  const paths = ['everything', 'discussions', 'user/bob'];
  const pages = [alice.page, ...(await Promise.all(paths.map((path) => alice.open(path))))];
  await bob.goHome();
  return { alice, bob, pages, ids };
}

story('a deleted post disappears from every page at once, and undoing puts it back in its place', async (site) => {
  const { alice, bob, pages } = await manyPages(site);
  await eventually(() => river(bob.page), ['Two', 'Three', 'One']);

  await button(post(bob.page, 'Two'), 'Delete').press('Enter');

  for (const page of [bob.page, ...pages]) await gone(post(page, 'Two'));
  await assertFocus(post(bob.page, 'Three'));
  assert.deepEqual(await river(bob.page), ['Three', 'One']);
  await undo(bob.page).press('Enter');
  for (const page of [bob.page, ...pages]) await post(page, 'Two').waitFor();
  await eventually(() => hasFocus(post(bob.page, 'Two')), true);
  assert.deepEqual(await river(bob.page), ['Two', 'Three', 'One']);
  assert.deepEqual(await comments(alice.page, 'Two'), ['c1', 'c2', 'c3']);
  await gone(undo(bob.page));
  for (const page of [bob.page, ...pages]) await assertAsLoaded(page);
});

story('a deleted comment disappears from every page at once, and undoing puts it back in its place', async (site) => {
  const { bob, pages } = await manyPages(site);
  const second = post(bob.page, 'Two').locator('.comment', { hasText: 'c2' });

  await second.getByRole('button', { name: 'Delete this comment' }).press('Enter');

  for (const page of [bob.page, ...pages.slice(0, 3)]) await eventually(() => comments(page, 'Two'), ['c1', 'c3']);
  await assertFocus(post(bob.page, 'Two'));
  await undo(bob.page).press('Enter');
  for (const page of [bob.page, ...pages]) await eventually(() => comments(page, 'Two'), ['c1', 'c2', 'c3']);
  await eventually(() => hasFocus(post(bob.page, 'Two')), true);
  for (const page of [bob.page, ...pages]) await assertAsLoaded(page);
});

story('the author of a post, and nobody else, can delete the comments of others under it', async (site) => {
  const { alice, bob, pages } = await manyPages(site);
  const deletes = (page, text) =>
    post(page, 'Two').locator('.comment', { hasText: text }).getByRole('button', { name: 'Delete this comment' });
  assert.equal(await deletes(alice.page, 'c1').count(), 0);

  await deletes(bob.page, 'c3').click();

  for (const page of [bob.page, pages[0], pages[1], pages[3]]) {
    await eventually(() => comments(page, 'Two'), ['c1', 'c2']);
  }
  await gone(post(pages[2], 'Two')); // Alice no longer takes part in it
  await undo(bob.page).click();
  for (const page of [bob.page, ...pages]) await eventually(() => comments(page, 'Two'), ['c1', 'c2', 'c3']);
});

story('the permalink of a deleted post says so, and shows the post again after an undo', { excused: [/404/] }, async (site) => {
  const { alice, bob, ids } = await manyPages(site);
  const words = (page) => page.getByText('This post has been deleted.');
  for (const { page } of [alice, bob]) await page.goto(`post/${ids.Two}`);
  const url = alice.page.url();

  await button(post(bob.page, 'Two'), 'Delete').click();

  for (const { page } of [alice, bob]) await words(page).waitFor();
  await undo(bob.page).click();
  for (const { page } of [alice, bob]) {
    await eventually(() => comments(page, 'Two'), ['c1', 'c2', 'c3']);
    assert.ok(await words(page).isHidden());
  }

  await bob.act(`post/${ids.Two}/delete`);
  await words(alice.page).waitFor();
  await alice.page.reload();
  await alice.page.getByRole('heading', { name: 'Not found' }).waitFor();
  await bob.act(`post/${ids.Two}/undelete`);
  await alice.page.goto(url);
  await post(alice.page, 'Two').waitFor();
});

story('the offer to undo disappears by itself, but not while it has the focus', async (site) => {
  const { bob } = await manyPages(site);
  await bob.page.clock.install();
  await bob.goHome();
  await button(post(bob.page, 'Two'), 'Delete').click();
  await undo(bob.page).focus();

  await bob.page.clock.runFor(20_000);
  assert.ok(await undo(bob.page).isVisible());
  await undo(bob.page).blur();
  await bob.page.mouse.move(0, 0);
  await bob.page.clock.runFor(20_000);
  await gone(undo(bob.page));
});
