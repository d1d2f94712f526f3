// Posts that link to other posts of the site.

import assert from 'node:assert/strict';
import { assertAsLoaded, gone, live, story } from './site.mjs';

story('a link to a post is a card that leads to it, and that changes with it', async (site) => {
  const [alice, bob, carol] = await site.people('alice', 'bob', 'carol');
  await alice.follow(bob);
  const tea = await carol.write('Tea at four, with cake');
  const before = await bob.write(`Who comes? ${site.url}post/${tea}`);
  await alice.page.goto('./');
  await live(alice.page);
  const card = alice.page.locator(`#post-${before} .quote`);
  await card.getByText('Tea at four').waitFor();

  await carol.act(`post/${tea}/edit`, { message: 'Tea at five, with cake' });
  await card.getByText('Tea at five').waitFor();
  await assertAsLoaded(alice.page);
  await carol.act(`post/${tea}/delete`);
  await gone(card);
  await assertAsLoaded(alice.page);
  await carol.act(`post/${tea}/undelete`);
  await card.waitFor();
  assert.equal(await card.count(), 1);

  const later = await bob.write(`And now? ${site.url}post/${before}`);
  const second = alice.page.locator(`#post-${later} .quote`);
  await second.getByText('Who comes?').waitFor();
  await second.press('Enter');
  await alice.page.waitForURL(new RegExp(`/post/${before}/`));
  await alice.page.locator('.quote').getByText('Tea at five').waitFor();
});
