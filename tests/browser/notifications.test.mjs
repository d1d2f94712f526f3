// Notifications: the number in the menu and in the title is the same on all pages of all browsers of a person.

import assert from 'node:assert/strict';
import { PASSWORD, eventually, story } from './site.mjs';

const badge = (page) => page.locator('#unread');
const isAt = (page, n) => eventually(async () => parseInt(await badge(page).filter({ visible: true }).textContent()), n);
const isClear = async (page) => {
  await badge(page).waitFor({ state: 'hidden' });
  assert.ok(!(await page.title()).startsWith('('));
  assert.match(await icon(page), /\/icon\.svg$/);
};
const icon = (page) => page.locator('link[rel=icon]').getAttribute('href');

story('the number is live on every page and in its title, and reading clears it everywhere at once', async (site) => {
  const [alice, bob, carol] = await site.people('alice', 'bob', 'carol');
  const id = await alice.write('Mine');
  const pages = [alice.page, await alice.open('profile/edit'), await alice.open(`post/${id}`)];
  const phone = await site.visitor();
  await phone.send('login', { username: 'alice', password: PASSWORD });
  await phone.goHome();
  const all = [...pages, phone.page];

  await bob.act(`post/${id}/like`);
  for (const page of all) await isAt(page, 1);
  await bob.comment(id, 'Hello');
  await carol.act('follow/alice');
  for (const page of all) await isAt(page, 3);
  assert.equal(await pages[1].title(), '(3) Edit Profile · QuartFeed');
  assert.match(await icon(pages[1]), /\/icon-new\.svg$/);
  assert.equal(await phone.page.title(), '(3) Home · QuartFeed');

  await phone.page.goto('notifications');
  await phone.page.getByText('bob liked your post').waitFor();
  await phone.page.getByText('carol followed you').waitFor();

  for (const page of all) await isClear(page);
  await phone.page.reload();
  assert.equal(await phone.page.getByRole('button', { name: 'Mark all as read' }).count(), 0);
  await bob.comment(id, 'Again');
  for (const page of all) await isAt(page, 1);
});

story('a muted post causes no notifications until it is unmuted', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const id = await alice.write('Mine');
  const other = await alice.write('Another');
  await alice.page.goto(`post/${id}`);
  await alice.page.getByRole('button', { name: 'Stop notifications about this post' }).press('Enter');
  const again = alice.page.getByRole('button', { name: 'Notify me about this post again' });
  await again.waitFor();

  await bob.comment(id, 'Not heard');
  await bob.comment(other, 'Heard');
  await isAt(alice.page, 1);
  await alice.page.locator('.comment', { hasText: 'Not heard' }).waitFor();

  await again.click();
  await alice.page.getByRole('button', { name: 'Stop notifications about this post' }).waitFor();
  await bob.comment(id, 'Heard again');
  await isAt(alice.page, 2);
});

story('nobody is notified of their own actions or of a like that was taken back', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const id = await alice.write('Mine');
  await alice.comment(id, 'By myself, @alice');
  await bob.act(`post/${id}/like`);
  await isAt(alice.page, 1);

  await bob.act(`post/${id}/unlike`);

  await alice.page.goto('notifications');
  await alice.page.getByText('Nothing yet.').waitFor();
  await isClear(alice.page);
});
