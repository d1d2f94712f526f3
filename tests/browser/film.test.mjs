// Makes the moving picture of the README: two windows side by side, and what one writes appears in the other:
// out/live.webp.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { evening, tomato } from './drawings.mjs';
import { button, post, story } from './site.mjs';

const OUT = fileURLToPath(new URL('out/', import.meta.url));
// A desktop on the left, and a phone on the right.
const DESKTOP = { width: 720, height: 640 };
const PHONE = { width: 360, height: 640 };
const GAP = 16;
// How long each frame is shown.
const LETTERS_MS = 110;
const LOOK_MS = 2_400;
const SECONDS = [17, 23];
const BYTES_MAX = 700_000;

story('moving screenshots show two windows live', async (site) => {
  await mkdir(OUT, { recursive: true });
  const maya = await site.person('maya', { name: 'Maya', viewport: DESKTOP, reducedMotion: 'reduce' });
  const tom = await site.person('tom', { name: 'Tom', viewport: PHONE, colorScheme: 'dark', reducedMotion: 'reduce' });
  await tom.page.goto('profile/edit');
  await tom.page.getByLabel('Picture (optional)').setInputFiles(tomato('tomato.png', 200));
  await tom.page.getByRole('button', { name: 'Save', exact: true }).click();
  await tom.page.getByText('Profile updated').waitFor();
  await maya.share('Good morning from the lake.', [evening('evening.png', 640, 300), 'Hills and the sun']);
  await maya.follow(tom);
  await tom.follow(maya);

  const film = new Film([maya.page, DESKTOP], [tom.page, PHONE]);
  await film.frame(LOOK_MS);
  const bread = 'The bread is out of the oven. Who comes by?';
  await film.types(tom.page.getByLabel('Share something'), bread);
  await tom.page.getByRole('button', { name: 'Post', exact: true }).click();
  await Promise.all([maya, tom].map(({ page }) => post(page, bread).waitFor()));
  await film.frame(LOOK_MS);

  const [there, here] = [post(maya.page, bread), post(tom.page, bread)];
  await button(there, 'Like').click();
  await here.getByText('Maya liked this').waitFor();
  await film.frame(LOOK_MS);

  await film.answers(there, 'On my way! I bring the plum jam.', here);
  await film.answers(here, 'Then I put the kettle on.', there);
  await film.frame(LOOK_MS);

  const { milliseconds, bytes } = await film.write(`${OUT}live.webp`);
  const seconds = milliseconds / 1_000;
  assert.ok(seconds > SECONDS[0] && seconds < SECONDS[1], `about twenty seconds, not ${seconds}`);
  assert.ok(bytes < BYTES_MAX, `${bytes} bytes`);
});

class Film {
  #pages;
  #frames = [];
  #delays = [];

  constructor(...pages) {
    this.#pages = pages;
  }

  // Takes a picture of all pages as they are now.
  async frame(milliseconds) {
    const pictures = await Promise.all(this.#pages.map(([page]) => page.screenshot({ animations: 'disabled' })));
    let left = GAP;
    const placed = pictures.map((input, i) => {
      const at = { input, left, top: GAP };
      left += this.#pages[i][1].width + GAP;
      return at;
    });
    const height = Math.max(...this.#pages.map(([, { height }]) => height)) + 2 * GAP;
    const desk = { width: left, height, channels: 3, background: '#5b6b7d' };
    this.#frames.push(await sharp({ create: desk }).composite(placed).png({ compressionLevel: 1 }).toBuffer());
    this.#delays.push(milliseconds);
  }

  async types(field, text) {
    await field.click();
    for (const letters of text.match(/.{1,2}/g)) {
      await field.pressSequentially(letters);
      await this.frame(LETTERS_MS);
    }
  }

  // Writes a comment under a post, and waits until it is there in the other window.
  async answers(article, text, elsewhere) {
    const field = article.getByLabel('Write a comment');
    await this.types(field, text);
    await field.press('Control+Enter');
    await Promise.all([article, elsewhere].map((one) => one.locator('.comment-text', { hasText: text }).waitFor()));
    await this.frame(LOOK_MS);
  }

  async write(file) {
    const film = sharp(this.#frames, { join: { animated: true } });
    const { size } = await film.webp({ delay: this.#delays, loop: 0, quality: 82, effort: 4 }).toFile(file);
    return { milliseconds: this.#delays.reduce((sum, one) => sum + one), bytes: size };
  }
}
