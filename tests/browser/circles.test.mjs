// Groups and direct messages, as people use them: found, joined, posted to, and read live.

import assert from 'node:assert/strict';
import { button, eventually, live, post, river, story } from './site.mjs';

const to = (page) => page.locator('#compose .to');
const audience = (page) => page.locator('#audience summary');

/** Creates a group through the pages. */
async function found(person, name, title) {
  const { page } = person;
  await page.goto('groups');
  await page.getByRole('link', { name: 'New group' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Title (optional)').fill(title);
  await page.getByRole('button', { name: 'Create group' }).click();
  await page.getByRole('heading', { name: title }).waitFor();
}

story('a group is founded, joined and read live', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await found(alice, 'garden', 'Garden Club');
  await bob.page.goto('groups');
  await bob.page.getByRole('button', { name: 'Join Garden Club' }).click();
  await bob.page.getByText('2 members').waitFor();
  await bob.goHome();

  // On the page of the group, the composer leads there.
  await alice.page.goto('group/garden');
  await live(alice.page);
  assert.equal(await to(alice.page).locator('.to-words').textContent(), 'Garden Club');
  await alice.post('Tulips!');
  await post(bob.page, 'Tulips!').waitFor();
  assert.match(await post(bob.page, 'Tulips!').locator('.place').textContent(), /^in Garden Club/);

  await bob.comment(await post(bob.page, 'Tulips!').getAttribute('data-post-id'), 'Lovely');
  await post(alice.page, 'Tulips!').getByText('Lovely').waitFor();
  // An admin takes it away, and it leaves the page of its reader.
  const id = await bob.write('Buy my things');
  await bob.act(`post/${id}/edit`, { message: 'Buy my things', to: 'garden' });
  await post(alice.page, 'Buy my things').waitFor();
  await button(post(alice.page, 'Buy my things'), 'Delete').click();
  await eventually(() => river(bob.page), ['Tulips!']);
});

// Half a name has no audience.
story('the composer says who will see a post', { excused: [/422/] }, async (site) => {
  const [alice, bob, carol] = await site.people('alice', 'bob', 'carol');
  await found(alice, 'garden', 'Garden Club');
  await bob.send('group/garden/join', {}, './');
  await bob.send('settings/privacy', { directs_from: 'everybody' });
  await carol.follow(alice);
  await alice.goHome();
  const { page } = alice;
  await page.getByLabel('Share something').fill('psst');
  await audience(page).getByText('Everybody here can see this. carol will see it at home.').waitFor();
  await to(page).locator('summary').click();
  await to(page).getByLabel('Garden Club').check();
  await to(page).getByLabel('My feed').uncheck();
  await audience(page).getByText('bob will see it at home').waitFor();

  // People are completed like mentions, and take the other choices back.
  const people = to(page).getByLabel('Or people, for a direct message');
  await people.focus();
  await page.keyboard.type('@bo');
  await page.getByRole('option', { name: 'bob' }).click();
  await audience(page).getByText('bob will see this.').waitFor();
  assert.equal(await to(page).getByLabel('Garden Club').isChecked(), false);
  assert.equal(await to(page).locator('.to-words').textContent(), '@bob');
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByText('Posted').waitFor({ state: 'attached' });
  // The next post is not for bob alone.
  await eventually(() => to(page).locator('.to-words').textContent(), 'my feed');

  // Bob's bar counts it until he has read it.
  await bob.page.locator('#unread-directs').getByText('1 unread').waitFor();
  await bob.page.goto('directs');
  await live(bob.page);
  assert.deepEqual(await river(bob.page), ['psst']);
  await bob.page.locator('#unread-directs[hidden]').waitFor({ state: 'attached' });
  await alice.page.goto('directs');
  await live(alice.page);
  await alice.comment(await post(alice.page, 'psst').getAttribute('data-post-id'), 'Are you there?');
  await post(bob.page, 'psst').getByText('Are you there?').waitFor();
  await carol.page.goto('directs');
  await carol.page.getByText('No conversations yet.').waitFor();
});

story('a list is put together, and read live', async (site) => {
  const [alice, bob, carol] = await site.people('alice', 'bob', 'carol');
  const { page } = alice;
  const [first, second] = [await bob.write('First'), await bob.write('Second')];
  await page.goto('user/bob');
  await page.getByText('More', { exact: true }).click();
  await page.getByRole('link', { name: 'Add to list' }).click();
  await page.getByLabel('Title').fill('Painters');
  await page.getByRole('button', { name: 'Create list' }).click();
  await page.getByRole('heading', { name: 'Painters' }).waitFor();
  await live(page);
  assert.deepEqual(await river(page), ['Second', 'First']);
  await bob.write('Third');
  await post(page, 'Third').waitFor();
  await carol.write('Not for the list');
  await bob.act(`post/${second}/delete`);
  await eventually(() => river(page), ['Third', 'First']);
  // A comment lifts a post, when the page is read again.
  await carol.comment(first, 'Well said');
  await post(page, 'First').getByText('Well said').waitFor();
  await page.reload();
  assert.deepEqual(await river(page), ['First', 'Third']);
  await alice.goHome();
  await page.getByRole('complementary').getByRole('link', { name: 'Painters' }).click();
  await page.getByRole('heading', { name: 'Painters' }).waitFor();
});

story('groups and conversations work without a script', async (site) => {
  const alice = await site.person('alice', { javaScriptEnabled: false });
  const bob = await site.person('bob', { javaScriptEnabled: false });
  await bob.send('settings/privacy', { directs_from: 'everybody' });
  await found(alice, 'garden', 'Garden Club');
  const { page } = alice;
  await page.goto('./');
  await page.getByLabel('Share something').fill('Only for bob');
  await to(page).locator('summary').click();
  await to(page).getByLabel('My feed').uncheck();
  await to(page).getByLabel('Or people, for a direct message').fill('@bob');
  await page.getByRole('button', { name: 'Who will see this?' }).click();
  await audience(page).getByText('bob will see this.').waitFor();
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.goto('directs');
  assert.deepEqual(await river(page), ['Only for bob']);
  await page.locator('article .when a').first().click();
  await page.getByRole('link', { name: 'Who can see this?' }).click();
  await page.getByText('bob will see this.').waitFor();
});
