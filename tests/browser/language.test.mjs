// Pages in German: the texts of the scripts, and what comes by the stream.

import assert from 'node:assert/strict';
import { eventually, live, post, story } from './site.mjs';

story('a page in German stays German while it changes', async (site) => {
  const alice = await site.person('alice', { locale: 'de-DE' });
  const bob = await site.person('bob');
  await alice.follow(bob);
  await alice.page.goto('/');
  await live(alice.page);
  assert.equal(await alice.page.locator('html').getAttribute('lang'), 'de');

  const id = await bob.write('Regen');
  await post(alice.page, 'Regen').waitFor();
  await post(alice.page, 'Regen').getByRole('button', { name: 'Gefällt mir' }).waitFor();
  await eventually(() => post(alice.page, 'Regen').locator('.when').textContent(), 'gerade eben');
  await bob.comment(id, 'Seit vier');
  await post(alice.page, 'Regen').getByText('Seit vier').waitFor();
  await bob.page.goto(`/post/${id}`);
  await bob.page.getByText('just now').first().waitFor();

  await alice.page.getByLabel('Was möchtest du teilen?').fill('Endlich');
  await alice.page.getByLabel('Was möchtest du teilen?').press('Control+Enter');
  await eventually(() => alice.page.locator('#announcer').textContent(), 'Gepostet');

  await alice.page.keyboard.press('Escape');
  await alice.page.keyboard.press('?');
  await alice.page.getByRole('heading', { name: 'Tastatur' }).waitFor();
  await alice.page.getByText('Nächster Beitrag').waitFor();
});

story('two tabs in two languages keep them, though a stream is shared', async (site) => {
  const alice = await site.person('alice');
  const bob = await site.person('bob');
  await alice.follow(bob);
  await live(alice.page);
  const other = await alice.context.newPage();
  await other.goto(new URL('settings/account', site.url).href);
  await other.getByRole('button', { name: 'Deutsch' }).click();
  await other.getByRole('heading', { name: 'Sprache' }).waitFor();
  await other.goto(site.url);
  await live(other);
  await bob.write('Rain');
  await post(other, 'Rain').getByRole('button', { name: 'Gefällt mir' }).waitFor();
  await post(alice.page, 'Rain').getByRole('button', { name: 'Like' }).waitFor();
});

story('somebody chooses another language than that of the browser', async (site) => {
  const alice = await site.person('alice', { locale: 'de-DE' });
  await alice.page.goto('/settings/account');
  await alice.page.getByRole('button', { name: 'English' }).click();
  await alice.page.getByRole('heading', { name: 'Language' }).waitFor();
  await alice.page.getByRole('button', { name: 'As the browser' }).click();
  await alice.page.getByRole('heading', { name: 'Sprache' }).waitFor();
});
