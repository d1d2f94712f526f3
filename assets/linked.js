// linked.js: says under the composer if somebody posted the same address lately.

import { base, on, request } from './page.js';
import { parse } from './fragments.js';

const ASK_AFTER_MS = 500;
// A refused form is replaced by a fresh one.
const form = () => document.querySelector('#compose');
let asked, waiting;

function changed() {
  const address = form().elements.message.value.match(/https?:\/\/\S+/)?.[0];
  if (address === asked) return;
  asked = address;
  clearTimeout(waiting);
  form().querySelector('#linked')?.remove();
  if (address) waiting = setTimeout(ask, ASK_AFTER_MS, address);
}

async function ask(address) {
  const answer = await request(`${base}/linked?address=${encodeURIComponent(address)}`).catch(() => null);
  if (!answer?.ok || address !== asked) return;
  const [found] = parse(await answer.text());
  if (found) form().querySelector('.actions').after(found);
}

on('input', ({ target }) => target === form().elements.message && changed());
on('sent', ({ target }) => target === form() && changed(), true);
changed();
