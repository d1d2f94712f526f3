// The frame of every page, the form for a new post, and how posts are shown.

import assert from 'node:assert/strict';
import { evening } from './drawings.mjs';
import { assertFocus, eventually, ownMenu, post, story } from './site.mjs';

const PHONE = { viewport: { width: 360, height: 740 } };
const composer = (page) => page.getByLabel('Share something');
const height = async (element) => (await element.boundingBox()).height;

story('the menu of oneself opens and closes by keyboard', async (site) => {
  const { page } = await site.person('alice');
  const opener = page.getByRole('button', { name: 'Menu of alice' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const menu = page.locator('#own-menu');
  await menu.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.keyboard.press('Tab');
  await assertFocus(menu.getByRole('link', { name: 'alice' }));
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'hidden' });
  await assertFocus(opener);
});

story('a phone has five places and the form within reach, and the rest in the menu', async (site) => {
  const { page } = await site.person('alice', PHONE);
  await page.goto('people');
  const places = page.getByRole('navigation', { name: 'Main' });
  assert.deepEqual(await places.getByRole('link').evaluateAll((all) => all.map((it) => it.innerText.trim())), [
    'Home', 'Everything', 'Discussions', 'Directs', 'Notifications', 'New post',
  ]);
  for (const link of await places.getByRole('link').all()) {
    const { y, height } = await link.boundingBox();
    assert.ok(y > 740 / 2 && y + height <= 740 && height >= 44, `${await link.textContent()}: ${y}, ${height}`);
  }
  await places.getByRole('link', { name: 'New post' }).click();
  await page.waitForURL(/\/#message$/);
  await page.getByRole('button', { name: 'Post', exact: true }).waitFor();
  const menu = await ownMenu(page);
  for (const name of ['Groups', 'Lists', 'People', 'Saved', 'Best posts', 'Profile', 'Settings']) {
    await menu.getByRole('link', { name, exact: true }).waitFor();
  }
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Search' }).waitFor();
});

for (const javaScriptEnabled of [true, false]) {
  story(`the form is there when it is touched${javaScriptEnabled ? '' : ', and always without the script'}`, async (site) => {
    const { page } = await site.person('alice', { javaScriptEnabled });
    const button = page.getByRole('button', { name: 'Post', exact: true });
    assert.equal(await button.isVisible(), !javaScriptEnabled);
    await composer(page).click();
    await button.waitFor();
    // A form that closes would move what is being pressed.
    await page.getByRole('heading', { name: 'Home' }).evaluate(() => document.activeElement.blur());
    assert.ok(await button.isVisible());
    await composer(page).fill('A line');
    await button.click();
    await post(page, 'A line').waitFor();
  });
}

story('a long text is folded in lists, stays open while the post changes, and is whole on its own page', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  const text = 'A long story. '.repeat(90).trim();
  const id = await bob.write(text);
  await bob.write('A short one');
  await alice.follow(bob);
  const { page } = alice;
  const words = page.locator(`#post-${id} .text`);
  const folded = await height(words);
  await page.locator(`#post-${id}`).getByText('Show more').click();
  const whole = await height(words);
  assert.ok(whole > folded * 1.2, `${folded} and ${whole}`);
  await bob.comment(id, 'It goes on');
  await page.getByText('It goes on').waitFor();
  assert.equal(await height(words), whole);
  assert.equal(await post(page, 'A short one').getByText('Show more').count(), 0);
  await page.goto(`post/${id}`);
  assert.equal(await height(words), whole);
  assert.equal(await page.getByText('Show more').isVisible(), false);
});

story('quotes and code are set off, and a line or a few signs are large', async (site) => {
  const alice = await site.person('alice');
  await alice.write('> To be, or not\n> to be\n\nWhat a question\n```\nlet x = 1;\n```');
  await alice.write('Short');
  await alice.write('☀☁☂');
  await alice.goHome();
  const { page } = alice;
  assert.equal(await page.locator('blockquote').innerText(), 'To be, or not\nto be');
  assert.equal(await page.locator('pre code').innerText(), 'let x = 1;');
  const size = (text) => page.locator('.text', { hasText: text }).evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
  const sizes = [await size('What a question'), await size('Short'), await size('☀☁☂')];
  assert.ok(sizes[0] < sizes[1] && sizes[1] < sizes[2], String(sizes));
});

story('pictures share a grid, and one alone fills its column', async (site) => {
  const alice = await site.person('alice');
  const drawn = (count) => Array.from({ length: count }, (_, n) => [evening(`${n}.png`, 640, 400), `View ${n}`]);
  for (const count of [1, 2, 3, 5, 8]) await alice.share(`Views: ${count}`, ...drawn(count));
  await alice.goHome();
  const { page } = alice;
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const count of [1, 2, 3, 5, 8]) {
      const grid = post(page, `Views: ${count}`).locator('.pictures');
      const [all, text] = [await grid.boundingBox(), await post(page, `Views: ${count}`).locator('.post-body').boundingBox()];
      assert.ok(Math.abs(all.width - text.width) < 1, `${count} at ${width} px`);
      const boxes = await Promise.all((await grid.locator('a').all()).map((it) => it.boundingBox()));
      const area = boxes.reduce((sum, box) => sum + box.width * box.height, 0);
      assert.ok(area > 0.9 * all.width * all.height, `${count} at ${width} px fill ${area / all.width / all.height}`);
    }
  }
});

story('the first hour leads from the first steps to the first friend', async (site) => {
  const bob = await site.person('bob');
  const hello = await bob.write('Hello from bob');
  const { page } = await site.person('alice');
  await page.getByText('Hello from bob').waitFor();
  await page.getByRole('link', { name: 'Add your name and a picture' }).click();
  await page.getByLabel('Name (optional)').fill('Alice');
  await page.getByLabel('Picture (optional)').setInputFiles(evening('me.png', 200, 200));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Profile updated').waitFor();
  await page.goto('./');
  await page.getByText('Add your name and a picture (done)').waitFor();
  await page.getByRole('link', { name: 'Write your first post' }).click();
  await composer(page).fill('Here I am');
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await post(page, 'Here I am').waitFor();
  // A like brings a post to the home page, and taking it back does not take the post away from below it.
  const like = page.locator(`#post-${hello}`).getByRole('button', { name: 'Like this post' });
  await like.click();
  await page.locator(`#post-${hello} .likes`).waitFor();
  await like.click();
  await page.locator(`#post-${hello} .likes`).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Follow bob' }).click();
  await page.getByRole('button', { name: 'Unfollow bob' }).waitFor();
  await post(page, 'Hello from bob').waitFor();
  assert.equal(await page.getByText('Hello from bob').count(), 1);
  await page.goto('./');
  await post(page, 'Hello from bob').waitFor();
  assert.equal(await page.getByText('Add your name and a picture').count(), 0);
  await eventually(() => page.getByRole('heading', { name: 'Newest posts here' }).count(), 0);
});
