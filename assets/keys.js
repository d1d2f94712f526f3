// keys.js: one-key shortcuts, listed under `?`; off for those who speak to their browser.

import { element, recall, remember, river, smoothly, user } from './page.js';
import { openDialog } from './notices.js';
import { showWaiting } from './river.js';

const HELP = {
  j: 'Next post',
  k: 'Previous post',
  Enter: 'Open the post',
  n: 'Write a post',
  '.': 'Show new posts',
  Esc: 'Leave a field',
  'Ctrl + Enter': 'Send',
  '?': 'This list',
};

const shortcuts = {
  j: () => step(1),
  k: () => step(-1),
  n: () => document.querySelector('#message')?.focus(),
  '.': showWaiting,
  '?': showHelp,
};

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || target.closest('dialog')) return;
  const article = target.closest('article');
  if (target.closest('input, textarea, select')) {
    if (key !== 'Escape') return;
    target.blur();
    article?.focus();
  } else if (article && /^Page(Down|Up)$/.test(key)) {
    event.preventDefault();
    step(key === 'PageDown' ? 1 : -1);
  } else if (recall('keys') === 'off') {
    return;
  } else if (key === 'Enter' && target === article) {
    article.querySelector('time').closest('a').click();
  } else if (Object.hasOwn(shortcuts, key)) {
    event.preventDefault();
    shortcuts[key]();
  }
});

// From the focused article, else from the first one in sight.
function step(by) {
  const articles = [...(river?.querySelectorAll('article') ?? [])];
  const here = articles.indexOf(document.activeElement.closest('article'));
  const next = articles[here < 0 ? articles.findIndex(startsInSight) : here + by];
  next?.focus({ preventScroll: true });
  const block = next?.offsetHeight > innerHeight ? 'start' : 'nearest';
  next?.scrollIntoView({ block, behavior: smoothly() });
}

const startsInSight = (article) => article.getBoundingClientRect().top >= 0;

function showHelp() {
  const list = element('dl', { className: 'keys' });
  for (const [key, what] of Object.entries(HELP)) {
    list.append(element('dt', {}, element('kbd', {}, key)), element('dd', {}, what));
  }
  const box = element('input', { type: 'checkbox', checked: recall('keys') !== 'off' });
  box.onchange = () => remember('keys', box.checked ? 'on' : 'off');
  const label = element('label', { className: 'check' }, box, 'Keyboard shortcuts');
  openDialog('Keyboard', element('h2', {}, 'Keyboard'), list, label, element('button', {}, 'Close'));
}

// Once they are off, `?` cannot bring them back; this button can.
const properties = { type: 'button', className: 'quiet', onclick: showHelp };
if (user) document.querySelector('.foot').append(element('button', properties, 'Keyboard shortcuts'));
