// Pictures: choosing, pasting, dropping and viewing them, and how the page behaves meanwhile.

import assert from 'node:assert/strict';
import { gif, png } from './drawings.mjs';
import { assertFocus, assertUnmoved, eventually, gone, isMarked, live, mark, painted, places, post, river, signOut, story } from './site.mjs';

const LANDSCAPE = png('landscape.png', 400, 300);
const PORTRAIT = png('portrait.png', 300, 500, [200, 240, 200], [20, 90, 40]);
const WIDE = png('wide.png', 2_000, 50, [250, 200, 220], [90, 20, 60]);
const TINY = png('tiny.png', 2, 2);
const TALL = png('tall.png', 1, 1_000);
const WORDS = { name: 'words.png', mimeType: 'image/png', buffer: Buffer.from('These are words.') };
const NOTES = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('These are words.') };

const compose = (page) => page.locator('#compose');
const message = (page) => page.getByLabel('Share something');
const send = (page) => page.getByRole('button', { name: 'Post', exact: true }).click();
const choose = (page, ...files) => page.getByLabel('Add pictures').setInputFiles(files);
const shots = (page, state) => page.locator(`.shot[data-state=${state}]`);
const ready = (page, count) => eventually(() => shots(page, 'ready').count(), count);
const alts = (article) => article.locator('.pictures img').evaluateAll((all) => all.map((it) => it.alt));
const links = (article) => article.locator('.pictures a');
const lightbox = (page) => page.getByRole('dialog', { name: 'Picture' });
const drafts = (page) =>
  page.evaluate(() => Object.entries(localStorage).filter(([key, value]) => key.endsWith(':draft:pictures') && value).length);
const announced = (page) => page.locator('#announcer').textContent();

/** Dispatches the event `name` with these files on an element, as dragging or pasting does. */
async function bring(page, selector, name, ...files) {
  const sent = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') }));
  await page.locator(selector).evaluate(
    (it, { name, sent }) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, base64 } of sent) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: mimeType }));
      }
      const options = { bubbles: true, cancelable: true };
      const event = name === 'paste'
        ? new ClipboardEvent(name, { ...options, clipboardData: transfer })
        : new DragEvent(name, { ...options, dataTransfer: transfer });
      it.dispatchEvent(event);
    },
    { name, sent },
  );
}

async function assertFits(page) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
  assert.equal(scrollWidth, clientWidth, 'no sideways scrolling');
}

// --- writing

story('pictures are chosen, pasted, dropped, described, ordered and posted, and their arrival moves nothing', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await bob.follow(alice);
  for (let n = 0; n < 12; n++) await alice.write(`Number ${n}`);
  await post(bob.page, 'Number 11').waitFor();
  const { page } = alice;
  await alice.goHome();

  await message(page).fill('A walk');
  await choose(page, LANDSCAPE, PORTRAIT);
  await ready(page, 2);
  await bring(page, '#message', 'paste', WIDE);
  await ready(page, 3);
  await bring(page, '#compose', 'dragenter', TINY);
  await bring(page, '#message', 'dragover', TINY);
  assert.ok(await compose(page).evaluate((it) => it.matches('.dropping')), 'it can be seen where to drop');
  await bring(page, '#message', 'drop', TINY);
  await ready(page, 4);
  await eventually(() => announced(page), 'Picture 4 of 4 uploaded');
  assert.ok(!(await compose(page).evaluate((it) => it.matches('.dropping'))));

  await page.getByLabel('Picture 1: what does it show?').fill('The sea');
  await page.getByLabel('Picture 3: what does it show?').fill('A fence');
  await page.getByRole('button', { name: 'Move picture 3 earlier' }).press('Enter');
  await page.getByRole('button', { name: 'Move picture 2 earlier' }).press('Enter');
  await assertFocus(page.getByRole('button', { name: 'Move picture 1 earlier' }));
  assert.equal(await page.getByLabel('Picture 1: what does it show?').inputValue(), 'A fence');
  await page.getByRole('button', { name: 'Remove picture 3' }).press('Enter');
  await assertFocus(page.getByRole('button', { name: 'Remove picture 3' }));
  await ready(page, 3);

  await bob.page.mouse.wheel(0, 400);
  await bob.page.waitForFunction(() => scrollY > 300);
  await painted(bob.page);
  const before = await places(bob.page);
  await send(page);

  const expected = ['A fence', 'The sea', 'Picture 3 by alice'];
  await eventually(() => alts(post(page, 'A walk')), expected);
  await eventually(() => shots(page, 'ready').count(), 0);
  assert.equal(await message(page).inputValue(), '');
  await bob.page.locator('#new-posts').waitFor();
  await assertUnmoved(bob.page, before);
  await bob.page.locator('#new-posts').click();
  await eventually(() => alts(post(bob.page, 'A walk')), expected);
  await page.reload();
  assert.deepEqual(await alts(post(page, 'A walk')), expected);
  assert.equal(await drafts(page), 0, 'the draft is forgotten');
});

