// How pages look and weigh, for everybody: axe-core's judgement, keys, themes, bytes.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PASSWORD, eventually, live, post, river, story } from './site.mjs';

const AXE = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe-core finds wrong: light and dark, on a desktop and on a phone. */
async function assertAccessible(page) {
  await page.evaluate(AXE);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const { violations, passes } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
      assert.deepEqual(found, [], `${page.url()}, ${colorScheme}, ${width} px`);
      assert.ok(passes.length > 10, 'axe-core has looked');
    }
  }
}

const ACCESSIBLE = { reducedMotion: 'reduce' };

story('the pages for strangers are accessible', { excused: [/422|404/] }, async (site) => {
  const { page } = await site.visitor(ACCESSIBLE);
  for (const path of ['./', 'register', 'login', 'no/such/page']) {
    await page.goto(path);
    await assertAccessible(page);
  }
  await page.goto('register');
  await page.getByLabel('Username').fill('not a name');
  await page.getByLabel('Password').fill('short');
  await page.locator('main').getByRole('button', { name: 'Register' }).click();
  await page.locator('.field-error').first().waitFor();
  await assertAccessible(page);

  await page.goto('login');
  await page.getByLabel('Username').fill('nobody');
  await page.getByLabel('Password').fill('not the password');
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Invalid username or password').waitFor();
  await assertAccessible(page);
});

story('the pages for members are accessible', { excused: [/422|404/] }, async (site) => {
  const alice = await site.person('alice', ACCESSIBLE);
  const { page } = alice;
  await page.getByText('Nothing in your feed yet').waitFor();
  await assertAccessible(page);

  const bob = await site.person('bob', { name: 'Bob Ross' });
  await bob.postElsewhere('Happy little trees', 'عربي', 'A longer one.\n\nWith more lines.');
  await alice.follow(bob);
  await alice.post('My own');
  await page.evaluate(() => document.activeElement.blur());
  await assertAccessible(page);

  await post(page, 'My own').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await assertAccessible(page);

  await page.getByLabel('Share something').fill('x'.repeat(3_001));
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.locator('.field-error').waitFor();
  await assertAccessible(page);

  await page.goto('user/bob');
  await assertAccessible(page);
  await page.locator('article time').first().click();
  await page.waitForURL(/\/post\//);
  await assertAccessible(page);
  await page.goto('no/such/page');
  await assertAccessible(page);
});

story('the pill that waits is accessible', async (site) => {
  const alice = await site.person('alice', ACCESSIBLE);
  const bob = await site.person('bob');
  await bob.postElsewhere(...Array.from({ length: 15 }, (_, i) => `Post ${i}`));
  await alice.follow(bob);
  await alice.page.mouse.wheel(0, 400);
  await alice.page.waitForFunction(() => scrollY === 400);
  await bob.postElsewhere('News');
  await alice.page.locator('#new-posts').waitFor();

  await assertAccessible(alice.page);
});

// --- weight

const PAGE_BYTES_MAX = 30_000;
const SCRIPT_BYTES_MAX = 8_000;
const STYLE_BYTES_MAX = 8_000;

/** The bytes of every answer that this page takes, with their heads, by the kind of what asked. */
function weigh(page) {
  const weights = [];
  page.on('requestfinished', (request) => {
    const sizes = request.sizes().then((all) => all.responseBodySize + all.responseHeadersSize);
    weights.push(sizes.then((bytes) => ({ kind: request.resourceType(), bytes })));
  });
  return async (...kinds) => {
    const all = await Promise.all(weights);
    const wanted = all.filter(({ kind }) => !kinds.length || kinds.includes(kind));
    assert.ok(wanted.length, 'something was taken');
    return wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  };
}

story('the first page is light', async (site) => {
  const visitor = await site.visitor();
  const weight = weigh(visitor.page);

  await visitor.page.goto('./', { waitUntil: 'networkidle' });

  assert.ok((await weight()) < PAGE_BYTES_MAX, `${await weight()} bytes`);
  assert.ok((await weight('script')) < SCRIPT_BYTES_MAX, `${await weight('script')} bytes of script`);
  assert.ok((await weight('stylesheet')) < STYLE_BYTES_MAX, `${await weight('stylesheet')} bytes of style`);
});

story('a full home page is light in a browser that knows nothing', async (site) => {
  const alice = await site.person('alice', { javaScriptEnabled: false });
  const cicero = 'Long words are written here by somebody who has much to say about a little thing. ';
  await alice.postElsewhere(...Array.from({ length: 20 }, (_, i) => `Number ${i}: ${cicero.repeat(4)}`));
  const fresh = await site.visitor({ storageState: await alice.context.storageState() });
  const weight = weigh(fresh.page);

  await fresh.page.goto('./');
  await live(fresh.page);

  assert.equal((await river(fresh.page)).length, 20);
  assert.ok((await weight()) < PAGE_BYTES_MAX, `${await weight()} bytes`);
});

// --- themes

const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const LIGHT = 'rgb(242, 244, 247)';
const DARK = 'rgb(18, 21, 26)';

for (const javaScriptEnabled of [true, false]) {
  story(`the theme can be chosen, and stays${javaScriptEnabled ? '' : ' without JavaScript'}`, async (site) => {
    const { page } = await site.visitor({ javaScriptEnabled, colorScheme: 'light' });
    const choose = (name) => page.getByRole('button', { name, exact: true }).click();
    const pressed = (name) => page.getByRole('button', { name, exact: true, pressed: true }).waitFor();
    await page.goto('login?next=%2Feverything');
    await pressed('System');
    assert.equal(await ground(page), LIGHT);

    await choose('Dark');
    await pressed('Dark');
    assert.equal(new URL(page.url()).search, '?next=%2Feverything', 'the same page');
    assert.equal(await ground(page), DARK);
    await page.reload();
    assert.equal(await ground(page), DARK);
    await page.goto('./');
    assert.equal(await ground(page), DARK);

    await choose('Light');
    await pressed('Light');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await ground(page), LIGHT);

    await choose('System');
    await pressed('System');
    assert.equal(await ground(page), DARK);
  });
}

