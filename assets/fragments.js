// fragments.js: how what the server draws comes into the page.

import { base, element, request, river } from './page.js';
import { restoreDrafts } from './drafts.js';
import { refreshTimes } from './times.js';

export const token = document.querySelector('meta[name=csrf-token]')?.content ?? '';
// Why a post is there is said at home alone; and here is a script.
const strangers = river?.dataset.feed === `${base}/feed` ? 'noscript' : '.via, noscript';

// A form that is sent twice, as the first answer was lost, has the same key and counts once.
export const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join('');

// The one place where text becomes elements, and only text that our server drew. What it sends to many
// readers carries neither token nor key, so each page puts in its own.
export function parse(html) {
  const { content } = element('template', { innerHTML: html });
  for (const input of content.querySelectorAll('[name=csrf_token]')) input.value ||= token;
  for (const input of content.querySelectorAll('[name=form_key]')) input.value ||= newKey();
  for (const line of content.querySelectorAll(strangers)) line.remove();
  refreshTimes(content);
  restoreDrafts(content);
  return [...content.children];
}

export async function fetchFragment(url) {
  const answer = await request(url);
  const isSignIn = new URL(answer.url).pathname === `${base}/login`;
  if (!answer.ok || isSignIn) throw new Error('no fragment');
  return parse(await answer.text())[0];
}
