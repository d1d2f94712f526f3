// searches.js: keeps the marks on the saved searches up to date. The page is drawn without them, so that a search costs
// nothing while nobody looks.

import { base } from './page.js';
import { fetchFragment } from './fragments.js';

const AFTER_MS = 3_000;
const EVERY_MS = 60_000;
let waiting;

async function refresh() {
  waiting = undefined;
  const fresh = await fetchFragment(`${base}/searches`).catch(() => null);
  if (fresh?.id === 'searches') document.querySelector('#searches')?.replaceWith(fresh);
}

// What is found may be no event of this page.
setInterval(() => document.hidden || refresh(), EVERY_MS);
// Several events in a row are one question.
addEventListener('applied', ({ detail: { name } }) => {
  if (/^(post|comment)(_edited)?$/.test(name)) waiting ??= setTimeout(refresh, AFTER_MS);
});
refresh();