// --- keys

const TABS_MAX = 30;

async function tabTo(page, locator) {
  for (let i = 0; i < TABS_MAX; i++) {
    if (await locator.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${TABS_MAX} tabs do not lead to ${locator}`);
}

const focused = (page) => page.evaluate(() => document.activeElement.querySelector('.text')?.textContent);

story('everything works by keyboard alone', async (site) => {
  await site.person('alice');
  const { page } = await site.visitor();
  await page.goto('login');

  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  assert.ok(await skip.evaluate((it) => it === document.activeElement), 'the skip link is first');
  assert.ok(await skip.evaluate((it) => it.getBoundingClientRect().y >= 0), 'and in sight');
  await page.keyboard.press('Enter');
  await page.locator('main:focus').waitFor();

  await page.keyboard.press('Tab');
  assert.ok(await page.getByLabel('Username').evaluate((it) => it === document.activeElement), 'the field is next');
  await page.keyboard.type('alice');
  await tabTo(page, page.getByLabel('Password'));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('#compose').waitFor();
  await live(page);

  await page.keyboard.press('n');
  for (const text of ['First', 'Second', 'Third']) {
    await page.keyboard.type(text);
    await page.keyboard.press('Control+Enter');
    await post(page, text).waitFor();
    await eventually(() => page.getByLabel('Share something').inputValue(), '');
  }
  await page.keyboard.press('Escape');

  await page.keyboard.press('j');
  assert.equal(await focused(page), 'Third');
  await page.keyboard.press('j');
  assert.equal(await focused(page), 'Second');
  await page.keyboard.press('k');
  assert.equal(await focused(page), 'Third');

  await tabTo(page, post(page, 'Third').getByRole('button', { name: 'Delete' }));
  await page.keyboard.press('Enter');
  await post(page, 'Third').waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'Second', 'the next post has the focus');

  await page.keyboard.press('Enter');
  await page.waitForURL(/\/post\/\w+\/second$/);
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

  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await box.check();
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'hidden' });
  await page.keyboard.press('n');
  assert.equal(await page.locator('#message:focus').count(), 1);
});
