// Words of people stay in their place: they do not cover others, widen the page, or turn a link.

import assert from 'node:assert/strict';
import { story } from './site.mjs';

const PILE = `Z${'\u0301'.repeat(180)}`;
const CLUSTER = 'क्'.repeat(300);

/** Returns pictures of an element before and after the words elsewhere on the page are hidden. */
async function withAndWithout(element, words) {
  const seen = await element.screenshot({ animations: 'disabled' });
  await words.evaluate((it) => (it.style.visibility = 'hidden'));
  const alone = await element.screenshot({ animations: 'disabled' });
  return [seen, alone];
}

/** Returns the largest difference of a color between two pictures of the same size, from 0 to 255. */
function difference(page, pictures) {
  return page.evaluate(
    async (all) => {
      const [one, other] = await Promise.all(
        all.map(async (bytes) => {
          const blob = new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))]);
          const image = await createImageBitmap(blob);
          const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
          canvas.drawImage(image, 0, 0);
          return canvas.getImageData(0, 0, image.width, image.height).data;
        }),
      );
      return one.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at])), 0);
    },
    pictures.map((picture) => picture.toString('base64')),
  );
}

story('piled-up marks do not cover other posts', async (site) => {
  const alice = await site.person('alice');
  for (const text of ['Below', PILE, 'Above']) await alice.write(text);
  await alice.goHome();
  const { page } = alice;
  const pile = page.locator('.text').nth(1);
  const above = page.locator('.river article').first();

  const pictures = await withAndWithout(above, pile);

  // The edge of a rounded corner is drawn anew with values that differ by up to 3. A letter differs by 200.
  const most = await difference(page, pictures);
  assert.ok(most < 20, `something covers the post above: ${most}`);
});

story('long clusters do not make the page wider', async (site) => {
  const alice = await site.person('alice', { viewport: { width: 320, height: 640 } });
  const id = await alice.write(`Wide ${CLUSTER}`);
  await alice.comment(id, CLUSTER);
  await alice.send('profile/edit', { username: 'alice', name: 'क्'.repeat(25) }, './');
  for (const path of ['./', `post/${id}/wide`, 'user/alice', 'people', 'notifications', 'settings']) {
    await alice.page.goto(path);
    const [width, room] = await alice.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth];
    });
    assert.ok(width <= room, `${path} is ${width} pixels wide`);
  }
});

story('a link reads in its own order', async (site) => {
  const alice = await site.person('alice');
  const address = 'https://evil.example/moc.elpmaxe.knab//:sptth';
  await alice.write(`\u202e${address}`);
  await alice.goHome();
  const link = alice.page.locator('.text a');

  const places = await link.evaluate((it) => {
    const range = document.createRange();
    const at = (n) => {
      range.setStart(it.firstChild, n);
      range.setEnd(it.firstChild, n + 1);
      return range.getBoundingClientRect().x;
    };
    return [at(0), at(5), at(10)];
  });

  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.equal(await link.getAttribute('title'), address);
});
