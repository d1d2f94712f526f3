// place.js: where the reader is, and what the reader is writing. Neither may be lost to what arrives.

import { river } from './page.js';

const TOP_PX = 80;

export const atTop = () => scrollY < TOP_PX && !document.hidden;

// Half-written text counts even when the cursor has left it.
export function isWriting(scope) {
  return [...scope.querySelectorAll('textarea, input:not([type=hidden])')].some(
    (field) => field === document.activeElement || field.value !== field.defaultValue,
  );
}

// Browsers guess or do not anchor at all, so the style sheet turns that off. We hold the page by the field
// being typed in, else by the first thing that begins in sight and stays, if only by its id.
export function keepPlace(change) {
  const field = document.activeElement.closest('input, textarea, select');
  const pins = field && inSight(field) ? [field] : [...river.querySelectorAll('article, .comment')].filter(inSight);
  pins.sort((a, b) => beginsInSight(b) - beginsInSight(a));
  const tops = pins.map(top);
  change();
  for (const [i, pin] of pins.entries()) {
    const kept = pin.isConnected ? pin : document.getElementById(pin.id);
    if (kept) return scrollBy({ top: top(kept) - tops[i], behavior: 'instant' });
  }
}

const top = (shown) => shown.getBoundingClientRect().top;
export const beginsInSight = (shown) => top(shown) >= 0;

function inSight(shown) {
  const { top, bottom } = shown.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
