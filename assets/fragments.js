// fragments.js: turns the HTML fragments that the server draws into elements.

import { base, element, request, river } from './page.js';
import { restoreDrafts } from './drafts.js';
import { refreshTimes } from './times.js';

export const token = document.querySelector('meta[name=csrf-token]')?.content ?? '';
// Parts that are removed from fragments: what is meant for browsers without a script, and, except on the home page,
// the reason why a post is shown.
const strangers = river?.dataset.feed.split('?')[0] === `${base}/feed` ? 'noscript' : '.via, noscript';

// Returns a key for a form. A form that is sent twice with the same key counts once.
export const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join('');

// Parses HTML that our server drew; nothing else may call innerHTML. Fragments for many readers carry neither token nor
// key, so each page adds its own.
export function parse(html) {
  const { content } = element('template', { innerHTML: html });
  for (const input of content.querySelectorAll('[name=csrf_token]')) input.value ||= token;
  for (const input of content.querySelectorAll('[name=form_key]')) input.value ||= newKey();
  for (const line of content.querySelectorAll(strangers)) line.remove();
  refreshTimes(content);
  restoreDrafts(content);
  return [...content.children];
}

// Resolves to nothing if there is no such page any more, and fails if it cannot be fetched.
export async function fetchFragment(url) {
  const answer = await request(url);
  if (answer.status === 404) return undefined;
  const isSignIn = new URL(answer.url).pathname === `${base}/login`;
  if (!answer.ok || isSignIn) throw new Error('no fragment');
  return parse(await answer.text())[0];
}
