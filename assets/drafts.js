// drafts.js: keeps half-written text in the browser, so that it survives a reload, a lost session and a refused post.

import { element, forget, on, recall, remember, say, user } from './page.js';

const DRAFTS = `${user}:draft:`;
export const PICTURES = `${DRAFTS}pictures`;
// When somebody has signed out with this browser.
const SIGNED_OUT = 'signed-out';
const signedOut = recall(SIGNED_OUT);
export const isOutdated = () => recall(SIGNED_OUT) !== signedOut;
const keyOf = (field) => DRAFTS + field.dataset.draft;
// The text that a draft began with.
const startOf = (field) => `${keyOf(field)}:start`;

function save(field) {
  if (!recall(keyOf(field))) remember(startOf(field), field.defaultValue);
  remember(keyOf(field), field.value);
}

export function forgetDraft(field) {
  field.value = field.defaultValue = '';
  save(field);
}

export function restoreDrafts(scope) {
  for (const field of scope.querySelectorAll('[data-draft]')) restore(field);
}

// A text that was changed elsewhere meanwhile is shown beside its older draft, so that nobody overwrites it unseen.
function restore(field) {
  const [draft, start, newer] = [recall(keyOf(field)), recall(startOf(field)), field.defaultValue];
  if (!draft) return;
  field.value = draft;
  if (!start || [start, draft].includes(newer)) return;
  field.before(element('p', { role: 'status' }, `${say('Changed elsewhere since you began:')} `, element('q', {}, newer)));
}

restoreDrafts(document);

on('input', ({ target }) => target.dataset.draft && save(target));

// The next person at a shared computer must not find them, nor the pages that the browser keeps for the way back.
const clear = () => (forget(DRAFTS), remember(SIGNED_OUT, Date.now()));
on('submit', ({ target }) => target.matches('[action$="/logout"]') && clear());
