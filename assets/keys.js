// keys.js: one-key shortcuts. The dialog under `?`, in help.js, lists them, and can turn them off for people who use speech
// input.

import { base, element, focusOn, on, recall, river, say, user } from './page.js';
import { beginsInSight } from './place.js';
import { showWaiting } from './river.js';

const shortcuts = {
  j: () => step(1),
  k: () => step(-1),
  Enter: () => current().querySelector('time').closest('a').click(),
  l: () => current()?.querySelector('.meta .like')?.click(),
  c: () => current()?.querySelector('.comment-form textarea').focus(),
  n: () => document.querySelector('#message')?.focus(),
  '.': showWaiting,
  z: () => document.querySelector('.undo button')?.click(),
  '/': search,
  '?': showKeys,
};

on('keydown', (event) => {
  const { target } = event;
  const key = pressed(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog:modal')) return;
  const article = target.closest('article');
  if (target.closest('input, textarea, select')) {
    if (key !== 'Escape') return;
    const cancel = target.closest('.edit')?.querySelector('.cancel');
    if (cancel) return cancel.click();
    target.blur();
    article?.focus();
  } else if (article && /^Page(Down|Up)$/.test(key)) {
    event.preventDefault();
    step(key === 'PageDown' ? 1 : -1);
  } else if (recall('keys') !== 'off' && shortcuts[key] && (key !== 'Enter' || target === article)) {
    event.preventDefault();
    shortcuts[key]();
  }
});

// Returns the key without Caps Lock. On keyboards of other alphabets it is the letter that has the same place.
function pressed({ key, code, shiftKey }) {
  if (key.length > 1 || shiftKey) return key;
  return (key > '~' ? code.replace('Key', '') : key).toLowerCase();
}

// Returns the post with the focus, or the only post of the page.
const current = () => document.activeElement.closest('article') ?? river?.querySelector('article:only-of-type');

// Moves the focus by `by` posts, from the focused one or else from the first one in sight.
function step(by) {
  const all = [...document.querySelectorAll('main article')];
  const here = all.indexOf(document.activeElement.closest('article'));
  const next = all[here < 0 ? all.findIndex(beginsInSight) : here + by];
  focusOn(next);
  const block = next?.offsetHeight > innerHeight ? 'start' : 'nearest';
  next?.scrollIntoView({ block });
}

// The field of the page, or that of the bar, which narrow screens do not show.
function search() {
  const field = ['#q', '.find input'].map((one) => document.querySelector(one)).find((one) => one?.checkVisibility());
  if (field) field.focus();
  else location.assign(`${base}/search`);
}

function showKeys() {
  if (user) import('./help.js').then(({ help }) => help(), () => {});
}

// A button in the menu of oneself opens the dialog too, because `?` does nothing while the shortcuts are off. The menu
// closes first, so that the focus has a place to come back to.
const menu = document.querySelector('.own');
const opener = { type: 'button', className: 'quiet', textContent: say('Keyboard shortcuts'), onclick: () => (menu.hidePopover?.(), showKeys()) };
menu?.querySelector('ul:not(.far)').append(element('li', {}, element('button', opener)));
