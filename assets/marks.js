// marks.js: marks the lists, groups and saved searches beside the home page in which there is something new. The page is
// drawn without these marks, so that nothing is looked up while nobody looks.

import { base, element, request, say } from './page.js';

const AFTER_MS = 3_000;
const EVERY_MS = 60_000;
let waiting;

async function refresh() {
  waiting = undefined;
  const answer = await request(`${base}/marks`).catch(() => null);
  if (!answer?.headers.get('Content-Type')?.includes('json')) return;
  const news = await answer.json();
  for (const link of document.querySelectorAll('[data-mark]')) {
    const badge = link.parentElement.querySelector('.badge');
    const isNew = news.includes(link.dataset.mark);
    if (!isNew) badge?.remove();
    else if (!badge) link.after(' ', element('span', { className: 'badge' }, say('new')));
  }
}

// Several events in a row are one question. What is new elsewhere may be no event of this page.
addEventListener('applied', ({ detail: { name } }) => {
  if (/^(post|comment)(_edited)?$|^seen$/.test(name)) waiting ??= setTimeout(refresh, AFTER_MS * (1 + Math.random()));
});
setInterval(() => document.hidden || refresh(), EVERY_MS);
refresh();
