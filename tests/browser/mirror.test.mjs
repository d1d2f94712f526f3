// Pages from right to left: mirrored as a whole, and no wider than the screen. Takes screenshots: out/mirror-*.png.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { evening } from './drawings.mjs';
import { story } from './site.mjs';

const OUT = fileURLToPath(new URL('out/', import.meta.url));

const PAGES = ['', 'everything', 'notifications', 'people', 'group/garden', 'user/bob', 'search?q=sea', 'settings', 'settings/account', 'lists'];

/** Returns the horizontal places of things, as shares of the width of the window, seen from where the line begins. */
function placesFromStart(selectors) {
  const isMirrored = getComputedStyle(document.documentElement).direction === 'rtl';
  const { clientWidth: width } = document.documentElement;
  return selectors.map((selector) => {
    const found = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
    if (!found) return null;
    const { left, right } = found.getBoundingClientRect();
    return Math.round(isMirrored ? width - right : left);
  });
}

const LANDMARKS = ['.brand', '.find', 'button.me', '.menu', 'main', 'aside', 'article .avatar', 'article .text', 'article .meta .write', 'article .tools', '.comment-text', 'form .actions'];

story('pages from right to left are mirrored and fit the screen', async (site) => {
  await mkdir(OUT, { recursive: true });
  const [alice, bob] = await site.people('alice', 'bob');
  await alice.follow(bob);
  await alice.send('groups/new', { name: 'garden', title: 'Garden', privacy: 'public' }, './');
  const post = await bob.share('The sea at night', [evening('evening.png', 640, 400), 'The sea']);
  await bob.comment(post, 'Nobody swims at night, @alice.');
  await alice.comment(post, 'I do.');
  for (const [width, height] of [[1280, 900], [390, 800]]) {
    await alice.page.setViewportSize({ width, height });
    for (const path of PAGES) {
      await alice.page.goto(`./${path}`);
      const places = await alice.page.evaluate(placesFromStart, LANDMARKS);
      await alice.page.evaluate(() => (document.documentElement.dir = 'rtl'));
      const mirrored = await alice.page.evaluate(placesFromStart, LANDMARKS);
      for (const [n, selector] of LANDMARKS.entries()) {
        // A scroll bar stands at the other side, and rounding takes a pixel.
        const isSame = places[n] === mirrored[n] || Math.abs(places[n] - mirrored[n]) <= 2;
        assert.ok(isSame, `${path} ${width}: ${selector} is at ${places[n]}, mirrored at ${mirrored[n]}`);
      }
      const wide = await alice.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0, `${path} is wider than ${width}`);
      await alice.page.screenshot({ path: `${OUT}mirror-${path.replace(/\W/g, '-') || 'home'}-${width}.png`, animations: 'disabled' });
    }
  }
});
