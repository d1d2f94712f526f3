// Everything works without JavaScript: forms, links, and pages that say what was done.

import assert from 'node:assert/strict';
import { button, comments, eventually, ownMenu, post, river, signOut, story } from './site.mjs';

const PLAIN = { javaScriptEnabled: false };
const liking = (article, pressed) => article.locator(`.post-body > .meta .like[aria-pressed=${pressed}]`);

async function say(page, article, text) {
  await article.getByLabel('Write a comment').fill(text);
  await article.getByRole('button', { name: 'Comment', exact: true }).click();
}

story('a first day without JavaScript', async (site) => {
  const alice = await site.newcomer('alice', PLAIN);
  const bob = await site.person('bob');
  const id = await bob.write('Hello @alice');
  const { page } = alice;

  await alice.goHome();
  await page.getByRole('link', { name: 'Find people' }).click();
  await page.getByLabel('Name').fill('bo');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('button', { name: 'Follow bob' }).click();
  await page.waitForURL(/people\?q=bo$/);
  await page.getByRole('button', { name: 'Unfollow bob' }).waitFor();
  await alice.goHome();
  await alice.post('My own');
  assert.deepEqual(await river(page), ['My own', 'Hello @alice']);

  const bobs = page.locator(`#post-${id}`);
  await button(bobs, 'Like').click();
  await liking(bobs, true).waitFor();
  assert.equal(await bobs.locator('.likes').textContent(), 'You liked this');
  await button(bobs, 'Like').click();
  await liking(bobs, false).waitFor();
  await say(page, bobs, 'Hello bob');
  await eventually(() => bobs.locator('.comment-text').allTextContents(), ['Hello bob — alice']);

  await bobs.getByRole('link', { name: '@alice' }).click();
  await page.waitForURL(/user\/alice$/);
  await page.getByRole('link', { name: /Notifications/ }).click();
  await page.getByText('mentioned you').waitFor();
  assert.equal(await page.locator('#unread').textContent(), '1 unread');
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.locator('#unread').waitFor({ state: 'hidden' });
  await page.getByRole('main').getByRole('link', { name: 'Hello @alice' }).first().click();
  await page.waitForURL(/hello-alice/);
  await signOut(page);
  await page.getByText('You have been logged out').waitFor();
});

story('editing, the history, deleting and undoing without JavaScript', async (site) => {
  const alice = await site.person('alice', PLAIN);
  const { page } = alice;
  await alice.post('First words');
  const article = page.locator('article');
  await article.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Edit post').fill('Second words');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await post(page, 'Second words').waitFor();
  await article.getByRole('link', { name: 'edited' }).click();
  await page.getByRole('region', { name: 'History' }).getByText('First words').waitFor();

  await say(page, article, 'A coment');
  await article.locator('.comment').getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Edit comment').fill('A comment');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await eventually(() => comments(page, 'Second words'), ['A comment']);

  await article.getByRole('button', { name: 'Delete this comment' }).click();
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await eventually(() => comments(page, 'Second words'), ['A comment']);
  await article.getByRole('button', { name: 'Delete this post' }).click();
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await post(page, 'Second words').waitFor();
  assert.deepEqual(await comments(page, 'Second words'), ['A comment']);
  await alice.goHome();
  assert.deepEqual(await river(page), ['Second words']);
});

story('folded comments and likes open on a page of their own without JavaScript', async (site) => {
  const alice = await site.person('alice', PLAIN);
  const people = await site.people('bob', 'carol', 'dave', 'erin', 'frank');
  const [bob, carol] = people;
  const id = await carol.write('Popular #été');
  for (const person of people) if (person !== carol) await person.act(`post/${id}/like`);
  await alice.act(`post/${id}/like`);
  await bob.comment(id, 'c1', 'c2', 'c3', 'c4');
  const { page } = alice;
  await alice.goHome();
  assert.deepEqual(await comments(page, 'Popular #été'), ['c1', 'c4']);

  await page.getByRole('link', { name: '2 more comments' }).click();
  await page.waitForURL(/\/post\//);
  assert.deepEqual(await comments(page, 'Popular #été'), ['c1', 'c2', 'c3', 'c4']);
  await page.getByRole('link', { name: '2 other people' }).click();
  await page.waitForURL(/likes=all/);
  assert.equal(await page.locator('.likes').textContent(), 'You, frank, erin, dave and bob liked this');

  await page.getByRole('link', { name: '#été' }).click();
  await page.getByRole('heading', { name: '#été' }).waitFor();
  assert.deepEqual(await river(page), ['Popular #été']);
});

story('a profile is changed and renamed without JavaScript', { excused: [/422/] }, async (site) => {
  const alice = await site.person('alice', PLAIN);
  await site.person('bob');
  const { page } = alice;
  await (await ownMenu(page)).getByRole('link', { name: 'Profile' }).click();
  await page.getByRole('link', { name: 'Edit Profile' }).click();
  await page.getByLabel('Name (optional)').fill('Alice Liddell');
  await page.getByLabel('About you').fill('Down the hole');
  await page.getByLabel('Username').fill('bob');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Username already exists').waitFor();
  assert.equal(await page.getByLabel('About you').inputValue(), 'Down the hole');

  await page.getByLabel('Username').fill('alice_l');
  await page.getByRole('button', { name: 'Save', exact: true }).click();

  await page.getByText('Profile updated').waitFor();
  await page.goto('user/alice');
  await page.waitForURL(/user\/alice_l$/);
  await page.getByRole('heading', { name: 'Alice Liddell' }).waitFor();
  await page.getByText('Down the hole').waitFor();
});

story('notifications about a post are turned off and on without JavaScript', async (site) => {
  const alice = await site.person('alice', PLAIN);
  const id = await alice.write('Mine');
  await alice.page.goto(`post/${id}`);
  await alice.page.getByRole('button', { name: 'Stop notifications about this post' }).click();
  await alice.page.getByRole('button', { name: 'Notify me about this post again' }).click();
  await alice.page.getByRole('button', { name: 'Stop notifications about this post' }).waitFor();
});
