// page.js: the server's data about this page, the memory of this browser, and small helpers for all modules.

export const { base = '', user = '', lastEventId } = document.body.dataset;
export const { lang } = document.documentElement;
// Pages in one language share a stream.
export const streamUrl = document.body.dataset.stream && `${document.body.dataset.stream}?lang=${lang}`;
export const river = document.querySelector('#river');
export const topic = river?.dataset.topic;

// The translations of the texts of these scripts. A page in English has none.
const translations = JSON.parse(document.querySelector('#words')?.textContent ?? '{}');
export const say = (text, values = {}) => (translations[text] ?? text).replace(/{(\w+)}/g, (_, name) => values[name]);
export const many = (n, one, more) => say(n === 1 ? one : more, { n });

const REQUEST_MS_MAX = 30_000;

export const on = document.addEventListener.bind(document);
// Moves the focus without scrolling.
export const focusOn = (target) => target?.focus({ preventScroll: true });

export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function request(url, options) {
  const headers = { Accept: 'text/vnd.quartfeed.fragment+html' };
  return fetch(url, { headers, signal: AbortSignal.timeout(REQUEST_MS_MAX), ...options });
}

// Runs `act` after everything that was queued before. Events, answers and fetched pages change the page one after the
// other: an event that arrives during a request may be newer than the answer, so it waits.
let turn = Promise.resolve();
export const inTurn = (act) => (turn = turn.then(act).catch(reportError));

// The memory of this browser. If the storage is blocked or full, nothing is remembered.
const quietly = (act) => {
  try {
    return act();
  } catch {}
};
const full = (key) => `quartfeed:${base}:${key}`;
export const recall = (key) => quietly(() => localStorage.getItem(full(key))) ?? '';
export const remember = (key, value) => quietly(() => localStorage.setItem(full(key), value));
export const forget = (prefix) =>
  quietly(() => {
    const ours = Object.keys(localStorage).filter((key) => key.startsWith(full(prefix)));
    ours.forEach((key) => localStorage.removeItem(key));
  });
