// notices.js: tells the reader what happens: toasts, announcements for screen readers, counts, the connection.

import { base, element, say } from './page.js';

const TOAST_MS = 6_000;
const ERROR_MS = 20_000;
const ANNOUNCE_EVERY_MS = 3_000;
const RECONNECTING_AFTER_MS = 5_000;
const OFFLINE_AFTER_MS = 30_000;

export function toast(content, isError, ms = isError ? ERROR_MS : TOAST_MS) {
  const role = isError ? 'alert' : 'status';
  const shown = element('div', { className: isError ? 'toast error' : 'toast', role }, content);
  document.querySelector('#toasts').replaceChildren(shown);
  // It stays while the pointer or the focus is on it.
  const leave = () => (shown.matches(':hover, :focus-within') ? setTimeout(leave, ms) : shown.remove());
  setTimeout(leave, ms);
}

// Announces a text to screen readers, but not too often: only the last of several texts in a row is announced.
let words, timer, saidAt = 0;
export function announce(text) {
  words = text;
  timer ??= setTimeout(speak, Math.max(300, saidAt + ANNOUNCE_EVERY_MS - Date.now()));
}

function speak() {
  const announcer = document.querySelector('#announcer');
  // Screen readers ignore a text that does not change.
  announcer.textContent = announcer.textContent === words ? `${words}\u00a0` : words;
  timer = undefined;
  saidAt = Date.now();
}

// The menu counts unread notifications and conversations. The title of the page counts notifications and waiting posts. The
// icon of the page has a dot if anything waits.
const badge = (id) => document.getElementById(id);
const pageTitle = document.title.replace(/^\(\d+\+?\) /, '');
const counted = (id) => parseInt(badge(id)?.textContent) || 0;
const counts = { unread: counted('unread'), directs: counted('unread-directs'), waiting: 0 };
const icon = document.querySelector('link[rel=icon]');
const upTo99 = (n) => (n < 100 ? n : '99+');

export function count(changed) {
  Object.assign(counts, changed);
  const { unread, directs, waiting } = counts;
  for (const [id, n] of [['unread', changed.unread], ['unread-directs', changed.directs]]) {
    if (n === undefined) continue;
    badge(id).hidden = !n;
    badge(id).replaceChildren(upTo99(n), element('span', { className: 'visually-hidden' }, ' unread'));
  }
  document.title = (unread + waiting ? `(${upTo99(unread + waiting)}) ` : '') + pageTitle;
  const wanted = icon.href.replace(/icon(-new)?\.svg/, unread + directs + waiting ? 'icon-new.svg' : 'icon.svg');
  if (icon.href !== wanted) icon.href = wanted;
}

// Shows the state of the connection. Nothing is shown while the page is live or only briefly disconnected.
const line = document.querySelector('#connection');
let shownState, timers = [];

export function showState(state) {
  if (state === shownState) return;
  shownState = state;
  document.documentElement.dataset.live = state === 'live' ? 'on' : 'off';
  timers.forEach(clearTimeout);
  sayState();
  if (state === 'signed_out') {
    sayState(`${say('Signed out.')} `, element('a', { href: `${base}/login` }, say('Sign in again.')));
  }
  if (state === 'down') {
    const later = (ms, text) => setTimeout(() => sayState(navigator.onLine ? text : say('Offline')), ms);
    timers = [later(RECONNECTING_AFTER_MS, say('Reconnecting…')), later(OFFLINE_AFTER_MS, say('Offline'))];
  }
}

function sayState(...words) {
  line.replaceChildren(...words);
  line.hidden = !words.length;
}
