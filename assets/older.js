// older.js: loads older posts as the reader nears the end. If that fails, the link still works as a plain link.

import { fetchFragment } from './fragments.js';
import { inTurn, river } from './page.js';

const near = new IntersectionObserver(
  (entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && inTurn(() => load(target))),
  { rootMargin: '600px' },
);

async function load(link) {
  // The river may have been loaded again meanwhile.
  if (!link.isConnected) return;
  river.ariaBusy = 'true';
  // A failure leaves the link, and the next approach tries again.
  const page = await fetchFragment(link.dataset.fragment).catch(() => null);
  river.ariaBusy = null;
  if (!page) return;
  const isNew = (article) => !document.getElementById(article.id);
  river.append(...[...page.querySelectorAll('article')].filter(isNew));
  showOlder(page.querySelector('.older'));
}

export function showOlder(next) {
  document.querySelector('.older')?.remove();
  if (next) river.after(next);
  watch();
}

function watch() {
  near.disconnect();
  const link = document.querySelector('.older [data-fragment]');
  if (link) near.observe(link);
}

watch();
