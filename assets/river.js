// river.js: the posts on this page, what live events do to them, and the reader's place among them.

import { fetchRiver, parse, river, smoothly, user } from './page.js';
import { announce } from './notices.js';
import { showOlder } from './older.js';

const TOP_PX = 80;
const pill = document.querySelector('#new-posts');
const title = document.title;
const waiting = new Map(); // post id → { html, n }, oldest first
const arrivals = new WeakMap(); // article → the number of the event that brought it

const find = (id) => document.getElementById(`post-${id}`);
const articles = () => [...river.querySelectorAll('article')];
const counted = () => `${waiting.size} new post${waiting.size === 1 ? '' : 's'}`;

export function receive(name, { post_id: id, post, html }, n) {
  if (name === 'post_deleted') return removePost(id);
  const shown = find(id);
  if (shown) {
    refresh(shown, parse(html), n);
  } else if (post.author.username === user) {
    insert(parse(html), n);
  } else if (atTop() && !isWriting(river)) {
    insert(parse(html), n);
    announce('New post');
  } else {
    waiting.set(id, { html, n });
    showPill();
    announce(counted());
  }
}

// The newest event stands on top, also when posts that waited come after one's own.
function insert(article, n) {
  const below = articles().find((other) => !(arrivals.get(other) > n)) ?? null;
  const put = () => river.insertBefore(article, below);
  arrivals.set(article, n);
  if (atTop()) put();
  else keepPlace(put);
  if (smoothly() === 'smooth') article.animate([{ opacity: 0 }, { opacity: 1 }], 400);
  tidy();
}

// The answer to one's post and its event come in either order. Whatever was there is older, so it stands on top
// until its event says where.
export function addOwn(article) {
  if (!document.getElementById(article.id)) insert(article, Infinity);
}

function refresh(shown, fresh, n) {
  arrivals.set(shown, n).set(fresh, n);
  if (isWriting(shown) || bare(shown) === bare(fresh)) return;
  const focused = shown.contains(document.activeElement);
  keepPlace(() => shown.replaceWith(fresh));
  if (focused) fresh.focus({ preventScroll: true });
}

// Without what differs between two drawings of one post: tokens and relative times.
function bare(article) {
  const copy = article.cloneNode(true);
  for (const drawn of copy.querySelectorAll('time, [name=csrf_token]')) drawn.remove();
  return copy.outerHTML;
}

export function removePost(id) {
  if (waiting.delete(id)) showPill();
  const article = find(id);
  if (!article) return;
  const beside = [article.nextElementSibling, article.previousElementSibling];
  const heir = beside.find((other) => other?.matches('article')) ?? document.querySelector('main');
  const focused = article.contains(document.activeElement);
  keepPlace(() => article.remove());
  tidy();
  if (focused) heir.focus({ preventScroll: true });
}

// Draws the river anew, except where somebody is writing; returns the id of the last event in it.
export async function reload() {
  const page = await fetchRiver(river.dataset.feed);
  const focused = document.activeElement.closest('article');
  keepPlace(() => {
    const kept = articles().filter(isWriting).map((article) => article.id);
    const others = (article) => !kept.includes(article.id);
    for (const article of articles().filter(others)) article.remove();
    river.append(...[...page.querySelectorAll('article')].filter(others));
    showOlder(page.querySelector('.older'));
  });
  if (focused && !focused.isConnected) document.getElementById(focused.id)?.focus({ preventScroll: true });
  waiting.clear();
  showPill();
  tidy();
  return page.dataset.lastEventId;
}

export function showWaiting() {
  if (!waiting.size) return;
  announce(`${counted()} shown`);
  for (const { html, n } of waiting.values()) insert(parse(html), n);
  waiting.clear();
  showPill();
  scrollTo({ top: 0, behavior: smoothly() });
  articles()[0].focus({ preventScroll: true });
}

function showPill() {
  pill.hidden = !waiting.size;
  pill.textContent = counted();
  document.title = waiting.size ? `(${waiting.size}) ${title}` : title;
}

// The words of an empty river leave with its first post; without an article it is no feed.
function tidy() {
  const filled = articles().length > 0;
  river.role = filled ? 'feed' : 'region';
  for (const child of river.children) child.hidden = filled && !child.matches('article');
}

const atTop = () => scrollY < TOP_PX && !document.hidden;

// Half-written text counts even when the cursor has left it.
function isWriting(scope) {
  return [...scope.querySelectorAll('textarea, input:not([type=hidden])')].some(
    (field) => field === document.activeElement || field.value !== field.defaultValue,
  );
}

// Browsers guess or do not anchor at all, so the style sheet turns that off. We hold the page by the field
// being typed in, else by the first article in sight that the change leaves, if only by its id.
function keepPlace(change) {
  const field = document.activeElement.closest('input, textarea, select');
  const pins = field && inSight(field) ? [field] : [...river.children].filter(inSight);
  const tops = pins.map(top);
  change();
  for (const [i, pin] of pins.entries()) {
    const kept = pin.isConnected ? pin : document.getElementById(pin.id);
    if (kept) return scrollBy({ top: top(kept) - tops[i], behavior: 'instant' });
  }
}

const top = (shown) => shown.getBoundingClientRect().top;

function inSight(shown) {
  const { top, bottom } = shown.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

pill?.addEventListener('click', showWaiting);
