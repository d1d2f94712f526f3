// Posts that link to other posts of the site, and the line that joins comments of one person.

import assert from 'node:assert/strict';
import { assertAsLoaded, comments, eventually, gone, live, story } from './site.mjs';

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

for (const isWhole of [false, true]) {
  story(`a line joins comments of one person${isWhole ? ' in an unfolded list' : ''}`, async (site) => {
    const [alice, bob] = await site.people('alice', 'bob');
    const id = await alice.write('A talk');
    const joined = () => alice.page.locator('.comment').evaluateAll((all) => all.map((one) => 'joined' in one.dataset));
    await alice.page.goto(isWhole ? `post/${id}` : './');
    await live(alice.page);

    await bob.comment(id, 'One');
    await bob.comment(id, 'Two');
    await eventually(() => comments(alice.page, 'A talk'), ['One', 'Two']);
    assert.deepEqual(await joined(), [false, true]);
    const middle = await alice.comment(id, 'Three');
    if (isWhole) await bob.comment(id, 'Four');
    const all = isWhole ? ['One', 'Two', 'Three', 'Four'] : ['One', 'Two', 'Three'];
    await eventually(() => comments(alice.page, 'A talk'), all);
    assert.deepEqual(await joined(), all.map((text) => text === 'Two'));
    await assertAsLoaded(alice.page);

    await alice.act(`comment/${middle}/delete`);
    await eventually(() => comments(alice.page, 'A talk'), all.filter((text) => text !== 'Three'));
    assert.deepEqual(await joined(), isWhole ? [false, true, true] : [false, true]);
    await assertAsLoaded(alice.page);
  });
}
