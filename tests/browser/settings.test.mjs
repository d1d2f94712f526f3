// The settings, the download of one's own data, and signing in on a phone, with and without the script.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { ownMenu, story } from './site.mjs';

const NARROW = { width: 320, height: 640 };
const TARGET_PX_MIN = 24;
const USED_UP = [/404/];

const main = (page) => page.getByRole('main');
const press = (page, name) => main(page).getByRole('button', { name, exact: true }).click();
const shownLink = async (page) => (await page.locator('.secret').textContent()).trim();

/** Returns the username that the page is drawn for. */
const nameOf = (page) => page.locator('body').getAttribute('data-user');

/** Returns the files of a ZIP archive, found by its central directory (APPNOTE 4.3.12). */
function unzip(bytes) {
  const files = {};
  let at = bytes.readUInt32LE(bytes.length - 6);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [packed, , name, extra, comment] = [20, 24, 28, 30, 32].map((offset) =>
      offset < 28 ? bytes.readUInt32LE(at + offset) : bytes.readUInt16LE(at + offset),
    );
    const head = bytes.readUInt32LE(at + 42);
    const start = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28);
    const key = bytes.toString('utf8', at + 46, at + 46 + name);
    files[key] = inflateRawSync(bytes.subarray(start, start + packed)).toString('utf8');
    at += 46 + name + extra + comment;
  }
  return files;
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? '' : ' without JavaScript';

  story(`every page leads to all settings${how}`, async (site) => {
    const { page } = await site.person('alice', { javaScriptEnabled });
    await (await ownMenu(page)).getByRole('link', { name: 'Settings' }).click();
    for (const section of ['Phone', 'Data']) {
      await main(page).getByRole('link', { name: section, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: section }).waitFor();
      await main(page).getByRole('link', { name: 'Settings', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    }
  });

  story(`a new invitation is shown whole${how}`, async (site) => {
    const { page } = await site.person('alice', { javaScriptEnabled });
    await page.goto('settings/invitations');
    await press(page, 'Create invitation');
    const link = await shownLink(page);
    assert.ok(link.startsWith(`${site.url}invite/`), link);
    if (!javaScriptEnabled) return assert.equal(await page.getByRole('button', { name: 'Copy' }).count(), 0);
    await press(page, 'Copy');
    await page.getByText('Copied').waitFor();
    await page.getByLabel('Note (optional)').press('ControlOrMeta+V');
    assert.equal(await page.getByLabel('Note (optional)').inputValue(), link);
  });

  story(`members can download their data${how}`, async (site) => {
    const alice = await site.person('alice', { javaScriptEnabled });
    const { page } = alice;
    await alice.write('The first <b>post</b>');
    await alice.write('See https://example.org/');
    await page.goto('settings/data');

    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Download my data')]);

    assert.match(download.suggestedFilename(), /^quartfeed-alice-\d{4}-\d\d-\d\d\.zip$/);
    const files = unzip(await readFile(await download.path()));
    const { posts } = JSON.parse(files['data.json']);
    assert.deepEqual(posts.map(({ message }) => message), ['See https://example.org/', 'The first <b>post</b>']);

    // The file is read from a disk, by a browser that is not signed in. Its own policy allows its style.
    const reader = await site.visitor({ javaScriptEnabled, viewport: NARROW });
    await reader.page.setContent(files['index.html']);
    await reader.page.getByRole('heading', { name: 'alice' }).waitFor();
    assert.equal(await reader.page.getByText('The first <b>post</b>').count(), 1);
    const column = reader.page.locator('body');
    assert.equal(await column.evaluate((it) => getComputedStyle(it).maxWidth), '672px', 'the style holds');
    assert.ok(await column.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  });

  story(`a code signs a phone in${how}`, { excused: USED_UP }, async (site) => {
    const { page } = await site.person('alice', { javaScriptEnabled, name: 'Alice' });
    await page.goto('settings/phone');
    await main(page).getByText('Phones cannot reach this site').waitFor();
    await press(page, 'Show a code');
    const link = await shownLink(page);

    const phone = (await site.visitor({ javaScriptEnabled, viewport: NARROW })).page;
    await phone.goto(link);
    await phone.getByRole('heading', { name: 'Sign in as Alice on this device?' }).waitFor();
    await phone.getByLabel('Stay signed in').check();
    await press(phone, 'Sign in as Alice');
    await phone.locator('#compose').waitFor();
    assert.equal(await nameOf(phone), 'alice');
    const session = (await phone.context().cookies()).find(({ name }) => /^quartfeed(_\d+)?$/.test(name));
    assert.ok(session.expires > Date.now() / 1000, 'it stays');

    const late = (await site.visitor({ javaScriptEnabled })).page;
    await late.goto(link);
    await late.getByRole('heading', { name: 'This code no longer works' }).waitFor();
    assert.equal(await nameOf(late), null);
  });
}

const settings = { SERVER_BASE_URL: 'http://pi.local:5000/' };

story('a QR code is black on white in the dark theme too, and large enough', { settings }, async (site) => {
  const { page } = await site.person('alice', { colorScheme: 'dark' });
  await page.goto('settings/phone');
  await press(page, 'Show a code');
  assert.match(await shownLink(page), /^http:\/\/pi\.local:5000\/device\/[\w-]{43}$/);
  const picture = page.getByRole('img', { name: 'The link below as a QR code' });
  const fills = (within) => [...within.querySelectorAll('rect, path')].map((part) => getComputedStyle(part).fill);
  assert.deepEqual(await picture.evaluate(fills), ['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  for (const viewport of [{ width: 1000, height: 700 }, NARROW]) {
    await page.setViewportSize(viewport);
    const { width, height } = await picture.boundingBox();
    assert.equal(width, height);
    assert.ok(width >= 200, `${width} px are enough for a camera`);
  }
});

story('the settings fit the narrowest phone, and their buttons are large enough for a thumb', async (site) => {
  const { page } = await site.person('alice', { viewport: NARROW });
  const pages = ['', '/account', '/account/delete', '/sessions', '/invitations', '/privacy', '/tokens', '/data', '/phone'].map((path) => () => page.goto(`settings${path}`));
  for (const open of [...pages, () => press(page, 'Show a code')]) {
    await open();
    await page.locator('main h1').waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} is wide`);
    // Links within sentences may be as low as their line (WCAG 2.5.8).
    const targets = main(page).locator('button, a:not(p a)').filter({ visible: true });
    for (const target of await targets.all()) {
      const { width, height } = await target.boundingBox();
      assert.ok(Math.min(width, height) >= TARGET_PX_MIN, `${await target.textContent()}: ${width} × ${height}`);
    }
  }
});
