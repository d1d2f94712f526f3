// The main walk in Firefox and WebKitGTK: the same steps in both, from the registration to the way back after signing
// out. The other tests run in Chromium.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ENGINES, isMissing } from './engines.mjs';
import { launch, PASSWORD, signOut, story } from './site.mjs';

const PICTURE = fileURLToPath(new URL('../pictures/orientation-6.jpg', import.meta.url));

// These run in the page.
const shows = (css, words) => [...document.querySelectorAll(css)].some((it) => it.textContent.trim() === words);
const has = (css) => document.querySelector(css) !== null;
const isAnswered = () => document.querySelector('form[aria-busy]') === null;
const isLive = () => document.documentElement.dataset.live === 'on';

async function register(engine, site) {
  await engine.go(`${site.url}register`);
  await engine.fill('#username', 'alice');
  await engine.fill('#password', PASSWORD);
  await engine.click('main button', 'Register');
  await engine.until(shows, '.flash', 'User registered successfully, please login');
}

async function signIn(engine) {
  // Hidden fields take no step of the Tab key.
  await engine.fill('#username', 'alice');
  await engine.type('Tab');
  await engine.until(() => document.activeElement.id === 'password');
  await engine.type(PASSWORD, 'Enter');
  await engine.until(has, '#compose');
  await engine.until(isLive);
}

async function follow(engine, site) {
  await engine.go(`${site.url}user/bob`);
  await engine.click('header.profile button', 'Follow');
  await engine.until(shows, 'header.profile button', 'Unfollow');
  await engine.until(isAnswered);
  await engine.click('.menu a', 'Home');
  await engine.until(has, '#compose');
  await engine.until(isLive);
  await engine.ask(() => void (window.markedByTest = true));
}

async function talk(engine, bob, id) {
  await engine.fill(`#comment-on-${id}`, 'Hello bob');
  await engine.click(`#write-${id} button`, 'Comment');
  await engine.until(shows, '.comment-text', 'Hello bob — alice');
  await bob.comment(id, 'Hello alice');
  await engine.until(shows, '.comment-text', 'Hello alice — bob');
  await engine.click(`#post-${id} .post-body > .meta .like`);
  await engine.until(shows, `#post-${id} .likes`, 'You liked this');
  assert.equal(await engine.ask((css) => document.querySelector(css).ariaPressed, `#post-${id} .like`), 'true');
  await engine.click(`#post-${id} .post-body > .meta .like`);
  await engine.until((css) => !document.querySelector(css), `#post-${id} .likes`);
}

async function share(engine) {
  await engine.fill('#message', 'With a picture');
  await engine.choose('#image', PICTURE);
  await engine.until(has, '.shot[data-state=ready]');
  await engine.click('#compose button', 'Post');
  await engine.until(shows, '.river .text', 'With a picture');
  await engine.until(() => document.querySelector('.river .pictures img')?.naturalWidth > 0);
  await engine.until(() => !document.querySelector('.shot') && document.querySelector('#message').value === '');
}

async function restart(engine, site, bob) {
  await engine.until(() => (document.activeElement.blur(), scrollTo(0, 0), true));
  await site.stop();
  await site.start();
  await bob.write('After the restart');
  await engine.until(shows, '.river .text', 'After the restart');
  assert.ok(await engine.ask(() => window.markedByTest), 'without a reload');
}

async function useKeys(engine) {
  await engine.type('j');
  await engine.until(() => document.activeElement === document.querySelector('.river article'));
  await engine.type('?');
  await engine.until(has, '#keys:modal');
  await engine.type('Escape');
  await engine.until(() => !document.querySelector('#keys:modal'));
}

// A page that a browser keeps for the way back must not show what only the member may see.
async function goBack(engine, site) {
  await engine.go(`${site.url}user/bob`);
  await engine.until(shows, '.river .text', 'After the restart');
  await engine.back();
  await engine.until(has, '#compose');
  await engine.until(isLive);
  await engine.click('.me');
  await engine.click('#own-menu button', 'Sign out');
  await engine.until(shows, '.flash', 'You have been logged out');
  await engine.back();
  await engine.until(() => location.pathname === '/login' || !document.body.dataset.user);
  assert.ok(!(await engine.ask(() => document.body.textContent.includes('After the restart'))), 'a private page');
}

for (const Engine of ENGINES) {
  const { name, command } = new Engine();
  if (isMissing(command, name)) continue;
  story(`the first day in ${name}`, { excused: [/ERR_(CONNECTION|SOCKET|EMPTY_RESPONSE|INCOMPLETE|NETWORK)/] }, async (site) => {
    const bob = await site.person('bob');
    const engine = new Engine();
    try {
      await engine.open();
      await register(engine, site);
      await signIn(engine);
      await follow(engine, site);
      const id = await bob.write('Hello from bob');
      await engine.until(shows, '.river .text', 'Hello from bob');
      await talk(engine, bob, id);
      await share(engine);
      await restart(engine, site, bob);
      await useKeys(engine);
      await goBack(engine, site);
      assert.deepEqual(engine.errors, [], 'the pages complain');
    } finally {
      await engine.close();
    }
  });
}

// Playwright turns the pages that are kept for the way back off, and people have them.
story('the way back after signing out shows no private page in Chromium', async (site) => {
  const bob = await site.person('bob');
  await bob.write('By bob');
  const chromium = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  try {
    const context = await chromium.newContext({ baseURL: site.url, storageState: await bob.context.storageState() });
    const page = await context.newPage();
    await page.goto('user/bob');
    await page.goto('./');
    await page.getByText('By bob').waitFor();
    await signOut(page);
    await page.getByText('You have been logged out').waitFor();
    for (const path of ['/', '/login']) {
      await page.goBack();
      await page.waitForURL((url) => url.pathname === path);
      await page.locator('body:not([data-user])').waitFor();
      assert.equal(await page.getByText('By bob').count(), 0, path);
    }
  } finally {
    await chromium.close();
  }
});
