// Everything works with the keyboard alone.

import assert from 'node:assert/strict';
import { assertFocus, button, comments, eventually, gone, hasFocus, keysAreThere, live, ownMenu, PASSWORD, post, river, story } from './site.mjs';

const TABS_MAX = 30;

async function tabTo(page, locator) {
  await locator.waitFor();
  for (let i = 0; i < TABS_MAX; i++) {
    if (await hasFocus(locator)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${TABS_MAX} tabs do not lead to ${locator}`);
}

const focused = (page) => page.evaluate(() => document.activeElement.querySelector('.text')?.textContent);
const press = (page, ...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

async function signIn(page) {
  await page.goto('login');
  await press(page, 'Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await assertFocus(skip);
  assert.ok(await skip.evaluate((it) => it.getBoundingClientRect().y >= 0), 'and in sight');
  await press(page, 'Enter');
  await page.locator('main:focus').waitFor();

  await press(page, 'Tab');
  await assertFocus(page.getByLabel('Username'));
  await page.keyboard.type('alice');
  await tabTo(page, page.getByLabel('Password'));
  await page.keyboard.type(PASSWORD);
  await press(page, 'Enter');
  await page.locator('#compose').waitFor();
  await live(page);
}

async function write(page, text) {
  await page.keyboard.type(text);
  await press(page, 'Control+Enter');
  await post(page, text).waitFor();
  await eventually(() => page.getByLabel('Share something').inputValue(), '');
}

story('a day with the keyboard alone', async (site) => {
  await site.person('alice');
  const bob = await site.person('bob');
  const bobs = await bob.write('By bob');
  const { page } = await site.visitor();
  await signIn(page);

  // Search from the bar, and from the page of the search.
  await press(page, '/');
  await assertFocus(page.getByRole('search', { name: 'Site' }).getByRole('searchbox'));
  await page.keyboard.type('bo*');
  await press(page, 'Enter');
  await page.waitForURL(/search/);
  await keysAreThere(page);
  await press(page, '/');
  await assertFocus(page.getByRole('main').getByRole('searchbox'));

  // Find somebody and follow them.
  await tabTo(page, page.getByRole('link', { name: 'Find people' }));
  await press(page, 'Enter');
  await page.waitForURL(/people/);
  await tabTo(page, page.getByLabel('Name'));
  await press(page, 'Control+A');
  await page.keyboard.type('bo');
  await press(page, 'Enter');
  await page.waitForURL(/q=bo/);
  await tabTo(page, page.getByRole('button', { name: 'Follow bob' }));
  await press(page, 'Enter');
  await page.getByRole('button', { name: 'Unfollow bob' }).waitFor();
  await eventually(() => hasFocus(page.getByRole('button', { name: 'Unfollow bob' })), true);
  await page.goto('./');
  await live(page);

  // Write posts, and step through the river.
  await press(page, 'n');
  for (const text of ['First', 'Second', 'Third']) await write(page, text);
  await press(page, 'Escape', 'j');
  assert.equal(await focused(page), 'Third');
  await press(page, 'j');
  assert.equal(await focused(page), 'Second');
  await press(page, 'k');
  assert.equal(await focused(page), 'Third');
  await press(page, 'PageDown', 'PageDown', 'PageDown');
  assert.equal(await focused(page), 'By bob');
  await press(page, 'PageUp');
  assert.equal(await focused(page), 'First');

  // Like and comment.
  await press(page, 'j', 'l');
  await bob.page.locator(`#post-${bobs}`).getByText('alice liked this').waitFor();
  await press(page, 'c');
  await page.keyboard.type('A coment');
  await press(page, 'Control+Enter');
  await eventually(() => comments(page, 'By bob'), ['A coment']);
  await press(page, 'Escape');
  assert.equal(await focused(page), 'By bob', 'Escape leads back to the post');

  // Edit the comment.
  const comment = post(page, 'By bob').locator('.comment');
  await tabTo(page, comment.getByRole('link', { name: 'Edit' }));
  await press(page, 'Enter');
  await eventually(() => comment.getByLabel('Edit comment').count(), 1);
  await eventually(() => hasFocus(comment.getByLabel('Edit comment')), true);
  await press(page, 'Control+A');
  await page.keyboard.type('A comment');
  await press(page, 'Control+Enter');
  await eventually(() => hasFocus(comment.getByRole('link', { name: 'Edit', exact: true })), true);
  assert.deepEqual(await comments(page, 'By bob'), ['A comment']);

  // Delete, undo, and delete again.
  await press(page, 'k');
  await tabTo(page, button(post(page, 'First'), 'Delete'));
  await press(page, 'Enter');
  await gone(post(page, 'First'));
  assert.equal(await focused(page), 'By bob', 'the next post has the focus');
  // Events come in order: after this comment, the event of her own deletion has arrived too.
  await bob.comment(bobs, 'Hello');
  await eventually(() => comments(page, 'By bob'), ['A comment', 'Hello']);
  await press(page, 'z');
  await post(page, 'First').waitFor();
  await eventually(() => focused(page), 'First');
  await tabTo(page, button(post(page, 'First'), 'Delete'));
  await press(page, 'Enter');
  await gone(post(page, 'First'));
  assert.deepEqual(await river(page), ['Third', 'Second', 'By bob']);

  // Open a post and the notifications.
  await press(page, 'Enter');
  await page.waitForURL(/\/post\/\w+\/by-bob$/);
  await bob.comment(bobs, 'Thank you, @alice');
  await page.locator('#unread:not([hidden])').waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, page.getByRole('link', { name: /Notifications/ }));
  await press(page, 'Enter');
  await page.waitForURL(/notifications/);
  await tabTo(page, page.getByRole('main').getByRole('link', { name: 'By bob' }));
  await press(page, 'Enter');
  await page.waitForURL(/by-bob#comment-/);
});

story('the one-key shortcuts are listed, and can be switched off and on', async (site) => {
  const { page } = await site.person('alice');
  const box = page.getByRole('dialog').getByLabel('Keyboard shortcuts');
  await page.keyboard.press('?');
  await box.uncheck();
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'hidden' });
  await page.keyboard.press('n');
  assert.equal(await page.locator('#message:focus').count(), 0);

  await (await ownMenu(page)).getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await box.check();
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'hidden' });
  await page.keyboard.press('n');
  assert.equal(await page.locator('#message:focus').count(), 1);
});

story('shortcuts work with Caps Lock and on keyboards of other alphabets', async (site) => {
  const alice = await site.person('alice');
  for (const text of ['Three', 'Two', 'One']) await alice.write(text);
  await alice.goHome();
  const { page } = alice;
  const press = (key, code, more = {}) =>
    page.evaluate(
      ([options]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...options })),
      [{ key, code, ...more }],
    );

  await press('J', 'KeyJ');
  await assertFocus(post(page, 'One'));
  await press('о', 'KeyJ');
  await assertFocus(post(page, 'Two'));
  await press('ξ', 'KeyJ');
  await assertFocus(post(page, 'Three'));
  await press('ל', 'KeyK');
  await assertFocus(post(page, 'Two'));
  // A letter that a Latin keyboard has elsewhere is that letter.
  await press('x', 'KeyJ');
  await press('J', 'KeyJ', { shiftKey: true });
  await assertFocus(post(page, 'Two'));
});
