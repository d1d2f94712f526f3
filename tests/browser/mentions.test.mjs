// Completion of an @name: by keyboard, by mouse, in every text field.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assertFocus, eventually, gone, painted, post, story } from './site.mjs';

const list = (page) => page.getByRole('listbox', { name: 'People' });
const names = (page) => list(page).getByRole('option').locator('.handle').allTextContents();
const chosen = (page) => list(page).locator('[aria-selected=true] .handle').textContent();
const composer = (page) => page.getByLabel('Share something');

async function aliceKnowsPeople(site) {
  const alice = await site.person('alice');
  await site.person('bob', { name: 'Robert' });
  await site.person('bobby');
  await site.person('carol');
  return alice;
}

/** Writes at the cursor, all at once so that only the whole name is asked for, and waits for the list. */
async function begin(field, text) {
  await field.focus();
  await field.page().keyboard.insertText(text);
  await list(field.page()).waitFor();
}

story('an @name is completed by keyboard and announced to screen readers', async (site) => {
  const { page } = await aliceKnowsPeople(site);
  const field = composer(page);
  await begin(field, 'Hi @bo');

  assert.deepEqual((await names(page)).toSorted(), ['@bob', '@bobby']);
  const [first, second] = await names(page);
  await page.locator('#announcer').getByText('2 people: choose with the arrow keys').waitFor({ state: 'attached' });
  await assertFocus(field);
  assert.equal(await field.getAttribute('aria-controls'), await list(page).getAttribute('id'));
  const isActive = async (name) => {
    assert.equal(await chosen(page), name);
    const active = await field.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active} .handle`).textContent(), name);
  };
  await isActive(first);
  for (const [key, name] of [['ArrowDown', second], ['ArrowDown', first], ['ArrowUp', second], ['ArrowUp', first]]) {
    await page.keyboard.press(key);
    await isActive(name);
  }

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await field.inputValue(), `Hi ${second} `);
  await gone(list(page));
  assert.equal(await field.getAttribute('aria-activedescendant'), null);
  assert.equal(await field.getAttribute('aria-controls'), null);
  await begin(field, '@car');
  await page.keyboard.press('Tab');
  assert.equal(await field.inputValue(), `Hi ${second} @carol `);
  await assertFocus(field);

  await page.keyboard.press('Control+Enter');
  await post(page, `Hi ${second} @carol`).getByRole('link', { name: '@carol' }).waitFor();
});

story('Escape closes the list and keeps the text', async (site) => {
  const { page } = await aliceKnowsPeople(site);
  const field = composer(page);
  await begin(field, '@bo');

  await page.keyboard.press('Escape');

  await gone(list(page));
  await assertFocus(field);
  assert.equal(await field.inputValue(), '@bo');
  await begin(field, 'b');
  await field.pressSequentially(' ');
  await gone(list(page));
  await begin(field, '@bo');
  await page.keyboard.press('Control+Enter');
  await post(page, '@bobbo').or(post(page, '@bob @bo')).waitFor();
});

story('an @name is completed by mouse', async (site) => {
  const { page } = await aliceKnowsPeople(site);
  await begin(composer(page), 'Hi @bo');

  await list(page).getByRole('option', { name: '@bobby' }).click();

  assert.equal(await composer(page).inputValue(), 'Hi @bobby ');
  await assertFocus(composer(page));
  await begin(composer(page), '@bo');
  await page.getByRole('banner').click({ position: { x: 2, y: 2 } });
  await gone(list(page));
});

story('names are completed in comments and edits too', async (site) => {
  const alice = await aliceKnowsPeople(site);
  const { page } = alice;
  await alice.write('Hello');
  const article = page.locator('article');
  await article.waitFor();
  const complete = async (field, expected) => {
    await begin(field, ' @bobb');
    await page.keyboard.press('Enter');
    assert.equal(await field.inputValue(), expected);
    await page.keyboard.press('Control+Enter');
  };

  await complete(article.getByLabel('Write a comment'), ' @bobby ');
  const comment = article.locator('.comment');
  await comment.getByRole('link', { name: '@bobby' }).waitFor();
  await comment.getByRole('link', { name: 'Edit' }).click();
  await complete(comment.getByLabel('Edit comment'), '@bobby @bobby ');
  await eventually(() => comment.getByRole('link', { name: '@bobby' }).count(), 2);
  await article.locator('.post-body > .meta').getByRole('link', { name: 'Edit' }).click();
  await complete(article.getByLabel('Edit post'), 'Hello @bobby ');
  await article.locator('.text').getByRole('link', { name: '@bobby' }).waitFor();
});

story('nothing is offered during a composition, within a word, or when nobody matches', async (site) => {
  const { page } = await aliceKnowsPeople(site);
  const asked = [];
  page.on('request', (request) => request.url().includes('complete=') && asked.push(request.url()));
  const field = composer(page);
  const keyboard = await page.context().newCDPSession(page);
  await field.focus();

  await keyboard.send('Input.imeSetComposition', { text: '@bo', selectionStart: 3, selectionEnd: 3 });
  assert.equal(await field.inputValue(), '@bo');
  await keyboard.send('Input.insertText', { text: '' });
  await field.fill('');
  await field.pressSequentially('me@bob');
  await field.fill('');
  // Any earlier request would have been sent before this one.
  const answer = page.waitForResponse(/complete=zz/);
  await field.pressSequentially('@zz');
  await answer;
  await painted(page);
  assert.equal(await list(page).count(), 0);
  assert.deepEqual(asked.map((url) => new URL(url).searchParams.get('complete')), ['zz']);

  // A key that ends a composition chooses nothing.
  await field.fill('');
  await begin(field, '@bo');
  await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  assert.equal(await field.inputValue(), '@bo');
  assert.equal(await list(page).count(), 1);
});

// tests/it/texts.rs posts the same texts, and finds a link in the first ones only.
test('a name is completed exactly where the server links it', async () => {
  const read = (path) => readFile(new URL(path, import.meta.url), 'utf8');
  const { linked, plain } = JSON.parse(await read('mention-beginnings.json'));
  const [, pattern] = (await read('../../assets/mentions.js')).match(/const BEGUN = (new RegExp\([^]*?\));\n/);
  const begun = new Function(`return ${pattern}`)();
  for (const sign of '@＠') {
    for (const before of linked) assert.equal(begun.exec(`${before}${sign}bo`)?.[1], 'bo', before);
    for (const before of plain) assert.equal(begun.exec(`${before}${sign}bo`), null, before);
  }
});
