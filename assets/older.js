// older.js: the next page comes as the reader nears the end. Where it does not, the link is a link.

import { fetchRiver, river } from './page.js';

const near = new IntersectionObserver(
  (entries) => entries.forEach((entry) => entry.isIntersecting && load(entry.target)),
  { rootMargin: '600px' },
);

async function load(link) {
  if (river.ariaBusy) return;
  river.ariaBusy = 'true';
  // A failure leaves the link; coming near it again tries again.
  const page = await fetchRiver(link.dataset.fragment).catch(() => null);
  river.ariaBusy = null;
  // A reset may have drawn another river in the meantime.
  if (!page || !link.isConnected) return;
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
