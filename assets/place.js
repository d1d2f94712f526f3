// place.js: keeps the reader's place on the page, and knows what the reader is writing.

import { river } from './page.js';

const TOP_PX = 80;

export const atTop = () => scrollY < TOP_PX && !document.hidden;

// Tells whether the reader is writing within `scope`. Half-written text counts even without the focus.
export function isWriting(scope) {
  return [...scope.querySelectorAll('textarea, input:not([type=hidden])')].some(
    (field) => field === document.activeElement || field.value !== field.defaultValue,
  );
}

// Changes the page without moving what the reader sees. It holds the page by the focused field, or else by the first
// article or comment that begins in sight and is still there afterwards, perhaps as a new element with the same id. The
// style sheet turns off the scroll anchoring of browsers, as they differ and some have none.
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
