// sw.js: the service worker. It shows a page of ours where a page could not be loaded, and does nothing else: it keeps no
// page of anybody, and no form, stream or picture goes through it.
//
// The program puts the constant `site` before it: the names of the caches, and the addresses of the page and its files.

const CACHE = site.caches + site.version;
const FILES = site.files.map((file) => new URL(file, location).href);

addEventListener('install', (event) => event.waitUntil(fill()));
addEventListener('activate', (event) => event.waitUntil(tidy()));
addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  if (mode === 'navigate' && method === 'GET') event.respondWith(load(event));
  // The files of that page have addresses of their own, so other pages load theirs as ever.
  else if (FILES.includes(url)) event.respondWith(kept(url));
});

// The page is asked for without cookies, so that nobody's name is in it.
async function fill() {
  const cache = await caches.open(CACHE);
  const ours = [site.page, ...site.files].map((url) => new Request(url, { cache: 'reload', credentials: 'omit' }));
  await cache.addAll(ours);
  await skipWaiting();
}

// Other sites of this host have caches of other names.
async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(site.caches) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // The browser asks for the page while the worker starts.
  await registration.navigationPreload?.enable();
}

async function load({ request, preloadResponse }) {
  try {
    return (await preloadResponse) ?? (await fetch(request));
  } catch {
    return (await find(site.page)) ?? Response.error();
  }
}

const find = (url) => caches.open(CACHE).then((cache) => cache.match(url, { ignoreVary: true }));
const kept = async (url) => (await find(url)) ?? fetch(url);
