// The site on a phone: installed to the home screen, without a network, and as the target of a share.

import assert from 'node:assert/strict';
import { eventually, live, post, river, signOut, story } from './site.mjs';

const WORKER = { serviceWorkers: 'allow' };
// The program is away for a while: a browser says so in several ways.
const excused = [/ERR_(CONNECTION|SOCKET|EMPTY_RESPONSE|INCOMPLETE|NETWORK|ABORTED|FAILED)/];

/** Waits until the service worker runs. */
const worker = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(({ active, scope }) =>
  active.state === 'activated' ? scope : new Promise((done) => (active.onstatechange = () => done(scope)))));

/** Returns the addresses and texts in all caches of the site, by the name of the cache. */
const kept = (page) => page.evaluate(async () => {
  const caught = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    caught[name] = {};
    for (const request of await cache.keys()) {
      caught[name][request.url] = await (await cache.match(request)).text();
    }
  }
  return caught;
});

for (const underPath of ['/', '/feed/']) {
  story(`a page that cannot be loaded opens by itself when the site at ${underPath} is back`, { underPath, excused }, async (site) => {
    const alice = await site.person('alice', WORKER);
    assert.equal(await worker(alice.page), site.url);

    await site.stop();
    await alice.page.goto('notifications');
    const heading = alice.page.getByRole('heading', { level: 1 });
    await eventually(() => heading.textContent(), 'No connection');
    assert.equal(new URL(alice.page.url()).pathname, `${underPath}notifications`);
    const ground = await alice.page.evaluate(() => getComputedStyle(document.querySelector('.card')).backgroundColor);
    assert.equal(ground, 'rgb(255, 255, 255)', 'the style sheet is there');
    await alice.page.getByRole('link', { name: 'Try again' }).click();
    await eventually(() => heading.textContent(), 'No connection');

    await site.start();
    await eventually(() => heading.textContent(), 'Notifications');
    await live(alice.page);
  });
}

story('the page without a network does not stay when its own address is opened', async (site) => {
  const visitor = await site.visitor();
  await visitor.page.goto('offline');
  await visitor.page.waitForURL(site.url);
});

story('the service worker keeps nothing of anybody, and pages alone go through it', async (site) => {
  const alice = await site.person('alice', { ...WORKER, name: 'Alice Archer' });
  await worker(alice.page);
  const through = new Set();
  alice.page.on('response', (answer) => answer.fromServiceWorker() && through.add(answer.request().resourceType()));
  await alice.goHome();
  await alice.post('Nobody else reads this');
  // Redirections are followed by the browser.
  const id = await alice.write('A post with a slug');
  await alice.page.goto(`post/${id}`);
  assert.equal(new URL(alice.page.url()).pathname, `/post/${id}/a-post-with-a-slug`);
  await alice.page.goto('settings');
  await alice.page.goto('user/alice');
  assert.deepEqual([...through], ['document']);

  const [[name, files], ...others] = Object.entries(await kept(alice.page));
  assert.deepEqual(others, []);
  assert.match(name, /^quartfeed::[0-9a-f]{12}$/);
  const paths = Object.keys(files).map((url) => url.replace(site.url, '/').replace(/[0-9a-f]{12}/, 'HASH'));
  assert.deepEqual(paths, ['/offline', '/assets/HASH/style.css?offline', '/assets/HASH/offline.js']);
  for (const text of Object.values(files)) assert.doesNotMatch(text, /alice|csrf|reads this/i);

  await signOut(alice.page);
  await alice.page.getByText('You have been logged out').waitFor();
});

const settings = { SITE_NAME: 'First' };
story('a new page without a network takes the place of the old one', { settings, excused }, async (site) => {
  const alice = await site.person('alice', WORKER);
  await worker(alice.page);
  const [before] = Object.keys(await kept(alice.page));
  await site.stop();
  settings.SITE_NAME = 'Second';
  await site.start();
  await alice.goHome();
  await alice.page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()));
  await eventually(async () => {
    // To open a cache that was just deleted would make it again, so only the names are read.
    const names = await alice.page.evaluate(() => caches.keys());
    return names.length === 1 && names[0] !== before;
  }, true);
  await site.stop();
  await alice.page.goto('groups');
  await alice.page.getByText('Second cannot be reached').waitFor();
  await site.start();
  await alice.page.getByRole('heading', { name: 'Groups' }).waitFor();
});

story('Chromium finds nothing wrong with the manifest', async (site) => {
  const alice = await site.person('alice', WORKER);
  await worker(alice.page);
  const chromium = await alice.context.newCDPSession(alice.page);
  const { errors, url, data } = await chromium.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  assert.equal(url, `${site.url}manifest.webmanifest`);
  assert.equal(JSON.parse(data).share_target.action, '/share');
  // This answer is always empty in the shell; full Chromium judges.
  const found = await chromium.send('Page.getInstallabilityErrors');
  assert.deepEqual(found.installabilityErrors, []);
});

story('a shared text is posted when somebody presses Post', async (site) => {
  const alice = await site.person('alice');
  await alice.page.getByLabel('Share something').fill('Half a thought');
  const share = `share?${new URLSearchParams({ title: 'A page', text: 'https://example.org/', url: 'https://example.org/' })}`;
  const field = alice.page.getByLabel('Share something');
  await alice.page.goto(share);
  assert.equal(await field.inputValue(), 'A page\nhttps://example.org/');
  await field.fill('A page\nhttps://example.org/ is good');
  await alice.page.reload();
  assert.equal(await field.inputValue(), 'A page\nhttps://example.org/ is good');

  await alice.page.goto('share?text=Another');
  assert.equal(await field.inputValue(), 'Another', 'no other draft takes its place');
  await alice.page.goto(share);
  await alice.page.getByRole('button', { name: 'Post', exact: true }).click();
  await alice.page.waitForURL(site.url);
  await post(alice.page, 'A page\nhttps://example.org/ is good').waitFor();
  assert.equal((await river(alice.page)).length, 1);
  assert.equal(await field.inputValue(), 'Half a thought');
  await alice.page.goto(share);
  assert.equal(await field.inputValue(), 'A page\nhttps://example.org/', 'the sent draft is gone');
});

story('a share that is refused keeps its text and its draft', { settings: { LIMITS_POST_CHARS: 100 }, excused: [/422/] }, async (site) => {
  const alice = await site.person('alice');
  const field = alice.page.getByLabel('Share something');
  const long = 'word '.repeat(30).trim();
  await alice.page.goto(`share?${new URLSearchParams({ text: long })}`);
  await alice.page.getByRole('alert').getByText('Field cannot be longer than 100 characters.').waitFor();
  await alice.page.getByRole('button', { name: 'Post', exact: true }).click();
  await eventually(() => field.evaluate((it) => it === document.activeElement), true);
  assert.equal(await field.inputValue(), long);
  await field.fill('short');
  await alice.page.reload();
  assert.equal(await field.inputValue(), 'short');
  await alice.page.getByRole('button', { name: 'Post', exact: true }).click();
  await post(alice.page, 'short').waitFor();
});
