// The event stream between the program and the tabs of a browser: how it is lost, shared and ended.

import assert from 'node:assert/strict';
import { button, eventually, isMarked, live, mark, post, river, signOut, story } from './site.mjs';

// The program is away for a while: a browser says so in several ways.
const CONNECTION = /ERR_(CONNECTION|SOCKET|EMPTY_RESPONSE|INCOMPLETE|NETWORK|ABORTED|FAILED)/;

/** Collects the addresses of the streams that a browser opens. */
function streams({ context }) {
  const asked = [];
  context.on('request', (request) => request.resourceType() === 'eventsource' && asked.push(request.url()));
  return asked;
}

story('a page catches up by itself after the program was stopped', { excused: [CONNECTION] }, async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  await bob.postElsewhere('Before');
  await post(alice.page, 'Before').waitFor();
  await mark(alice.page);

  await site.stop();
  // Alice does not reconnect before Bob has written.
  await alice.context.route('**/sse*', (route) => route.abort());
  await site.start();
  await bob.postElsewhere('In between', 'And one more');
  assert.deepEqual(await river(alice.page), ['Before']);
  await alice.context.unroute('**/sse*');

  await post(alice.page, 'And one more').waitFor();
  await live(alice.page);
  await bob.postElsewhere('Afterwards');
  await post(alice.page, 'Afterwards').waitFor();
  assert.deepEqual(await river(alice.page), ['Afterwards', 'And one more', 'In between', 'Before']);
  assert.ok(await isMarked(alice.page), 'without a reload');
});

story('a page says that the program is away, and keeps what could not be sent', { excused: [CONNECTION] }, async (site) => {
  const bob = await site.person('bob');
  const words = bob.page.locator('#connection');
  await bob.page.clock.install();
  await bob.goHome();
  await bob.page.clock.pauseAt(Date.now() + 60_000);
  await site.stop();
  await bob.page.getByLabel('Share something').fill('Written in a tunnel');

  await bob.page.getByRole('button', { name: 'Post', exact: true }).click();
  await bob.page.getByRole('alert').getByText('No connection').waitFor();
  assert.equal(await bob.page.getByLabel('Share something').inputValue(), 'Written in a tunnel');
  assert.ok(await words.isHidden(), 'a short break is not mentioned');
  await bob.page.clock.runFor(10_000);
  await words.getByText('Reconnecting…').waitFor();

  await site.start();
  await bob.page.clock.resume();
  await live(bob.page);
  assert.ok(await words.isHidden());
  await bob.page.getByRole('button', { name: 'Post', exact: true }).click();
  await post(bob.page, 'Written in a tunnel').waitFor();
});

story('two tabs of a browser share one stream, and the second takes it over', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  const asked = streams(alice);

  const other = await alice.secondTab();
  await bob.postElsewhere('For both');
  await post(alice.page, 'For both').waitFor();
  await post(other, 'For both').waitFor();
  assert.deepEqual(asked, [], 'the second tab asks for no stream');

  await alice.page.close();
  await bob.postElsewhere('For the one that is left');
  await post(other, 'For the one that is left').waitFor();
  assert.deepEqual(await river(other), ['For the one that is left', 'For both']);
  assert.equal(asked.length, 1);
});

story('every tab is live in a browser without Web Locks', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  await alice.follow(bob);
  const other = await alice.secondTab();

  await bob.postElsewhere('For both');

  await post(alice.page, 'For both').waitFor();
  await post(other, 'For both').waitFor();
});

story('nine posts that are opened in the background load beside the page in front, without Web Locks', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  const ids = [];
  for (let n = 1; n <= 9; n++) ids.push(await bob.write(`Post ${n}`));
  // All pages of a headless browser say that they are seen.
  await alice.context.addInitScript(() => {
    let hidden = location.pathname.startsWith('/post/');
    Object.defineProperty(navigator, 'locks', { value: undefined });
    Object.defineProperty(document, 'hidden', { get: () => hidden });
    window.show = () => {
      hidden = false;
      document.dispatchEvent(new Event('visibilitychange'));
    };
  });
  await alice.goHome();
  const asked = streams(alice);

  const open = async (id) => {
    const page = await alice.context.newPage();
    await page.goto(`post/${id}`);
    return page;
  };
  const tabs = await Promise.all(ids.map(open));
  // A browser has six connections to a site, and each stream would take one.
  await button(post(alice.page, 'Post 9'), 'Like').click();
  await eventually(() => button(post(alice.page, 'Post 9'), 'Like').getAttribute('aria-pressed'), 'true');
  assert.deepEqual(asked, [], 'a hidden page asks for no stream');

  await tabs[0].evaluate(() => window.show());
  await live(tabs[0]);
  assert.equal(asked.length, 1);
});

story('signing out in one tab tells the others', { excused: [/401/] }, async (site) => {
  const alice = await site.person('alice');
  const other = await alice.secondTab();
  const third = await alice.secondTab();

  // The first tab holds the stream, and hands it over when it leaves.
  await signOut(alice.page);
  await alice.page.getByText('You have been logged out').waitFor();

  for (const page of [other, third]) {
    await page.getByText('Signed out. Sign in again.').waitFor();
  }
  await other.getByRole('link', { name: 'Sign in again.' }).click();
  await other.getByRole('heading', { name: 'Sign in' }).waitFor();
});

story('signing out in a tab without the stream tells the tab that has it', { excused: [/401/] }, async (site) => {
  const alice = await site.person('alice');
  const other = await alice.secondTab();

  await signOut(other);

  await alice.page.getByText('Signed out. Sign in again.').waitFor();
  await eventually(() => alice.page.locator('html[data-live=on]').count(), 0);
});

story('the back button leads to a live page', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  await bob.postElsewhere('Before');
  await post(alice.page, 'Before').getByRole('link', { name: 'just now' }).click();
  await alice.page.waitForURL(/\/post\//);
  await bob.postElsewhere('Meanwhile');

  await alice.page.goBack();

  await post(alice.page, 'Meanwhile').waitFor();
  assert.deepEqual(await river(alice.page), ['Meanwhile', 'Before']);
});
