// Comments, likes and edits that arrive while somebody reads: they change posts in place, and drafts stay.

import assert from 'node:assert/strict';
import { assertAsLoaded, assertFocus, assertUnmoved, button, comments, eventually, gone, live, painted, places, post, river, story } from './site.mjs';

const commentField = (article) => article.getByLabel('Write a comment');
const likes = (page, text) => post(page, text).locator('.likes');

story('a post changes in place and does not move when it is commented on, liked or edited', async (site) => {
  const [alice, bob, carol] = await site.people('alice', 'bob', 'carol');
  const ids = [];
  for (const text of ['One', 'Two', 'Three']) ids.push(await bob.write(text));
  await alice.follow(bob);
  const two = post(alice.page, 'Two');
  const before = (await places(alice.page)).slice(0, 2); // a post that grows moves the posts below it

  await carol.comment(ids[1], 'A comment');
  await carol.act(`post/${ids[1]}/like`);
  await two.getByText('carol liked this').waitFor();
  await eventually(() => comments(alice.page, 'Two'), ['A comment']);
  await assertUnmoved(alice.page, before);
  await bob.act(`post/${ids[1]}/edit`, { message: 'Two, changed' });
  await post(alice.page, 'Two, changed').getByRole('link', { name: 'edited' }).waitFor();
  await assertUnmoved(alice.page, before);
  assert.deepEqual(await river(alice.page), ['Three', 'Two, changed', 'One']);

  await assertAsLoaded(alice.page);
  await alice.page.reload();
  assert.deepEqual(await river(alice.page), ['Two, changed', 'Three', 'One'], 'its new place shows at the next load');
});

story('nothing in sight moves when a post above the reader grows', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  for (let n = 1; n <= 11; n++) await bob.write(`Post ${n}`);
  const newest = await bob.write('The newest');
  await alice.follow(bob);
  await alice.page.mouse.wheel(0, 700);
  await alice.page.waitForFunction(() => scrollY === 700);
  const before = await places(alice.page);

  await bob.comment(newest, 'One', 'Two', 'Three');

  await eventually(() => comments(alice.page, 'The newest'), ['One', 'Two', 'Three']);
  await painted(alice.page);
  await assertUnmoved(alice.page, before);
});

story('a half-written comment keeps its text, cursor and place while events arrive', async (site) => {
  const [alice, bob, carol] = await site.people('alice', 'bob', 'carol');
  for (let n = 1; n <= 5; n++) await bob.write(`Post ${n}`);
  const id = await bob.write('Hello');
  await alice.follow(bob);
  const field = commentField(alice.page.locator(`#post-${id}`));
  await field.pressSequentially('I was just');
  await field.evaluate((it) => it.setSelectionRange(2, 5));
  const state = () => field.evaluate((it) => [it.value, it.selectionStart, it.selectionEnd, it === document.activeElement]);
  const y = async () => Math.round((await field.boundingBox()).y);
  const before = await y();

  const comment = await carol.comment(id, 'First', 'Second', 'Third', 'Fourth');
  await carol.act(`post/${id}/like`);
  await carol.act(`comment/${comment}/edit`, { comment: 'Fourth, changed' });
  await bob.act(`post/${id}/edit`, { message: 'Hello there' });
  await bob.write('News');

  await alice.page.getByRole('button', { name: '1 new post' }).waitFor();
  const changed = post(alice.page, 'Hello there');
  await eventually(() => comments(alice.page, 'Hello there'), ['First', 'Fourth, changed']);
  await changed.getByText('carol liked this').waitFor();
  assert.deepEqual(await state(), ['I was just', 2, 5, true]);
  assert.equal(await y(), before);

  await alice.page.getByRole('button', { name: '1 new post' }).click();
  await post(alice.page, 'News').waitFor();
  await field.focus();
  assert.deepEqual(await state(), ['I was just', 2, 5, true]);
  await alice.page.keyboard.press('Control+End');
  await alice.page.keyboard.type(' about to say');
  await alice.page.keyboard.press('Control+Enter');
  await eventually(() => comments(alice.page, 'Hello there'), ['First', 'I was just about to say']);
  await eventually(() => field.inputValue(), '');
  await assertFocus(field);
  await assertAsLoaded(alice.page);
});

