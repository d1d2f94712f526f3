// Posts that arrive, disappear or load later, and what must not move meanwhile.

import assert from 'node:assert/strict';
import { assertUnmoved, eventually, gone, painted, places, post, river, story } from './site.mjs';

const lines = (n, what) => Array.from({ length: n }, (_, i) => `${what}, line ${i + 1}`).join('\n');
const numbered = (n) => Array.from({ length: n }, (_, i) => `Post ${i + 1}`);

const pill = (page) => page.locator('#new-posts');

/** Alice follows Bob, who has written many posts, and has scrolled down to the middle of them. */
async function aliceReadsFurtherDown(site) {
  const [alice, bob] = await site.people('alice', 'bob');
  await bob.postElsewhere(...numbered(12).map((text) => `${text}\n\nand more`));
  await alice.follow(bob);
  await alice.page.mouse.wheel(0, 700);
  await alice.page.waitForFunction(() => scrollY === 700);
  return { alice, bob };
}

story('new posts wait while the reader is further down, and nothing moves', async (site) => {
  const { alice, bob } = await aliceReadsFurtherDown(site);
  const before = await places(alice.page);

  await bob.postElsewhere('First news', 'Second news');

  await pill(alice.page).getByText('2 new posts').waitFor();
  await painted(alice.page);
  assert.deepEqual(await places(alice.page), before);
  assert.equal(await alice.page.title(), '(2) Home · QuartFeed');
  assert.equal(await post(alice.page, 'First news').count(), 0);

  await pill(alice.page).click();

  await post(alice.page, 'Second news').waitFor();
  assert.deepEqual((await river(alice.page)).slice(0, 2), ['Second news', 'First news']);
  assert.equal(await alice.page.title(), 'Home · QuartFeed');
  assert.ok(await pill(alice.page).isHidden());
  await alice.page.waitForFunction(() => scrollY === 0);
});

story('the full stop key shows the posts that wait', async (site) => {
  const { alice, bob } = await aliceReadsFurtherDown(site);
  await bob.postElsewhere('News');
  await pill(alice.page).getByText('1 new post', { exact: true }).waitFor();

  await alice.page.keyboard.press('.');

  await post(alice.page, 'News').waitFor();
  await alice.page.waitForFunction(() => scrollY === 0);
  assert.ok(await pill(alice.page).isHidden());
});

story('a waiting post that is deleted no longer waits', async (site) => {
  const { alice, bob } = await aliceReadsFurtherDown(site);
  await bob.goHome();
  await bob.post('Too early');
  await pill(alice.page).waitFor();

  await post(bob.page, 'Too early').getByRole('button', { name: 'Delete' }).click();

  await pill(alice.page).waitFor({ state: 'hidden' });
  assert.equal(await alice.page.title(), 'Home · QuartFeed');
});

story('nothing moves when a post above the reader is deleted', async (site) => {
  const { alice, bob } = await aliceReadsFurtherDown(site);
  await bob.goHome();
  const first = post(alice.page, /^Post 12/);
  const before = await places(alice.page);

  await post(bob.page, /^Post 12/).getByRole('button', { name: 'Delete' }).click();

  await gone(first);
  await painted(alice.page);
  await assertUnmoved(alice.page, before);
});

story('nothing moves in another tab of the author', async (site) => {
  const { bob } = await aliceReadsFurtherDown(site);
  await bob.goHome();
  const other = await bob.secondTab();
  await other.mouse.wheel(0, 700);
  await other.waitForFunction(() => scrollY === 700);
  const before = await places(other);

  await bob.post('From my other tab');

  await post(other, 'From my other tab').waitFor({ state: 'attached' });
  await painted(other);
  await assertUnmoved(other, before);
  assert.equal((await river(other))[0], 'From my other tab');
});

story('a new post of the reader stands above posts that arrived before it', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  await bob.postElsewhere('Arrived while alice looked');
  await post(alice.page, 'Arrived while alice looked').waitFor();

  await alice.post('My own words');

  assert.deepEqual(await river(alice.page), ['My own words', 'Arrived while alice looked']);
});

