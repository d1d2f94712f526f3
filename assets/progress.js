// progress.js: shows how far work on the server is. Without it, the page loads again by itself.

import { fetchFragment } from './fragments.js';
import { announce } from './notices.js';

const EVERY_MS = 2_000;
const find = () => document.querySelector('[data-progress]');

async function look() {
  const shown = find();
  // What is only hidden now is looked at later, and so is a site that does not answer.
  const fresh = document.hidden ? undefined : await fetchFragment(location.href).catch(() => undefined);
  if (fresh && shown) {
    const isFocused = shown.contains(document.activeElement);
    shown.replaceWith(fresh);
    if (isFocused) fresh.querySelector('button')?.focus();
    if (!find()) announce(fresh.querySelector('h2')?.textContent ?? '');
  }
  if (find()) setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
