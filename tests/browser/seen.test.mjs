// What people have read: it is noticed while they read, told to their other devices, and shown where they come back.

import assert from 'node:assert/strict';
import { eventually, post, story } from './site.mjs';

/** Sends marks as the script does, without looking at anything. */
async function see(person, posts) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await person.context.request.post('seen', { data: { posts }, headers });
  assert.equal(answer.status(), 204, await answer.text());
}

/** Returns what is unread of a post, as the server knows it. */
async function unread(person, id) {
  return (await (await person.context.request.get(`api/v1/posts/${id}`)).json()).unread;
}

const marks = (answer) => JSON.parse(answer.request().postData()).posts;
/** Waits until the page has sent marks and the server has taken them. */
const sent = (page) => page.waitForResponse((answer) => answer.url().endsWith('/seen') && answer.status() === 204);
const firstNew = (article) => article.locator('[data-first-unread]');

story('what was in view for a while is read, and what is below the window is not', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const below = await bob.write(`Below ${'\n.'.repeat(60)}`);
  const talk = await bob.write('Talk');
  const comment = await bob.comment(talk, 'One', 'Two');
  const answer = sent(alice.page);
  await alice.follow(bob);

  const seen = marks(await answer);

  assert.deepEqual(seen, { [talk]: String(comment) });
  await bob.comment(below, 'Hello');
  assert.deepEqual(await unread(alice, below), { count: 0, first: null }, 'a post that nobody saw has no news');
});

story('a comment that arrives is marked as new, and is read once it was in view', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const talk = await bob.write('Talk');
  await see(alice, { [talk]: '0' });
  await alice.follow(bob);
  const article = post(alice.page, 'Talk');
  const answer = sent(alice.page);

  const comment = await bob.comment(talk, 'Are you there?');

  await firstNew(article).getByText('New comments from here').waitFor();
  assert.deepEqual(marks(await answer), { [talk]: String(comment) });
  await firstNew(article).waitFor({ state: 'detached' });
  assert.deepEqual(await unread(alice, talk), { count: 0, first: null });
});

story('reading on one device clears the other one, and folded news open at the first new comment', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const talk = await bob.write('Talk');
  const last = await bob.comment(talk, 'One', 'Two', 'Three');
  const long = '\n.'.repeat(60);
  await bob.write(`Above ${long}`);
  await see(alice, { [talk]: String(last) });
  await alice.follow(bob);
  const article = post(alice.page, 'Talk');

  const first = await bob.comment(talk, `Four ${long}`);
  await bob.comment(talk, 'Five');
  const news = article.getByRole('link', { name: '2 new comments' });
  await news.waitFor();
  assert.match(await news.getAttribute('href'), new RegExp(`/post/${talk}/talk#comment-${first}$`));
  assert.deepEqual(await unread(alice, talk), { count: 2, first });

  const phone = await site.visitor();
  await phone.signIn('alice');
  await phone.page.goto(`post/${talk}/talk`);
  assert.equal(await firstNew(phone.page).getAttribute('data-comment-id'), String(first));
  await article.getByRole('link', { name: '3 more comments' }).waitFor();
  assert.equal(await firstNew(article).count(), 0);
  assert.deepEqual(await unread(alice, talk), { count: 0, first: null });
  await phone.context.close();

  // The newest comment is in view as well, and does not hide the news before it.
  const six = await bob.comment(talk, `Six ${long}`);
  await bob.comment(talk, 'Seven');
  await article.getByRole('link', { name: '2 new comments' }).click();
  const opened = firstNew(article);
  await opened.waitFor();
  assert.equal(await opened.getAttribute('data-comment-id'), String(six));
  await eventually(() => opened.evaluate((it) => it.getBoundingClientRect().top < innerHeight && it.contains(document.activeElement)), true);
});

story('marks are sent when the page is left', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const one = await bob.write('One');
  const answer = sent(alice.page);
  await alice.follow(bob);
  await answer;
  const two = await bob.write('Two');
  const article = post(alice.page, 'Two');
  await article.waitFor();
  // The mark waits for the next request.
  await alice.page.waitForFunction((id) => document.querySelector(`#post-${id}`).dataset.seen === '0', two);

  await alice.page.goto('people');

  const comments = [await bob.comment(one, 'Hello'), await bob.comment(two, 'Hello')];
  const counts = async () => [await unread(alice, one), await unread(alice, two)];
  assert.deepEqual(await counts(), comments.map((first) => ({ count: 1, first })));
});

story('Home says up to where it was read', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const old = await bob.write('Old');
  await see(alice, { [old]: '0' });
  await bob.write('New');
  await alice.follow(bob);

  const order = await alice.page.locator('#river > :visible').evaluateAll((all) => all.map((it) => it.id || it.className));

  assert.equal(order[1], 'read-up-to');
  assert.equal(order[2], `post-${old}`);
  await sent(alice.page);
  await alice.goHome();
  assert.equal(await alice.page.locator('#read-up-to').count(), 0, 'everything is read');
});
