// Away and back: behind a proxy that breaks, after a laptop's sleep, without a network.

import assert from 'node:assert/strict';
import { assertAsLoaded, comments, eventually, hasFocus, isMarked, live, mark, post, river, story } from './site.mjs';

/** Alice follows bob from behind a proxy, and is writing something. */
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

story('a page behind a proxy that answered 502 for a while comes back by itself', { excused: [/502|ERR_/] }, async (site) => {
  const all = await aliceBehindAProxy(site);
  const { proxy, alice, bob, id } = all;
  const refused = [];
  alice.page.on('response', (answer) => answer.status() === 502 && refused.push(answer.url()));

  proxy.breakDown();
  await bob.write('News');
  await bob.comment(id, 'Meanwhile');
  await eventually(() => refused.length > 1, true);
  assert.ok(await hasFocus(alice.page.getByLabel('Share something')));
  proxy.recover();

  await live(alice.page);
  await assertCaughtUp(all);
});

story('what could not be sent through a broken proxy is kept and can be sent again', { excused: [/502|ERR_/] }, async (site) => {
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

story('without a network a page says so at once, and with it comes back', { excused: [/ERR_/] }, async (site) => {
  const all = await aliceBehindAProxy(site);
  const { proxy, alice, bob, id } = all;
  await alice.context.setOffline(true);
  proxy.breakDown();
  await alice.page.getByText('Offline', { exact: true }).waitFor();
  await bob.write('News');
  await bob.comment(id, 'Meanwhile');

  proxy.recover();
  await alice.context.setOffline(false);

  await live(alice.page);
  await assertCaughtUp(all);
});