story('pictures that load late move nothing', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await bob.follow(alice);
  for (let n = 0; n < 8; n++) await alice.write(`Number ${n}`);
  await post(bob.page, 'Number 7').waitFor();
  const { page } = bob;
  await page.setViewportSize({ width: 1000, height: 1200 });
  // The pictures load long after the post has arrived.
  let free;
  const held = new Promise((resolve) => (free = resolve));
  await page.route('**/image/**', async (route) => (await held, route.continue()));
  await page.mouse.wheel(0, 300);
  await page.waitForFunction(() => scrollY > 200);

  await alice.share('With two', [LANDSCAPE, 'The sea'], [PORTRAIT, '']);
  await page.locator('#new-posts').waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator('#new-posts').click();
  await post(page, 'With two').waitFor();
  await painted(page);
  const before = await places(page);
  free();
  const loaded = (all) => all.every((it) => it.complete && it.naturalWidth > 0);
  await eventually(() => post(page, 'With two').locator('.pictures img').evaluateAll(loaded), true);
  await assertUnmoved(page, before);
});

story('a refused picture says why, and the text and the other pictures stay', { excused: [/422|413/], settings: { LIMITS_IMAGE_BYTES: 65_536, LIMITS_IMAGES_PER_POST: 2 } }, async (site) => {
  const { page } = await site.person('alice');
  await message(page).fill('Kept');
  await choose(page, NOTES, WORDS, TINY);
  await ready(page, 1);
  await page.getByText('notes.txt: Images only!').waitFor();
  await page.getByText('words.png: Images only!').waitFor();
  await choose(page, { name: 'IMG_1.HEIC', mimeType: 'image/heic', buffer: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic') });
  await page.getByText(/^IMG_1.HEIC: This is a HEIC picture, .* save a copy as a JPEG/).waitFor();
  await choose(page, { ...NOTES, name: 'large.png', mimeType: 'image/png', buffer: Buffer.alloc(65_537) });
  await page.getByText(/^large.png: .*64 kB/).waitFor();
  await choose(page, TINY, TINY);
  await ready(page, 2);
  await page.getByText(/at most 2 pictures/).waitFor();
  assert.equal(await message(page).inputValue(), 'Kept');
  await page.getByRole('button', { name: 'Remove notes.txt' }).click();
  await gone(page.getByText('notes.txt'));

  await send(page);

  await eventually(() => alts(post(page, 'Kept')), ['Picture 1 by alice', 'Picture 2 by alice']);
  assert.equal(await page.locator('.shot').count(), 0);
});

story('a refused post keeps its pictures', { excused: [/422/] }, async (site) => {
  const { page } = await site.person('alice');
  await message(page).fill('x'.repeat(3_001));
  await choose(page, TINY);
  await ready(page, 1);
  await page.getByLabel('Picture 1: what does it show?').fill('A dot');
  await send(page);
  await page.getByText('Field cannot be longer than 3000 characters.').waitFor();
  await ready(page, 1);

  await message(page).fill('Short');
  await send(page);

  await eventually(() => alts(post(page, 'Short')), ['A dot']);
});

story('a failed upload can be tried again, and Post waits for uploads that are running', { excused: [/ERR_FAILED/] }, async (site) => {
  const { page } = await site.person('alice');
  await mark(page);
  let tries = 0;
  let free;
  const held = new Promise((resolve) => (free = resolve));
  await page.route('**/api/v1/images', async (route) => (tries++ ? (await held, route.continue()) : route.abort()));
  await message(page).fill('Late');
  await choose(page, TINY);
  await page.getByText('tiny.png: No connection').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('progressbar').waitFor();
  await page.getByLabel('Picture 1: what does it show?').fill('A dot');

  await send(page);
  await painted(page);
  assert.deepEqual(await river(page), []);
  free();

  await eventually(() => alts(post(page, 'Late')), ['A dot']);
  assert.ok(await isMarked(page), 'without leaving the page');
});

story('a post that waits for uploads is sent when the last of them is removed', async (site) => {
  const { page } = await site.person('alice');
  await page.route('**/api/v1/images', () => {});
  await message(page).fill('Alone');
  await choose(page, TINY, LANDSCAPE, PORTRAIT);
  await eventually(() => shots(page, 'sending').count(), 3);
  await send(page);
  await eventually(() => announced(page), 'The post is sent when the pictures are uploaded');
  // The last one first: its upload has not begun.
  for (const n of [3, 2, 1]) {
    assert.deepEqual(await river(page), []);
    await page.getByRole('button', { name: `Remove picture ${n}` }).click();
  }
  await post(page, 'Alone').waitFor();
  assert.deepEqual(await alts(post(page, 'Alone')), []);

  // The form is ready for the next post.
  await message(page).fill('Next');
  await send(page);
  await post(page, 'Next').waitFor();
});

story('pictures of a draft survive a reload, and are forgotten when signing out', { excused: [/ERR_FAILED|404/] }, async (site) => {
  const { page } = await site.person('alice');
  await choose(page, TINY, PORTRAIT);
  await ready(page, 2);
  await page.getByLabel('Picture 2: what does it show?').fill('A meadow');

  await page.reload();
  await ready(page, 2);
  assert.equal(await page.getByLabel('Picture 2: what does it show?').inputValue(), 'A meadow');

  // Without a connection the pictures stay in the draft; a picture that the server has deleted leaves it.
  await page.route('**/image/**', (route) => route.abort());
  await page.reload();
  await ready(page, 2);
  await painted(page);
  assert.equal(await shots(page, 'ready').count(), 2);
  await page.unroute('**/image/**');
  const first = await page.locator('.shot [name=image_id]').first().inputValue();
  await page.route(`**/image/${first}/*`, (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await ready(page, 1);
  assert.equal(await page.getByLabel('Picture 1: what does it show?').inputValue(), 'A meadow');

  assert.equal(await drafts(page), 1);
  await signOut(page);
  await page.getByText('You have been logged out').waitFor();
  assert.equal(await drafts(page), 0);
});

story('pictures without JavaScript', { excused: [/422/] }, async (site) => {
  const { page } = await site.person('alice', { javaScriptEnabled: false });
  await message(page).fill('Plain');
  await choose(page, LANDSCAPE, PORTRAIT);
  await page.locator('noscript summary').click();
  await page.locator('noscript input').first().fill('The sea');
  await send(page);
  assert.deepEqual(await alts(post(page, 'Plain')), ['The sea', 'Picture 2 by alice']);

  // The link leads to the picture itself.
  const answer = page.waitForResponse(/\/full$/);
  await links(post(page, 'Plain')).first().click();
  assert.match((await answer).headers()['content-type'], /^image\//);
  await page.goBack();

  // A refused file is named, and the accepted ones need not be chosen again.
  await message(page).fill('Half');
  await choose(page, TINY, WORDS);
  await page.locator('noscript summary').click();
  await page.locator('noscript input').first().fill('A dot');
  await send(page);
  await page.getByText('Images only!').waitFor();
  assert.equal(await message(page).inputValue(), 'Half');
  assert.equal(await page.locator('.shot img').count(), 1);
  assert.equal(await page.getByLabel('Picture 1: what does it show?').inputValue(), 'A dot');
  await choose(page, PORTRAIT, WORDS);
  await page.locator('noscript summary').click();
  await page.getByLabel('Picture 2', { exact: true }).fill('A meadow');
  await send(page);
  assert.equal(await page.getByLabel('Picture 2: what does it show?').inputValue(), 'A meadow');

  // A kept picture can be removed.
  const choice = page.getByLabel('Remove picture 1');
  await page.setViewportSize({ width: 320, height: 700 });
  const [inside, around] = [await choice.boundingBox(), await page.locator('.shots').boundingBox()];
  assert.ok(inside.x + inside.width <= around.x + around.width, 'it fits a narrow screen');
  await choice.check();
  await send(page);
  assert.deepEqual(await alts(post(page, 'Half')), ['A meadow']);
});

// --- viewing

story('the lightbox has keys, captions, the focus and a way back', async (site) => {
  const alice = await site.person('alice');
  const { page } = alice;
  await alice.write('Older');
  const id = await alice.share('Three', [LANDSCAPE, 'The sea'], [PORTRAIT, ''], [WIDE, 'A fence']);
  await alice.goHome();
  const article = page.locator(`#post-${id}`);
  await links(article).first().focus();
  await page.keyboard.press('Enter');
  const box = lightbox(page);
  await box.waitFor();
  const caption = (text) => eventually(() => box.locator('figcaption').textContent(), text);
  const shown = () => box.locator('img').evaluate((it) => new URL(it.src).pathname.split('/').pop());
  await caption('1 of 3 · The sea');
  await eventually(shown, 'full');
  assert.match(await box.getByRole('link', { name: 'Full size' }).getAttribute('href'), /\/image\/\w+\/full$/);
  await assertFocus(box.getByRole('button', { name: 'Close' }));

  for (const [key, text] of [
    ['ArrowRight', '2 of 3 · Picture 2 by alice'],
    ['End', '3 of 3 · A fence'],
    ['ArrowRight', '1 of 3 · The sea'],
    ['ArrowLeft', '3 of 3 · A fence'],
    ['Home', '1 of 3 · The sea'],
  ]) {
    await page.keyboard.press(key);
    await caption(text);
  }
  // The shortcuts of the page do nothing meanwhile.
  for (const key of ['j', 'n', '?', 'l']) await page.keyboard.press(key);
  assert.ok(await box.evaluate((it) => it.contains(document.activeElement)));
  // The Tab key stays within the lightbox.
  for (let n = 0; n < 6; n++) {
    await page.keyboard.press('Tab');
    assert.ok(await box.evaluate((it) => it.contains(document.activeElement) || document.activeElement === document.body));
  }
  await box.getByRole('button', { name: 'Next' }).click();
  await caption('2 of 3 · Picture 2 by alice');
  const y = await page.evaluate(() => scrollY);
  await page.mouse.wheel(0, 500);
  await painted(page);
  assert.equal(await page.evaluate(() => scrollY), y, 'the page behind it stays');
  await box.locator('img').click();
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'hidden' });
  await assertFocus(links(article).nth(1));

  // The back button closes the lightbox and leaves the page where it is.
  await page.waitForFunction(() => history.scrollRestoration === 'auto');
  await mark(page);
  await links(article).nth(2).click();
  await caption('3 of 3 · A fence');
  await page.goBack();
  await box.waitFor({ state: 'hidden' });
  assert.ok(await isMarked(page));
  await assertFocus(links(article).nth(2));
});

story('a swipe on a phone shows the next picture in the lightbox', async (site) => {
  const alice = await site.person('alice', { hasTouch: true, viewport: { width: 360, height: 700 } });
  const { page } = alice;
  const id = await alice.share('Two', [LANDSCAPE, 'The sea'], [PORTRAIT, 'A meadow']);
  await alice.goHome();
  await links(page.locator(`#post-${id}`)).first().tap();
  const caption = (text) => eventually(() => lightbox(page).locator('figcaption').textContent(), text);
  await caption('1 of 2 · The sea');
  const touch = await page.context().newCDPSession(page);
  const swipe = async (from, to) => {
    const point = (x) => [{ x, y: 300 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: point(from) });
    for (const x of [from + (to - from) / 2, to]) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: point(x) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  await swipe(300, 60);
  await caption('2 of 2 · A meadow');
  await swipe(60, 300);
  await caption('1 of 2 · The sea');
  await assertFits(page);
});

for (const reducedMotion of ['no-preference', 'reduce']) {
  const calm = reducedMotion === 'reduce';
  story(`an animation ${calm ? 'stands still where people want no motion' : 'moves, and can be stopped'}`, async (site) => {
    const alice = await site.person('alice', { reducedMotion });
    const { page } = alice;
    const id = await alice.share('Blink', [gif('blink.gif', 200, 150), 'A lamp']);
    await alice.goHome();
    const article = page.locator(`#post-${id}`);
    const last = (locator) => locator.evaluate((it) => new URL(it.currentSrc || it.src).pathname.split('/').pop());
    await eventually(() => last(article.locator('img')), calm ? 'row' : 'moving-row');
    await links(article).click();
    const box = lightbox(page);
    await eventually(() => last(box.locator('img')), calm ? 'full' : 'moving');
    await box.getByRole('button', { name: calm ? 'Play' : 'Stop' }).click();
    await eventually(() => last(box.locator('img')), calm ? 'moving' : 'full');
    await box.getByRole('button', { name: calm ? 'Stop' : 'Play' }).waitFor();
  });
}

story('the lightbox goes on from an animation to a picture, and its buttons stay where they are', async (site) => {
  const alice = await site.person('alice');
  const { page } = alice;
  const id = await alice.share('Both', [gif('blink.gif', 200, 150), 'A lamp'], [LANDSCAPE, 'The sea']);
  await alice.goHome();
  await links(page.locator(`#post-${id}`)).first().click();
  const box = lightbox(page);
  const next = box.getByRole('button', { name: 'Next' });
  await box.getByRole('button', { name: 'Stop' }).focus();
  const before = await next.boundingBox();
  for (const text of ['2 of 2 · The sea', '1 of 2 · A lamp', '2 of 2 · The sea']) {
    await page.keyboard.press('ArrowRight');
    await eventually(() => box.locator('figcaption').textContent(), text);
    assert.ok(await box.evaluate((it) => it.contains(document.activeElement)));
    assert.deepEqual(await next.boundingBox(), before);
  }
  assert.ok(!(await box.getByRole('button', { name: /Stop|Play/ }).isVisible()));

  // All of it is in sight at 200 % and 400 % zoom.
  for (const [width, height] of [[640, 400], [320, 256]]) {
    await page.setViewportSize({ width, height });
    await assertFits(page);
    for (const it of [box.locator('img'), ...(await box.locator('.actions > :visible').all())]) {
      const { x, y, width: wide, height: high } = await it.boundingBox();
      assert.ok(x >= 0 && y >= 0 && x + wide <= width && y + high <= height, `${x} ${y} ${wide} × ${high}`);
      assert.ok(wide >= 24 && high >= 24, `${wide} × ${high}`);
    }
  }
});

story('a post without text is named after its pictures', async (site) => {
  const [alice, bob] = await site.people('alice', 'bob');
  await bob.follow(alice);
  const { page } = alice;
  await choose(page, LANDSCAPE, PORTRAIT);
  await ready(page, 2);
  await page.getByLabel('Picture 1: what does it show?').fill('The sea');
  await send(page);
  const article = page.getByRole('article', { name: 'alice The sea Picture 2 by alice' });
  await article.waitFor();
  const id = await article.getAttribute('data-post-id');
  await bob.act(`post/${id}/like`);

  await page.goto(`post/${id}`);
  assert.match(await page.title(), /alice: 2 pictures · QuartFeed$/);
  await page.goto('notifications');
  await page.getByRole('link', { name: 'A post with pictures' }).click();
  await page.waitForURL(/\/post\//);
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Edit post').fill('Now with words');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await post(page, 'Now with words').waitFor();
  assert.deepEqual(await alts(page.locator('article')), ['The sea', 'Picture 2 by alice']);
  await page.getByRole('button', { name: 'Delete this post' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(() => alts(page.locator('article')), ['The sea', 'Picture 2 by alice']);
});

for (const javaScriptEnabled of [true, false]) {
  story(`the pictures of a post can be described, removed and added later${javaScriptEnabled ? '' : ' without JavaScript'}`, async (site) => {
    const bob = await site.person('bob');
    const alice = await site.person('alice', { javaScriptEnabled });
    const { page } = alice;
    const id = await alice.share('A walk', [LANDSCAPE, 'The see'], [PORTRAIT, 'A meadow'], [WIDE, '']);
    await bob.page.goto(`post/${id}`);
    await live(bob.page);
    await mark(bob.page);
    const article = page.locator(`#post-${id}`);
    const open = async () => {
      await page.goto('./');
      await article.getByRole('link', { name: 'Edit', exact: true }).click();
      await page.locator('.edit').waitFor();
    };
    const save = () => page.getByRole('button', { name: 'Save', exact: true }).click();
    const first = page.getByLabel('Picture 1: what does it show?');

    await open();
    assert.equal(await first.inputValue(), 'The see');
    assert.equal(await article.locator('.pictures').isVisible(), false, 'they are seen once');
    if (javaScriptEnabled) {
      // The form for new posts does not touch them.
      await page.locator('.edit .shot img').first().dragTo(page.locator('.edit .shot').nth(1));
      assert.equal(await first.inputValue(), 'The see');
      assert.equal(await page.locator('#compose .shot').count(), 0);
      await page.getByRole('link', { name: 'Cancel' }).click();
      await article.locator('.pictures').waitFor();
      await open();
    }
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await assertFits(page);
      for (const it of await page.locator('.edit .remove').all()) assert.ok((await it.boundingBox()).height >= 24);
      if (!process.env.SHOW) continue;
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        const path = `${process.env.SHOW}/edit-${javaScriptEnabled ? 'script' : 'plain'}-${width}-${colorScheme}.png`;
        await page.screenshot({ path, fullPage: true });
      }
    }
    await first.fill('The sea');
    await page.getByLabel('Remove picture 2').check();
    await save();

    const expected = ['The sea', 'Picture 2 by alice'];
    await eventually(() => alts(article), expected);
    await eventually(() => alts(bob.page.locator('article')), expected);
    assert.ok(await isMarked(bob.page), 'the page of the other follows by itself');

    await open();
    await page.getByLabel('Add pictures').last().setInputFiles([TINY]);
    await page.locator('.edit details:not(.to) summary').click();
    await page.getByLabel('Picture 3', { exact: true }).fill('A dot');
    await save();
    await eventually(() => alts(article), [...expected, 'A dot']);
    await eventually(() => alts(bob.page.locator('article')), [...expected, 'A dot']);
  });
}

// --- people

for (const javaScriptEnabled of [true, false]) {
  story(`a profile picture can be set and removed${javaScriptEnabled ? '' : ' without JavaScript'}`, { excused: [/422/] }, async (site) => {
    const alice = await site.person('alice', { javaScriptEnabled });
    const { page } = alice;
    await alice.write('Mine');
    await page.goto('profile/edit');
    await page.getByLabel('About you').fill('By the sea');
    await page.getByLabel('Picture (optional)').setInputFiles(WORDS);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Images only!').waitFor();
    assert.equal(await page.getByLabel('About you').inputValue(), 'By the sea');

    await page.getByLabel('Picture (optional)').setInputFiles(PORTRAIT);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Profile updated').waitFor();
    for (const path of ['user/alice', './']) {
      await page.goto(path);
      const shown = page.locator('main img.avatar').first();
      await shown.waitFor();
      if (javaScriptEnabled) await eventually(() => shown.evaluate((it) => it.naturalWidth > 0), true);
    }

    await page.goto('profile/edit');
    await page.getByRole('button', { name: 'Remove picture' }).click();
    await page.getByText('Profile image removed').waitFor();
    await page.goto('./');
    assert.equal(await page.locator('img.avatar').count(), 0);
    await page.locator('span.avatar').first().waitFor();
  });
}

// --- sizes

story('pictures fit every screen, and have their size before they load', async (site) => {
  const alice = await site.person('alice');
  const { page } = alice;
  await alice.share('All', [LANDSCAPE, ''], [LANDSCAPE, ''], [PORTRAIT, ''], [WIDE, ''], [TINY, ''], [TALL, '']);
  await alice.share('Wide', [WIDE, '']);
  let free;
  const held = new Promise((resolve) => (free = resolve));
  await page.route('**/image/**', async (route) => (await held, route.continue()));
  const sizes = () =>
    page.locator('.pictures a').evaluateAll((all) => all.map((it) => [it.offsetWidth, it.offsetHeight]));
  const before = new Map();
  const widths = [1280, 640, 360, 320];
  await page.goto('./', { waitUntil: 'domcontentloaded' });
  await live(page);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    before.set(width, await sizes());
    await assertFits(page);
  }
  free();
  const loaded = (all) => all.every((it) => ((it.loading = 'eager'), it.complete && it.naturalWidth > 0));
  await eventually(() => page.locator('.pictures img').evaluateAll(loaded), true);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    assert.deepEqual(await sizes(), before.get(width), `at ${width} px`);
    const [first, second] = await page.locator('.pictures').last().locator('a').all();
    assert.equal((await first.boundingBox()).y, (await second.boundingBox()).y, `two stand side by side at ${width} px`);
    for (const [wide, high] of before.get(width)) assert.ok(wide >= 24 && high >= 24 && high <= 400, `${wide} × ${high}`);
  }
  if (process.env.SHOW) {
    for (const [colorScheme, width] of [['light', 1280], ['dark', 320]]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${process.env.SHOW}/pictures-${colorScheme}.png` });
    }
  }
});