story('an open edit survives events, and can be saved, cancelled and refused', { excused: [/422/] }, async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const id = await bob.write('First words');
  const comment = await bob.comment(id, 'First comment');
  const article = bob.page.locator(`#post-${id}`);
  const own = bob.page.locator(`#comment-${comment}`);
  const field = article.getByLabel('Edit post');
  const commentField = own.getByLabel('Edit comment');
  const edit = (scope) => scope.locator(':scope > .meta').getByRole('link', { name: 'Edit' });
  await edit(article.locator('.post-body')).click();
  await eventually(() => field.count(), 1);
  await field.pressSequentially(' and more');
  await edit(own).click();
  await commentField.fill('Changed comment');

  await alice.comment(id, 'By alice');
  await alice.act(`post/${id}/like`);
  await alice.act(`comment/${comment}/like`);

  await article.getByText('alice liked this').waitFor();
  await article.getByText('By alice').waitFor();
  assert.equal(await field.inputValue(), 'First words and more');
  assert.equal(await commentField.inputValue(), 'Changed comment');
  await assertFocus(commentField);
  await bob.page.keyboard.press('Control+Enter');
  await gone(commentField);
  await own.getByText('Changed comment').waitFor();
  await assertFocus(edit(own));

  await field.press('Escape');
  await gone(field);
  await assertFocus(edit(article.locator('.post-body')));
  await bob.page.keyboard.press('Enter');
  assert.equal(await field.inputValue(), 'First words', 'what was left is forgotten');

  await field.fill('x'.repeat(3_001));
  await article.getByRole('button', { name: 'Save', exact: true }).click();
  await article.getByText('Field cannot be longer than 3000 characters.').waitFor();
  assert.equal((await field.inputValue()).length, 3_001);
  await field.fill('Second words');
  await article.getByRole('button', { name: 'Save', exact: true }).click();
  await gone(field);
  await post(bob.page, 'Second words').waitFor();
  await assertAsLoaded(bob.page);
});

story('the like button and the line of likes agree in all tabs on all pages', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const id = await bob.write('Hello');
  const comment = await bob.comment(id, 'By bob');
  await alice.follow(bob);
  const pages = [alice.page, await alice.secondTab(), await alice.open(`post/${id}`), await alice.open('everything')];
  const all = (read) => Promise.all(pages.map(read));
  const [first, , permalink] = pages;

  await button(post(first, 'Hello'), 'Like').click();
  await all((page) => button(post(page, 'Hello'), 'Like').and(page.locator('[aria-pressed=true]')).waitFor());
  await all((page) => eventually(() => likes(page, 'Hello').textContent(), 'You liked this'));
  await bob.page.locator(`#post-${id}`).getByText('alice liked this').waitFor();

  await button(post(permalink, 'Hello'), 'Like').click();
  await all((page) => button(post(page, 'Hello'), 'Like').and(page.locator('[aria-pressed=false]')).waitFor());
  await all((page) => gone(likes(page, 'Hello')));

  const like = (page) => page.locator(`#comment-${comment}`).getByRole('button', { name: 'Like this comment' });
  await like(first).click();
  await all((page) => like(page).and(page.locator('[aria-pressed=true]')).waitFor());
  await all((page) => page.locator(`#comment-${comment}`).getByText('1 like').waitFor());
  for (const page of pages) await assertAsLoaded(page);
});

