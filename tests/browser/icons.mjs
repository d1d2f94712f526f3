// Draws the icons of the installed site: `node icons.mjs` makes assets/icon-*.png from assets/icon.svg.
//
// Phones want pictures of fixed sizes. Where a system cuts a shape of its own, the blue reaches the edges: the drawing
// itself lies within the middle four fifths, which no shape cuts (Web Application Manifest, "Icon masks").

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch } from './site.mjs';

const assets = (name) => fileURLToPath(new URL(`../../assets/${name}`, import.meta.url));
const drawing = await readFile(assets('icon.svg'), 'utf8');
const filled = drawing.replace(' rx="4"', '');

const browser = await launch();
const page = await browser.newPage();
for (const [name, svg, side] of [
  ['icon-180.png', filled, 180],
  ['icon-192.png', drawing, 192],
  ['icon-512.png', drawing, 512],
  ['icon-mask-512.png', filled, 512],
]) {
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw; height: 100vh }</style>${svg}`);
  await page.screenshot({ path: assets(name), omitBackground: true });
}
await browser.close();
