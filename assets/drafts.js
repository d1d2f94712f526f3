// drafts.js: keeps half-written text in the browser, so that it survives a reload, a lost session and a refused post.

import { forget, on, recall, remember, user } from './page.js';

const DRAFTS = `${user}:draft:`;
export const PICTURES = `${DRAFTS}pictures`;
const keyOf = (field) => DRAFTS + field.dataset.draft;
const save = (field) => remember(keyOf(field), field.value);

export function forgetDraft(field) {
  field.value = field.defaultValue = '';
  save(field);
}

export function restoreDrafts(scope) {
  for (const field of scope.querySelectorAll('[data-draft]')) field.value = recall(keyOf(field)) || field.value;
}

restoreDrafts(document);

on('input', ({ target }) => target.dataset.draft && save(target));

// The next person at a shared computer must not find them.
on('submit', ({ target }) => target.matches('[action$="/logout"]') && forget(DRAFTS));
