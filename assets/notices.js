// notices.js: what the page tells its reader and asks: toasts, announcer, connection, dialogs.

import { base, element } from './page.js';

const TOAST_MS = 6_000;
const ERROR_MS = 20_000;
const ANNOUNCE_EVERY_MS = 3_000;
const RECONNECTING_AFTER_MS = 5_000;
const OFFLINE_AFTER_MS = 30_000;

export function toast(text, error) {
  const role = error ? 'alert' : 'status';
  const shown = element('div', { className: error ? 'toast error' : 'toast', role }, text);
  document.querySelector('#toasts').replaceChildren(shown);
  setTimeout(() => shown.remove(), error ? ERROR_MS : TOAST_MS);
}

// A busy river must not talk without end: of what comes close together the last is said.
let words, timer, saidAt = 0;
export function announce(text) {
  words = text;
  timer ??= setTimeout(say, Math.max(300, saidAt + ANNOUNCE_EVERY_MS - Date.now()));
}

function say() {
  const announcer = document.querySelector('#announcer');
  // The same words twice would be no change, and stay unsaid.
  announcer.textContent = announcer.textContent === words ? `${words}\u00a0` : words;
  timer = undefined;
  saidAt = Date.now();
}

// Nothing while it is live; a short break is not worth a word either.
const line = document.querySelector('#connection');
let shownState, timers = [];

export function showState(state) {
  if (state === shownState) return;
  shownState = state;
  timers.forEach(clearTimeout);
  timers = [];
  sayState();
  document.documentElement.toggleAttribute('data-live', false);
  if (state === 'live') document.documentElement.dataset.live = 'on';
  if (state === 'signed_out') {
    sayState('Signed out. ', element('a', { href: `${base}/login` }, 'Sign in again.'));
  }
  if (state === 'down') {
    timers = [
      setTimeout(() => sayState(navigator.onLine ? 'Reconnecting…' : 'Offline'), RECONNECTING_AFTER_MS),
      setTimeout(() => sayState('Offline'), OFFLINE_AFTER_MS),
    ];
  }
}

function sayState(...words) {
  line.replaceChildren(...words);
  line.hidden = !words.length;
}

// Resolves with the value of the button that closed it, '' for Esc.
export function openDialog(label, ...children) {
  const before = document.activeElement;
  const form = element('form', { method: 'dialog' }, ...children);
  const dialog = element('dialog', { className: 'card', ariaLabel: label }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      dialog.remove();
      before.focus({ preventScroll: true });
      resolve(dialog.returnValue);
    };
  });
}

// What is safe has the focus, so that a hasty Enter destroys nothing.
export async function confirmed(question, verb) {
  const go = element('button', { className: 'danger', value: 'yes' }, verb);
  const stay = element('button', { autofocus: true }, 'Cancel');
  const actions = element('div', { className: 'actions' }, go, stay);
  return (await openDialog(question, element('p', {}, question), actions)) === 'yes';
}
