// Writing: texts that are refused, drafts that are kept, and markup that stays text.

import assert from 'node:assert/strict';
import { eventually, post, river, signOut, story } from './site.mjs';

const TOO_LONG = 'x'.repeat(3_001);
const field = (page) => page.getByLabel('Share something');
const send = (page) => page.getByRole('button', { name: 'Post', exact: true }).click();

/** Returns the error that the field names as its description. */
async function described(page) {
  await page.locator('#message[aria-invalid=true]').waitFor();
  const id = await field(page).getAttribute('aria-describedby');
  return page.locator(`#${id}`).textContent();
}

for (const javaScriptEnabled of [true, false]) {
  const where = javaScriptEnabled ? '' : ' without JavaScript';

  story(`a post that is too long or empty is refused and kept${where}`, { excused: [/422/] }, async (site) => {
    const bob = await site.person('bob', { javaScriptEnabled });
    await field(bob.page).fill(' \n ');
    await send(bob.page);
    assert.equal(await described(bob.page), 'This field is required.');
    assert.deepEqual(await river(bob.page), []);

    await field(bob.page).fill(TOO_LONG);
    await send(bob.page);

    await bob.page.getByText('Field cannot be longer').waitFor();
    assert.equal(await described(bob.page), 'Field cannot be longer than 3000 characters.');
    assert.equal(await field(bob.page).inputValue(), TOO_LONG);

    await field(bob.page).fill(TOO_LONG.slice(1));
    await send(bob.page);
    await post(bob.page, TOO_LONG.slice(1)).waitFor();
    assert.equal(await bob.page.locator('.field-error').count(), 0);
    assert.equal(await field(bob.page).getAttribute('aria-invalid'), null);
    assert.equal(await field(bob.page).inputValue(), '');
  });

  story(`a refused registration keeps what was typed${where}`, { excused: [/422/] }, async (site) => {
    const { page } = await site.visitor({ javaScriptEnabled });
    await page.goto('register');
    await page.getByLabel('Username').fill('a name with spaces');
    await page.getByLabel('Name (optional)').fill('Émile 🎈');
    await page.getByLabel('Password').fill('a long password');
    await page.locator('main').getByRole('button', { name: 'Register' }).click();

    await page.locator('#username[aria-invalid=true]').waitFor();
    assert.ok(await page.locator('#username-error').isVisible());
    assert.equal(await page.getByLabel('Username').inputValue(), 'a name with spaces');
    assert.equal(await page.getByLabel('Name (optional)').inputValue(), 'Émile 🎈');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
  });
}

story('half-written text survives new posts', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  await field(alice.page).pressSequentially('I was just');

  await bob.postElsewhere('Hello alice');
  await post(alice.page, 'Hello alice').waitFor();

  // She has not noticed, and keeps typing.
  await alice.page.keyboard.type(' about to say');
  assert.equal(await field(alice.page).inputValue(), 'I was just about to say');
});

story('half-written text survives a reload, and is forgotten after it is sent', async (site) => {
  const alice = await site.person('alice');
  await field(alice.page).fill('I was just');
  await alice.page.reload();
  assert.equal(await field(alice.page).inputValue(), 'I was just');

  await alice.post('I was just about to say');
  await eventually(() => field(alice.page).inputValue(), '');
  await alice.page.reload();
  assert.equal(await field(alice.page).inputValue(), '');
  assert.deepEqual(await river(alice.page), ['I was just about to say']);
});

story('signing out deletes half-written text', async (site) => {
  const alice = await site.person('alice');
  await field(alice.page).fill('A secret');
  await alice.page.reload();
  assert.equal(await field(alice.page).inputValue(), 'A secret');

  await signOut(alice.page);
  await alice.page.getByText('You have been logged out').waitFor();

  assert.ok(!(await alice.page.evaluate(() => JSON.stringify({ ...localStorage }))).includes('A secret'));
  await alice.signIn();
  assert.equal(await field(alice.page).inputValue(), '');
});

// The page may open its stream after its cookies are gone, which answers 401.
story('two people who share a browser do not see the drafts of each other', { excused: [/401/] }, async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await field(alice.page).fill('By alice');
  await alice.page.reload();
  await alice.context.clearCookies();

  await alice.signIn(bob.username);

  assert.equal(await field(alice.page).inputValue(), '');
});

// --- markup stays text

const TEXTS = [
  'Family 👨‍👩‍👧‍👦, flag 🏳️‍🌈, thumb 👍🏽',
  'مرحبا بكم في النهر — שלום',
  '<script>window.ranByTest = true</script><img src=x onerror="window.ranByTest = true">',
  'javascript:window.ranByTest=true and [link](javascript:window.ranByTest=true)',
  'w'.repeat(2_000),
  '&lt;b&gt; "quotes" \'and\' &amp; ]]> </textarea></article>',
  'First line\n\n    indented    with    spaces\nlast line',
  'right-to-left override \u202e backwards, and zero\u200bwidth',
];

const widths = () => {
  const { scrollWidth, clientWidth } = document.documentElement;
  return { scrollWidth, clientWidth };
};

async function assertOnlyText(page) {
  assert.equal(await page.evaluate(() => window.ranByTest), undefined);
  assert.equal(await page.locator('[href^=javascript i], .text :is(script, img, b)').count(), 0);
  const { scrollWidth, clientWidth } = await page.evaluate(widths);
  assert.equal(scrollWidth, clientWidth, 'no sideways scrolling');
}

story('markup in a post is drawn as text, and any text fits a narrow screen', async (site) => {
  const alice = await site.person('alice', { viewport: { width: 320, height: 640 } });
  const bob = await site.person('bob', { name: `<i>${'W'.repeat(47)}` });
  await alice.follow(bob);

  for (const text of TEXTS) {
    await bob.postElsewhere(text);
    await eventually(async () => (await river(alice.page))[0], text);
  }
  await assertOnlyText(alice.page);
  const direction = (text) => post(alice.page, text).locator('.text').evaluate((it) => getComputedStyle(it).direction);
  assert.equal(await direction(TEXTS[1]), 'rtl');
  assert.equal(await direction(TEXTS[0]), 'ltr');

  await alice.page.reload();
  assert.deepEqual(await river(alice.page), TEXTS.toReversed());
  await assertOnlyText(alice.page);
  await alice.page.goto('user/bob');
  assert.deepEqual(await river(alice.page), TEXTS.toReversed());
  await assertOnlyText(alice.page);

  for (const i of TEXTS.keys()) {
    await alice.page.goto('user/bob');
    await alice.page.locator('article time').nth(i).click();
    await alice.page.waitForURL(/\/post\//);
    assert.equal(await alice.page.locator('article .text').textContent(), TEXTS.at(-1 - i));
    await assertOnlyText(alice.page);
  }
});
