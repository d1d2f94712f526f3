// mentions.js: completes an @name while it is being written. The text field always keeps the focus.

import { base, many, on } from './page.js';
import { fetchFragment } from './fragments.js';
import { announce } from './notices.js';

const ASK_AFTER_MS = 150;
// Where a mention may begin: as `mention_may_follow` in src/model/bodies/grammar.rs has it.
const BEGUN = new RegExp([
  '(?<![\\p{Script=Latin}\\d][_\\p{Mn}\\p{Mc}]*)', // no e-mail address
  '(?<!(?:^|\\s|[^\\s\\p{Alphabetic}\\p{N}]\\S*)/)', // no path
  '(?<![@＠#＃])[@＠]([^\\s@＠]+)$',
].join(''), 'u');

let list, field, begun, asking;

const nameBefore = (caret) => BEGUN.exec(caret.value.slice(0, caret.selectionStart))?.[1];
const isOpen = () => list && nameBefore(field) === begun;

on('input', consider);
// The field that this module was loaded for may have a name already.
consider({ target: document.activeElement });

function consider({ target, isComposing }) {
  clearTimeout(asking);
  if (isComposing || !target.matches('textarea, [data-people]')) return;
  const name = nameBefore(target);
  if (name) asking = setTimeout(offer, ASK_AFTER_MS, target, name);
  else close();
}

async function offer(target, name) {
  const found = await fetchFragment(`${base}/people?complete=${encodeURIComponent(name)}`).catch(() => null);
  // The text may have changed since the request.
  if (nameBefore(target) !== name || target !== document.activeElement) return;
  close();
  const { length } = found?.children ?? [];
  if (!length) return;
  [list, field, begun] = [found, target, name];
  field.after(list);
  field.setAttribute('aria-controls', list.id);
  activate(list.firstElementChild);
  announce(many(length, '{n} person: choose with the arrow keys', '{n} people: choose with the arrow keys'));
}

function activate(option) {
  active()?.removeAttribute('aria-selected');
  option.ariaSelected = 'true';
  option.scrollIntoView({ block: 'nearest' });
  field.setAttribute('aria-activedescendant', option.id);
}

const active = () => list.querySelector('[aria-selected]');

function close() {
  field?.removeAttribute('aria-controls');
  field?.removeAttribute('aria-activedescendant');
  list?.remove();
  list = field = undefined;
}

function complete(option) {
  const caret = field.selectionStart;
  field.setRangeText(`${option.dataset.name} `, caret - begun.length, caret, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

const onKey = {
  ArrowDown: () => activate(active().nextElementSibling ?? list.firstElementChild),
  ArrowUp: () => activate(active().previousElementSibling ?? list.lastElementChild),
  Enter: () => complete(active()),
  Tab: () => complete(active()),
  Escape: close,
};

// Listens in the capture phase, before all other key handlers.
const chooseByKey = (event) => {
  const act = onKey[event.key];
  if (!isOpen() || !act || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  act();
};
on('keydown', chooseByKey, true);

on('mousedown', (event) => {
  const option = event.target.closest('[role=option]');
  if (!option) return;
  event.preventDefault();
  complete(option);
});
on('focusout', close);
