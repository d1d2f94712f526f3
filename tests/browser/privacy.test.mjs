// Private accounts, blocks and guests, through the pages.

import assert from 'node:assert/strict';
import { eventually, gone, post, river, story } from './site.mjs';

story('a private person accepts a request to follow, and the river fills by itself', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await bob.page.goto('settings');
  await bob.page.getByRole('link', { name: 'Privacy' }).click();
  await bob.page.getByLabel('Only followers I approve').check();
  await bob.page.getByRole('button', { name: 'Save', exact: true }).click();
  await bob.page.getByText('Your choice is saved').waitFor();
  await bob.write('Among friends');

  await alice.page.goto('user/bob');
  await alice.page.getByText('This account is private').waitFor();
  await alice.page.getByRole('button', { name: 'Follow bob' }).click();
  await alice.page.getByRole('button', { name: 'Cancel the request to follow' }).waitFor();
  await alice.goHome();
  assert.deepEqual(await river(alice.page), []);

  await eventually(async () => parseInt(await bob.page.locator('#unread').textContent()), 1);
  await bob.page.getByRole('link', { name: 'Notifications' }).click();
  await bob.page.getByText('alice asked to follow you').waitFor();
  await bob.page.getByRole('link', { name: 'Answer the request' }).click();
  await bob.page.getByRole('button', { name: 'Accept: alice' }).click();
  await bob.page.getByText('No requests at the moment.').waitFor();

  await post(alice.page, 'Among friends').waitFor();
  await eventually(async () => parseInt(await alice.page.locator('#unread').textContent()), 1);
});

// A blocked profile answers 404, also to the page that is open when the block begins.
story('a block empties both rivers while they are open', { excused: [/404/] }, async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  await bob.follow(alice);
  await alice.write('By alice');
  await bob.write('By bob');
  await post(alice.page, 'By bob').waitFor();
  await post(bob.page, 'By alice').waitFor();

  const profile = await alice.open('user/bob');
  const other = await alice.open('user/bob');
  await profile.getByText('More', { exact: true }).click();
  await profile.getByRole('button', { name: 'Block: bob' }).click();
  await profile.getByRole('button', { name: 'Unblock bob' }).waitFor();
  await gone(post(alice.page, 'By bob'));
  await gone(post(bob.page, 'By alice'));
  const words = other.getByText('This page is no longer available.');
  await words.waitFor();
  assert.equal(await post(other, 'By bob').count(), 0);

  await profile.getByRole('button', { name: 'Unblock bob' }).click();
  await gone(profile.getByRole('button', { name: 'Unblock bob' }));
  await post(other, 'By bob').waitFor();
  await gone(words);
  await profile.goto('user/bob');
  await post(profile, 'By bob').waitFor();
});

story(
  'a guest reads a public site, with and without JavaScript, up to its limit',
  { settings: { SITE_VISIBILITY: 'public', SITE_GUEST_READS: 1 }, excused: [/403/] },
  async (site) => {
    const alice = await site.person('alice');
    await alice.write('Hello world');
    await alice.write('And more');
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await site.visitor({ javaScriptEnabled });
      await page.goto('./');
      await page.getByRole('heading', { name: 'Newest posts' }).waitFor();
      assert.deepEqual(await page.locator('article .text').allTextContents(), ['And more', 'Hello world']);
      const article = page.locator('article', { hasText: 'Hello world' });
      assert.equal(await article.getByRole('button').count(), 0, 'nothing to press');
      await article.locator('.when a').first().click();
      await page.waitForURL(/\/post\//);
      assert.deepEqual(await page.locator('article .text').allTextContents(), ['Hello world']);
      await page.goto('./');
      await page.locator('article', { hasText: 'And more' }).locator('.when a').first().click();
      await page.getByText('You have read 1 posts as a guest. Sign in or register to keep reading.').waitFor();
      await page.getByRole('link', { name: 'Sign in' }).first().click();
      await page.getByLabel('Password').waitFor();
    }
  },
);
