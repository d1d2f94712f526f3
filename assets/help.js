// help.js: the list of one-key shortcuts, and the choice to turn them off. A page loads it when somebody opens the list.

import { element, recall, remember, say } from './page.js';

// In the order of the list.
const KEYS = {
  j: say('Next post'),
  k: say('Previous post'),
  Enter: say('Open the post'),
  l: say('Like the post'),
  c: say('Comment on the post'),
  n: say('Write a post'),
  '.': say('Show new posts'),
  z: say('Undo a deletion'),
  '/': say('Search'),
  Esc: say('Leave a text field'),
  'Ctrl + Enter': say('Send'),
  '?': say('Show this list'),
};

const line = ([key, what]) => [element('dt', {}, element('kbd', {}, key)), element('dd', {}, what)];
const onchange = ({ target }) => remember('keys', target.checked ? 'on' : 'off');
const box = element('input', { type: 'checkbox', checked: recall('keys') !== 'off', onchange });
const form = element(
  'form',
  { method: 'dialog' },
  element('h2', {}, say('Keyboard')),
  element('dl', { className: 'keys' }, ...Object.entries(KEYS).flatMap(line)),
  element('label', { className: 'check' }, box, say('Keyboard shortcuts')),
  element('button', {}, say('Close')),
);
const dialog = element('dialog', { id: 'keys', className: 'card', ariaLabel: say('Keyboard') }, form);
document.body.append(dialog);

export const help = () => dialog.showModal();
