// Searching: marks, live hits, saved searches and what is new in them.

import assert from 'node:assert/strict';
import { eventually, live, post, river, story } from './site.mjs';

const side = (page) => page.getByRole('complementary');

async function search(page, query) {
  await page.getByRole('search', { name: 'Site' }).getByRole('searchbox').fill(query);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Search', exact: true }).waitFor();
}

story('a search is marked, live, and saved beside the home page', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  await bob.write('A Bóat on the lake');
  await bob.write('A car');
  const { page } = alice;
  await page.goto('./');
  await search(page, 'boat');
  await live(page);
  assert.deepEqual(await river(page), ['A Bóat on the lake']);
  assert.deepEqual(await page.locator('article mark').allTextContents(), ['Bóat']);
  await bob.write('Another boat');
  await post(page, 'Another boat').waitFor();
  assert.deepEqual(await river(page), ['Another boat', 'A Bóat on the lake']);

  await page.getByRole('button', { name: 'Save this search' }).click();
  await page.getByText('Saved as boat').waitFor();
  await page.goto('./');
  await live(page);
  await side(page).getByRole('link', { name: 'boat' }).waitFor();
  assert.equal(await side(page).getByText('new', { exact: true }).count(), 0);
  await bob.write('A third boat');
  await side(page).getByText('new', { exact: true }).waitFor();
  await side(page).getByRole('link', { name: 'boat' }).click();
  await post(page, 'A third boat').waitFor();
  await page.goto('searches');
  await page.getByRole('button', { name: 'Delete the search boat' }).click();
  await page.getByText('No searches yet').waitFor();
});

story('a search works without JavaScript, and says what it does not understand', async (site) => {
  const alice = await site.person('alice', { javaScriptEnabled: false });
  const bob = await site.person('bob', { javaScriptEnabled: false });
  await bob.send('post', { message: 'Sea weather' }, './');
  const { page } = alice;
  await page.goto('search');
  await page.getByRole('heading', { name: 'What you can look for' }).waitFor();
  await page.getByLabel('Search posts and comments').last().fill('weather before:yesterday');
  await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
  await page.getByText('“before:yesterday” was not understood').waitFor();
  await eventually(() => river(page), ['Sea weather']);
});

story('the form says that somebody posted the same address', async (site) => {
  const { page } = await site.person('alice');
  const bob = await site.person('bob');
  await bob.write('Look: https://example.org/boat');
  await page.goto('./');
  await live(page);
  const message = page.locator('#message');
  await message.fill('Nice: http://www.example.org/boat/');
  const line = page.locator('#linked');
  await line.getByText('bob posted this address').waitFor();
  await message.fill('Nice: http://www.example.org/car');
  await line.waitFor({ state: 'detached' });
  await message.fill('Nice: http://www.example.org/boat/');
  await line.waitFor();
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.locator('.river .text', { hasText: 'Nice:' }).waitFor();
  await line.waitFor({ state: 'detached' });
});