story('a deleted post disappears for others, and comes back after an undo', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  for (const text of ['The first', 'To go', 'To stay']) await bob.post(text);
  await post(alice.page, 'To stay').waitFor();
  const remove = () => post(bob.page, 'To go').getByRole('button', { name: 'Delete' }).click();

  await remove();

  await gone(post(bob.page, 'To go'));
  await gone(post(alice.page, 'To go'));
  await bob.page.getByRole('button', { name: 'Undo' }).click();
  for (const { page } of [alice, bob]) {
    await post(page, 'To go').waitFor();
    assert.deepEqual(await river(page), ['To stay', 'To go', 'The first']);
  }
  await bob.page.locator('.undo').waitFor({ state: 'detached' });

  await remove();
  await gone(post(alice.page, 'To go'));
  for (const { page } of [alice, bob]) {
    await page.reload();
    assert.deepEqual(await river(page), ['To stay', 'The first']);
  }
});

story('deleting works without JavaScript', async (site) => {
  const bob = await site.person('bob', { javaScriptEnabled: false });
  await bob.post('To stay');
  await bob.post('To go');

  await post(bob.page, 'To go').getByRole('button', { name: 'Delete' }).click();

  await gone(post(bob.page, 'To go'));
  assert.deepEqual(await river(bob.page), ['To stay']);
});

story('the words of an empty river appear when the last post is deleted', async (site) => {
  const bob = await site.person('bob');
  const empty = bob.page.getByText('Nothing in your feed yet');
  await empty.waitFor();
  await bob.post('The first');
  await empty.waitFor({ state: 'hidden' });

  await post(bob.page, 'The first').getByRole('button', { name: 'Delete' }).click();

  await empty.waitFor();
});

story('older posts load as the reader nears the end', { settings: { FEED_PAGE_SIZE: 5 } }, async (site) => {
  const bob = await site.person('bob');
  await bob.postElsewhere(...numbered(12).map((text) => lines(25, text)));
  await bob.goHome();
  const shown = async () => (await river(bob.page)).map((text) => text.match(/^Post \d+/)[0]);
  const end = () => bob.page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }));
  await painted(bob.page);
  assert.deepEqual(await shown(), numbered(12).reverse().slice(0, 5));

  await end();
  await eventually(shown, numbered(12).reverse().slice(0, 10));
  await end();
  await eventually(shown, numbered(12).reverse());
  assert.equal(await bob.page.getByRole('link', { name: 'Older posts' }).count(), 0);
});

story('older posts are a link without JavaScript', { settings: { FEED_PAGE_SIZE: 5 } }, async (site) => {
  const bob = await site.person('bob', { javaScriptEnabled: false });
  await bob.postElsewhere(...numbered(7));
  await bob.goHome();
  assert.deepEqual(await river(bob.page), numbered(7).reverse().slice(0, 5));

  await bob.page.getByRole('link', { name: 'Older posts' }).click();

  await post(bob.page, 'Post 1').waitFor();
  assert.deepEqual(await river(bob.page), ['Post 2', 'Post 1']);
  await bob.page.getByRole('link', { name: 'Back to the newest posts' }).click();
  await post(bob.page, 'Post 7').waitFor();
});

story('older posts load on a profile too', { settings: { FEED_PAGE_SIZE: 5 } }, async (site) => {
  const bob = await site.person('bob');
  await bob.postElsewhere(...numbered(7));
  await bob.page.goto('user/bob');

  await bob.page.mouse.wheel(0, 2_000);

  await eventually(() => river(bob.page), numbered(7).reverse());
});

story('the back button leads to the same place in a long river', async (site) => {
  const alice = await site.person('alice');
  for (let n = 60; n > 0; n--) await alice.write(`Number ${n}`);
  await alice.goHome();
  const { page } = alice;
  const article = post(page, 'Number 51');
  await eventually(async () => {
    await page.mouse.wheel(0, 2_000);
    return article.count();
  }, 1);
  await article.evaluate((it) => scrollTo(0, it.offsetTop - 200));
  await painted(page);
  const y = () => article.evaluate((it) => Math.round(it.getBoundingClientRect().y));
  // The wheel may still turn until the page is left.
  await article.evaluate((it) => addEventListener('pagehide', () => (sessionStorage.left = it.getBoundingClientRect().y)));
  await article.locator('time').first().click();
  await page.getByRole('heading', { name: 'Post by' }).waitFor({ state: 'attached' });

  await page.goBack();

  await article.waitFor();
  const before = Number(await page.evaluate(() => sessionStorage.left));
  assert.ok(before > 0 && before < 700, `it was in sight, at ${before}`);
  await eventually(async () => Math.abs((await y()) - before) <= 1, true);
});
