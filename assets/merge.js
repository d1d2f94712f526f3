// merge.js: updates a shown post from a freshly drawn one, part by part, so that the focus and drafts stay. Two parts
// match if they have the same id or class.

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
    // A deleted article is in no page, and its parts are not connected.
    before = old?.parentNode === shown ? old : part;
  }
  for (const part of rest.values()) {
    if (!part.matches('form') && !isWriting(part)) swap(part);
  }
  if (shown.matches('.comments')) joinByPerson(shown);
}

// Marks each comment that follows one of the same person, as the server does. A line joins them.
function joinByPerson(list) {
  for (const one of list.children) one.toggleAttribute('data-joined', !!by(one) && by(one) === by(one.previousElementSibling));
}

const by = (comment) => comment?.querySelector('.comment-by a')?.href;

// Keeps forms, because the reader may be writing in them, and comments that were unfolded.
function mergePart(old, part) {
  const isKept = old.matches('form') || (old.matches('.comments') && isUnfolded(old) && !isUnfolded(part));
  if (isKept) return;
  if (old.matches(MADE_OF_PARTS)) merge(old, part);
  else if (bare(old) !== bare(part)) swap(old, part);
}

// Updates one comment in an unfolded list: adds it, changes it or, without `fresh`, removes it.
export function mergeComment(list, id, fresh) {
  const comments = [...list.children];
  const old = comments.find((other) => other.dataset.commentId === String(id));
  if (old && fresh) merge(old, fresh);
  else if (old) swap(old);
  else if (fresh) list.insertBefore(fresh, comments.find((other) => Number(other.dataset.commentId) > id) ?? null);
  joinByPerson(list);
}

// Returns the HTML without times and tokens, which differ between two drawings of one post, and without what is unfolded.
function bare(part) {
  const copy = part.cloneNode(true);
  copy.removeAttribute('open');
  for (const drawn of copy.querySelectorAll('time, [name=csrf_token]')) drawn.remove();
  return copy.outerHTML;
}

// Replaces or removes an element. The focus moves to the link or button with the same text, or else to the post.
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
