// Lost connections: a proxy that breaks, a laptop that slept, no network.

import assert from 'node:assert/strict';
import { assertAsLoaded, assertFocus, comments, eventually, gone, isMarked, live, mark, post, river, story } from './site.mjs';

/** Alice sits behind a proxy, follows Bob, and is writing a post. */
async function aliceBehindAProxy(site) {
  const proxy = await site.proxy();
  const alice = await site.person('alice', { baseURL: proxy.url });
  const bob = await site.person('bob');
  const id = await bob.write('Before');
  await alice.follow(bob);
  await mark(alice.page);
  await alice.page.getByLabel('Share something').fill('I was just');
  return { proxy, alice, bob, id };
}

async function assertCaughtUp({ alice, bob }) {
  await eventually(() => river(alice.page), ['News', 'Before']);
  await eventually(() => comments(alice.page, 'Before'), ['Meanwhile']);
  await alice.page.keyboard.type(' about to say');
  assert.equal(await alice.page.getByLabel('Share something').inputValue(), 'I was just about to say');
  assert.ok(await isMarked(alice.page), 'without a reload');
  await bob.write('Afterwards');
  await post(alice.page, 'Afterwards').waitFor();
  await alice.page.getByLabel('Share something').fill('');
  await assertAsLoaded(alice.page);
}

story('a page reconnects by itself after its proxy answered 502 for a while', { excused: [/502|ERR_/] }, async (site) => {
  const all = await aliceBehindAProxy(site);
  const { proxy, alice, bob, id } = all;
  const refused = [];
  alice.page.on('response', (answer) => answer.status() === 502 && refused.push(answer.url()));

  proxy.breakDown();
  await bob.write('News');
  await bob.comment(id, 'Meanwhile');
  await eventually(() => refused.length > 1, true);
  await assertFocus(alice.page.getByLabel('Share something'));
  proxy.recover();

  await live(alice.page);
  await assertCaughtUp(all);
});

story('a post that a broken proxy did not take is kept and can be sent again', { excused: [/502|ERR_/] }, async (site) => {
  const { proxy, alice } = await aliceBehindAProxy(site);
  proxy.breakDown();
  await alice.page.keyboard.press('Control+Enter');
  await alice.page.getByRole('alert').waitFor();
  assert.equal(await alice.page.getByLabel('Share something').inputValue(), 'I was just');

  proxy.recover();
  await live(alice.page);
  await alice.page.getByLabel('Share something').press('Control+Enter');
  await post(alice.page, 'I was just').waitFor();
});

story('a page that slept with a dead connection catches up', async (site) => {
  const proxy = await site.proxy();
  const alice = await site.person('alice', { baseURL: proxy.url });
  const bob = await site.person('bob');
  await alice.page.clock.install();
  const id = await bob.write('Before');
  await alice.follow(bob);
  await mark(alice.page);
  await alice.page.getByLabel('Share something').fill('I was just');

  proxy.forgetConnections();
  await bob.write('News');
  await bob.comment(id, 'Meanwhile');
  await alice.page.clock.fastForward('10:00');

  await assertCaughtUp({ alice, bob });
});

story('a page says at once that there is no network, and reconnects when there is one', { excused: [/ERR_/] }, async (site) => {
  const all = await aliceBehindAProxy(site);
  const { proxy, alice, bob, id } = all;
  await alice.context.setOffline(true);
  proxy.cutOff();
  await alice.page.getByText('Offline', { exact: true }).waitFor();
  await bob.write('News');
  await bob.comment(id, 'Meanwhile');

  proxy.recover();
  await alice.context.setOffline(false);

  await live(alice.page);
  await assertCaughtUp(all);
});

story('a post that was liked and deleted meanwhile has its likes when it is back', { excused: [/502|404|ERR_/] }, async (site) => {
  const { proxy, alice, bob, id } = await aliceBehindAProxy(site);
  const dave = await site.person('dave');
  proxy.breakDown();
  await dave.act(`post/${id}/like`);
  await bob.act(`post/${id}/delete`);
  proxy.recover();
  await alice.page.evaluate(() => dispatchEvent(new Event('online')));
  await gone(alice.page.locator(`#post-${id}`));

  await bob.act(`post/${id}/undelete`);

  await alice.page.locator(`#post-${id} .likes`, { hasText: 'dave liked this' }).waitFor();
  await assertAsLoaded(alice.page);
});

story('a page whose stream never opens says so, and is live when it does', async (site) => {
  const proxy = await site.proxy();
  const alice = await site.person('alice', { baseURL: proxy.url });
  const { page } = alice;
  await page.clock.install();
  proxy.holdStreams();
  await page.goto('./');
  await page.clock.fastForward('00:25');
  await page.getByText('Offline', { exact: true }).waitFor();

  proxy.recover();
  await page.clock.fastForward('01:10');

  await live(page);
});

story('a page whose stream has gone silent opens it again', async (site) => {
  const proxy = await site.proxy();
  const alice = await site.person('alice', { baseURL: proxy.url });
  const bob = await site.person('bob');
  await alice.follow(bob);
  const { page } = alice;
  await page.clock.install();
  await page.goto('./');
  await live(page);
  proxy.forgetConnections();
  await bob.write('News');
  await page.clock.runFor(42_000);

  await post(page, 'News').waitFor();
});

story('a captive portal does not empty the river', async (site) => {
  const { proxy, alice, bob } = await aliceBehindAProxy(site);
  const elsewhere = await site.visitor({ storageState: await alice.context.storageState() });
  await site.person('carol');
  const shown = await river(alice.page);
  const portal = alice.page.waitForResponse((answer) => answer.url().endsWith('/feed'));
  proxy.pretend();
  await elsewhere.act('follow/carol');
  await portal;
  assert.deepEqual(await river(alice.page), shown);

  proxy.recover();
  await bob.write('After the hotel');

  await post(alice.page, 'After the hotel').waitFor();
  await assertAsLoaded(alice.page);
});
