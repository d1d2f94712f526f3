// offline.js: the script of the page that stands in for one that could not be loaded. As soon as the site answers, it
// loads that one.

const { home, offline } = document.body.dataset;
const WAIT_MS_MIN = 2_000;
const WAIT_MS_MAX = 60_000;
const PROBE_MS_MAX = 10_000;
let wait = WAIT_MS_MIN;
let timer;

async function probe() {
  clearTimeout(timer);
  // The answer comes from the site and not from a cache.
  const options = { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(PROBE_MS_MAX) };
  const answer = await fetch(offline, options).catch(() => null);
  if (answer?.ok) return leave();
  clearTimeout(timer);
  timer = setTimeout(probe, wait);
  wait = Math.min(2 * wait, WAIT_MS_MAX);
}

// The page has an address of its own, which only somebody who typed it sees.
function leave() {
  if (location.pathname === offline) location.replace(home);
  else location.reload();
}

// Somebody who comes back does not wait for the next turn.
function now() {
  if (document.hidden) return;
  wait = WAIT_MS_MIN;
  probe();
}

addEventListener('online', now);
document.addEventListener('visibilitychange', now);
probe();