story('a like that fails is reset and says so', { excused: [/ERR_FAILED/] }, async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await bob.write('Hello');
  await alice.follow(bob);
  await alice.page.route('**/like', (route) => route.abort());

  await button(post(alice.page, 'Hello'), 'Like').click();

  await alice.page.getByRole('alert').getByText('No connection').waitFor();
  assert.equal(await button(post(alice.page, 'Hello'), 'Like').getAttribute('aria-pressed'), 'false');
});

story('tabs with different pages share one stream', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const id = await bob.write('Hello');
  await alice.follow(bob);
  const open = new Set();
  const isStream = (request) => request.resourceType() === 'eventsource';
  alice.context.on('request', (request) => isStream(request) && open.add(request));
  for (const end of ['requestfinished', 'requestfailed']) alice.context.on(end, (request) => open.delete(request));
  await alice.page.reload();
  await live(alice.page);

  const paths = ['everything', `post/${id}`, 'user/bob', 'discussions', 'notifications'];
  const others = [];
  for (const path of paths) others.push(await alice.open(path));
  await alice.comment(id, 'Now it is a discussion');

  for (const page of [alice.page, ...others.slice(0, 4)]) {
    await eventually(() => comments(page, 'Hello'), ['Now it is a discussion']);
  }
  await eventually(() => open.size, 1);
});

story('folded comments open in place, stay open, and new ones join them', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const id = await bob.write('Hello');
  const last = await bob.comment(id, 'c1', 'c2', 'c3', 'c4', 'c5');
  await alice.follow(bob);
  assert.deepEqual(await comments(alice.page, 'Hello'), ['c1', 'c5']);

  await alice.page.getByRole('link', { name: '3 more comments' }).press('Enter');

  await eventually(() => comments(alice.page, 'Hello'), ['c1', 'c2', 'c3', 'c4', 'c5']);
  const focused = () => alice.page.evaluate(() => document.activeElement.closest('.comment')?.innerText.split(' — ')[0]);
  assert.equal(await focused(), 'c2', 'the focus is where one reads on');
  await bob.comment(id, 'c6');
  await eventually(() => comments(alice.page, 'Hello'), ['c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
  await bob.act(`comment/${last}/delete`);
  await eventually(() => comments(alice.page, 'Hello'), ['c1', 'c2', 'c3', 'c4', 'c6']);
  await bob.act(`comment/${last}/undelete`);
  await eventually(() => comments(alice.page, 'Hello'), ['c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
});

story('the other people who like a post open in place', async (site) => {
  const [alice, bob, ...others] = await site.people('alice', 'bob', 'carol', 'dave', 'erin', 'frank');
  const id = await bob.write('Hello');
  await alice.follow(bob);
  for (const person of [...others, alice]) await person.act(`post/${id}/like`);
  await eventually(() => likes(alice.page, 'Hello').textContent(), 'You, frank, erin and 2 other people liked this');
  await assertAsLoaded(alice.page);

  await alice.page.getByRole('link', { name: '2 other people' }).click();

  await eventually(() => likes(alice.page, 'Hello').textContent(), 'You, frank, erin, dave and carol liked this');
});

story('a stale draft of an edit does not overwrite newer words unseen', async (site) => {
  const alice = await site.person('alice');
  const id = await alice.write('First words');
  await alice.goHome();
  const { page } = alice;
  const edit = async () => {
    await page.locator(`#post-${id}`).getByRole('link', { name: 'Edit', exact: true }).click();
    const field = page.getByLabel('Edit post');
    await field.waitFor();
    return field;
  };
  await (await edit()).fill('First words, half an ed');
  await page.reload();
  assert.equal(await (await edit()).inputValue(), 'First words, half an ed');
  assert.equal(await page.getByText('Changed elsewhere').count(), 0);

  await alice.act(`post/${id}/edit`, { message: 'Newer words from the phone' });
  await page.reload();

  assert.equal(await (await edit()).inputValue(), 'First words, half an ed');
  await page.getByRole('status').getByText('Newer words from the phone').waitFor();
});
