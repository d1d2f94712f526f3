// page.js: what the server says about this page, and the ways its fragments come into it.

import { refreshTimes } from './times.js';

export const { base = '', user = '' } = document.body.dataset;
export const river = document.querySelector('.river');

const REQUEST_MS_MAX = 30_000;
const token = document.querySelector('meta[name=csrf-token]')?.content ?? '';
const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');

export const smoothly = () => (lessMotion.matches ? 'instant' : 'smooth');

export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// The one place where text becomes elements, and only text that our server drew. What it sends to many
// readers carries no token, so each page puts in its own.
export function parse(html) {
  const { content } = element('template', { innerHTML: html });
  for (const input of content.querySelectorAll('[name=csrf_token]')) input.value ||= token;
  refreshTimes(content);
  return content.firstElementChild;
}

export function request(url, options) {
  const headers = { Accept: 'text/vnd.quartfeed.fragment+html' };
  return fetch(url, { headers, signal: AbortSignal.timeout(REQUEST_MS_MAX), ...options });
}

// A redirect leads to the sign-in page, which is no river.
export async function fetchRiver(url) {
  const answer = await request(url);
  if (!answer.ok || answer.redirected) throw new Error('no river');
  return parse(await answer.text());
}

// What this browser remembers, if it may: a blocked or full storage only makes it forget.
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
