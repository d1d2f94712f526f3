// help.js: the list of one-key shortcuts, and the choice to turn them off. A page loads it when somebody opens the list.

import { element, recall, remember } from './page.js';

// In the order of the list.
const KEYS = {
  j: 'Next post',
  k: 'Previous post',
  Enter: 'Open the post',
  l: 'Like the post',
  c: 'Comment on the post',
  n: 'Write a post',
  '.': 'Show new posts',
  z: 'Undo a deletion',
  '/': 'Search',
  Esc: 'Leave a text field',
  'Ctrl + Enter': 'Send',
  '?': 'Show this list',
};

const line = ([key, what]) => [element('dt', {}, element('kbd', {}, key)), element('dd', {}, what)];
const onchange = ({ target }) => remember('keys', target.checked ? 'on' : 'off');
const box = element('input', { type: 'checkbox', checked: recall('keys') !== 'off', onchange });
const form = element(
  'form',
  { method: 'dialog' },
  element('h2', {}, 'Keyboard'),
  element('dl', { className: 'keys' }, ...Object.entries(KEYS).flatMap(line)),
  element('label', { className: 'check' }, box, 'Keyboard shortcuts'),
  element('button', {}, 'Close'),
);
const dialog = element('dialog', { id: 'keys', className: 'card', ariaLabel: 'Keyboard' }, form);
document.body.append(dialog);

export const help = () => dialog.showModal();
