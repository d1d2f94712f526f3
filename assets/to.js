// to.js: the part of the composer that chooses where a post goes. It names the choice, and says who will see the post.

import { base, on, request, say } from './page.js';
import { parse } from './fragments.js';

const ASK_AFTER_MS = 250;
// A refused form is replaced by a fresh one.
const form = () => document.querySelector('#compose');
const parts = () => form().querySelector('.to');
let asking;

const boxes = () => [...parts().querySelectorAll('[type=checkbox]')];
const people = () => parts().querySelector('[data-people]');

// A direct message goes to people only, so that one choice takes the other back.
function changed({ target }) {
  if (!target.closest('#compose .to')) return;
  if (target === people()) {
    if (target.value.trim()) for (const box of boxes()) box.checked = false;
  } else if (target.checked) {
    people().value = '';
  }
  show();
}

function show() {
  const chosen = boxes().filter((box) => box.checked).map((box) => box.dataset.words);
  const words = people().value.trim() || chosen.join(', ') || say('my feed');
  parts().querySelector('.to-words').textContent = words;
  clearTimeout(asking);
  asking = setTimeout(ask, ASK_AFTER_MS);
}

// Shows who will see it. What is not finished yet, such as half a name, has no answer.
async function ask() {
  const body = new URLSearchParams(new FormData(form()).getAll('to').map((to) => ['to', to]));
  body.append('csrf_token', form().elements.csrf_token.value);
  const answer = await request(`${base}/audience`, { method: 'POST', body }).catch(() => null);
  const shown = form().querySelector('#audience');
  if (!answer?.ok) return shown?.remove();
  const [fresh] = parse(await answer.text());
  fresh.open = shown?.open ?? false;
  if (shown) shown.replaceWith(fresh);
  else form().querySelector('.actions').after(fresh);
}

// The next post begins where this page begins.
function reset() {
  for (const box of boxes()) box.checked = box.defaultChecked;
  people().value = people().defaultValue;
  show();
}

on('input', changed);
on('sent', ({ target }) => target === form() && reset(), true);
show();
