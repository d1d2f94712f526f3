// drafts.js: what somebody is writing survives a reload, a lost session and a refused post.

import { forget, recall, remember, user } from './page.js';

const SAVE_AFTER_MS = 300;
const DRAFTS = `${user}:draft:`;
const unsaved = new Map(); // field → the timer that will save it
const keyOf = (field) => DRAFTS + field.dataset.draft;
const saveAll = () => [...unsaved.keys()].forEach(save);

const save = (field) => {
  clearTimeout(unsaved.get(field));
  unsaved.delete(field);
  remember(keyOf(field), field.value);
};

export function forgetDraft(field) {
  field.value = field.defaultValue = '';
  save(field);
}

for (const field of document.querySelectorAll('[data-draft]')) {
  field.value ||= recall(keyOf(field));
}

document.addEventListener('input', ({ target }) => {
  if (!target.dataset.draft) return;
  clearTimeout(unsaved.get(target));
  unsaved.set(target, setTimeout(save, SAVE_AFTER_MS, target));
});

addEventListener('pagehide', saveAll);

// On a shared computer the next person must not find them.
document.addEventListener('submit', ({ target }) => {
  if (!target.matches('[action$="/logout"]')) return;
  saveAll();
  forget(DRAFTS);
});
