// forms.js: sends form[data-fetch] without leaving the page. Each of them also works as a plain form.

import { base, parse, request } from './page.js';
import { forgetDraft } from './drafts.js';
import { announce, confirmed, toast } from './notices.js';
import { addOwn, removePost } from './river.js';

const accepted = { post: posted, follow: followed, delete: deleted };

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!(form.dataset.fetch in accepted)) return;
  event.preventDefault();
  if (form.ariaBusy) return;
  form.ariaBusy = 'true';
  await send(form, form.querySelector('button'));
  form.ariaBusy = null;
});

async function send(form, button) {
  const { fetch: kind, confirm: question } = form.dataset;
  const label = button.textContent;
  if (question && !(await confirmed(question, label))) return;
  const body = new URLSearchParams(new FormData(form));
  // A follow shows at once, and is taken back if it fails.
  if (kind === 'follow') button.textContent = label === 'Follow' ? 'Unfollow' : 'Follow';
  try {
    const answer = await request(form.action, { method: 'POST', body });
    if (answer.redirected) return location.assign(answer.url);
    const text = await answer.text();
    if (answer.ok) return accepted[kind](form, text, body);
    if (answer.headers.get('Content-Type')?.includes('html')) redraw(form, text);
    else toast(text, true);
  } catch {
    toast('No connection. Your text is kept; try again.', true);
  }
  button.textContent = label;
}

function posted(form, html, sent) {
  addOwn(parse(html));
  const field = form.querySelector('textarea');
  // Whoever wrote on meanwhile keeps the words. (Forms send line ends as CR LF.)
  if (field.value === sent.get(field.name).replaceAll('\r\n', '\n')) forgetDraft(field);
  field.removeAttribute('aria-invalid');
  form.querySelector('.field-error')?.remove();
  // Whoever has gone on to something else is not called back.
  if (form.contains(document.activeElement)) field.focus({ preventScroll: true });
  announce('Posted');
}

// The server knows what is wrong, the page has the newest words.
function redraw(form, html) {
  const fresh = parse(html);
  for (const field of fresh.querySelectorAll('[data-draft]')) field.value = form.elements[field.name].value;
  form.replaceWith(fresh);
  fresh.querySelector('[aria-invalid=true], textarea')?.focus();
}

function followed(form, html) {
  const fresh = parse(html);
  const focused = form.contains(document.activeElement);
  form.replaceWith(fresh);
  if (focused) fresh.querySelector('button').focus();
}

function deleted(form) {
  const article = form.closest('article');
  // On a post's own page nothing is left to show; in the river its event may have been faster.
  if (article.isConnected && !article.closest('.river')) return location.assign(`${base}/`);
  removePost(article.dataset.postId);
  announce('Deleted');
}

document.addEventListener('keydown', (event) => {
  const sends = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing;
  if (sends && event.target.matches('textarea')) event.target.form.requestSubmit();
});
