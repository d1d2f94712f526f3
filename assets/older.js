// older.js: loads older posts as the reader nears the end. If that fails, the link still works as a plain link.

import { fetchFragment } from './fragments.js';
import { inTurn, river } from './page.js';
import { beginsInSight } from './place.js';

const PAGES_BACK_MAX = 20;

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
  const isNew = (article) => !river.contains(document.getElementById(article.id));
  const found = [...page.querySelectorAll('article')];
  river.append(...found.filter(isNew));
  showHidden(page);
  // A search that finds nothing for a while goes on when it is asked to.
  showOlder(page.querySelector('.older'), !found.length);
}

// Each page says at its foot what was taken out of it.
export function showHidden(page) {
  river.after(...(page?.querySelectorAll('.hidden-posts') ?? []));
}

export function showOlder(next, waits) {
  document.querySelector('.older')?.remove();
  if (next) river.after(next);
  near.disconnect();
  if (!waits) watch();
}

function watch() {
  const link = document.querySelector('.older [data-fragment]');
  if (link) near.observe(link);
}

// The entry of the history remembers which post was in sight, except at the top, where news are expected. A page that is left
// and found again by the back button begins anew, so the older posts are loaded again.
addEventListener('pagehide', () => {
  if (!river) return;
  const seen = scrollY > 0 && [...river.querySelectorAll('article')].find(beginsInSight);
  history.replaceState({ ...history.state, seen: seen?.id, y: seen && seen.getBoundingClientRect().y }, '');
});

async function comeBack({ seen, y }) {
  for (let pages = 0; pages < PAGES_BACK_MAX && !document.getElementById(seen); pages++) {
    const link = document.querySelector('.older [data-fragment]');
    if (!link) return;
    await load(link);
  }
  const found = document.getElementById(seen);
  if (found) scrollBy(0, found.getBoundingClientRect().y - y);
}

watch();
if (river && history.state?.seen) inTurn(() => comeBack(history.state));
