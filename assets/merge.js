// merge.js: a shown post becomes like a freshly drawn one, part by part, so that what has the focus or is being written
// stays. Two parts are the same if they are called the same.

import { focusOn } from './page.js';
import { isWriting } from './place.js';

const MADE_OF_PARTS = '.post-body, .comments, .comment';
const nameOf = (part) => part.id || part.classList[0];
const isUnfolded = (list) => 'whole' in list.dataset;

export function merge(shown, fresh) {
  const rest = new Map([...shown.children].map((part) => [nameOf(part), part]));
  // The part that the next one is put behind.
  let before;
  for (const part of [...fresh.children]) {
    const old = rest.get(nameOf(part));
    rest.delete(nameOf(part));
    if (!old) before ? before.after(part) : shown.prepend(part);
    else mergePart(old, part);
    before = old?.isConnected ? old : part;
  }
  for (const part of rest.values()) {
    if (!part.matches('form') && !isWriting(part)) swap(part);
  }
}

// Forms are the reader's. Comments that were unfolded stay so.
function mergePart(old, part) {
  const isKept = old.matches('form') || (old.matches('.comments') && isUnfolded(old) && !isUnfolded(part));
  if (isKept) return;
  if (old.matches(MADE_OF_PARTS)) merge(old, part);
  else if (bare(old) !== bare(part)) swap(old, part);
}

// Where all comments are shown: one that came, changed or, without `fresh`, went.
export function mergeComment(list, id, fresh) {
  const comments = [...list.children];
  const old = comments.find((other) => other.dataset.commentId === String(id));
  if (old && fresh) merge(old, fresh);
  else if (old) swap(old);
  else if (fresh) list.insertBefore(fresh, comments.find((other) => Number(other.dataset.commentId) > id) ?? null);
}

// Without what differs between two drawings of one post: tokens and relative times.
function bare(part) {
  const copy = part.cloneNode(true);
  for (const drawn of copy.querySelectorAll('time')) drawn.remove();
  return copy.outerHTML;
}

// The focus goes on to what is called the same, else to the post.
export function swap(old, fresh) {
  const held = old.contains(document.activeElement) && document.activeElement;
  const article = old.closest('article');
  if (fresh) old.replaceWith(fresh);
  else old.remove();
  if (!held) return;
  const inFresh = [...(fresh?.querySelectorAll('a, button') ?? [])];
  const heir = inFresh.find((other) => other.textContent === held.textContent) ?? article;
  focusOn(heir);
}
