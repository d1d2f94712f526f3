// forms.js: sends forms with data-fetch without leaving the page. Each of them also works as a plain form.

import { base, focusOn, inTurn, on, request, river, say } from './page.js';
import { forgetDraft } from './drafts.js';
import { newKey, parse } from './fragments.js';
import { closeEdit, isInPlace } from './links.js';
import { swap } from './merge.js';
import { announce, toast } from './notices.js';
import { removePost, showAnswer } from './river.js';

const UNDO_MS = 8_000;
const NOT_SENT = say('No connection. Your text is kept; try again.');

// Handlers of accepted forms. Each gets the elements of the answer, the form, and the data that was sent.
const accepted = {
  post: written,
  comment: written,
  like: showAnswer,
  edit: edited,
  delete: deletedOne,
  undo: undone,
  follow: replaced,
  replace: replaced,
  read: (_, form) => form.remove(),
};

// Changes that are shown before the server answers. A second call takes the change back.
const flips = {
  like: (form) => {
    const button = form.querySelector('button');
    button.ariaPressed = String(button.ariaPressed !== 'true');
  },
  follow: (form) => {
    const button = form.querySelector('button');
    button.textContent = button.textContent === say('Follow') ? say('Unfollow') : say('Follow');
  },
};

on('submit', async (event) => {
  const { target: form } = event;
  const kind = form.dataset.fetch;
  // Without pictures.js a form with files is sent by the browser.
  if (!kind || form.elements.image?.value) return;
  event.preventDefault();
  if (form.ariaBusy) return;
  form.ariaBusy = 'true';
  flips[kind]?.(form);
  if (!(await inTurn(() => send(form, kind)))) flips[kind]?.(form);
  form.ariaBusy = null;
});

// Sends the form and shows the answer. Resolves to true if the server accepted it.
async function send(form, kind) {
  const body = new URLSearchParams(new FormData(form));
  body.delete('image');
  const answer = await request(form.action, { method: 'POST', body }).catch(() => null);
  if (!answer) return toast(NOT_SENT, true);
  if (answer.redirected) return location.assign(answer.url);
  const text = await answer.text();
  if (answer.ok) {
    accepted[kind](parse(text), form, body);
    return true;
  }
  const isHtml = answer.headers.get('Content-Type')?.includes('html');
  const [fresh] = isHtml ? parse(text) : [];
  // A proxy sends a page of its own while the program is away.
  if (fresh?.matches('form')) redraw(form, fresh);
  else toast(isHtml ? NOT_SENT : text, true);
}

function written(answer, form, sent) {
  if (river) showAnswer(answer);
  const field = form.querySelector('textarea');
  form.elements.form_key.value = newKey();
  // Text that was changed meanwhile stays. Forms send line ends as CR LF.
  if (field.value === sent.get(field.name).replaceAll('\r\n', '\n')) forgetDraft(field);
  field.ariaInvalid = null;
  field.removeAttribute('aria-describedby');
  for (const error of form.querySelectorAll('.field-error[id]')) error.remove();
  form.dispatchEvent(new Event('sent'));
  // A page without posts has nothing more to show.
  if (!river) return location.assign(`${base}/`);
  // The focus returns only if it has not left the form.
  if (form.contains(document.activeElement)) focusOn(field);
  announce(say('Posted'));
}

// Shows the refused form with its errors, and the newest text and pictures of the page in it.
function redraw(form, fresh) {
  for (const field of fresh.querySelectorAll('[data-draft]')) {
    const { value, dataset } = form.elements[field.name];
    field.value = value;
    field.dataset.draft = dataset.draft;
  }
  fresh.querySelector('.shots')?.replaceWith(form.querySelector('.shots'));
  form.replaceWith(fresh);
  fresh.querySelector('[aria-invalid=true], textarea')?.focus();
}

function edited(answer, form) {
  if (!isInPlace(form)) return location.assign(form.querySelector('.cancel'));
  closeEdit(form);
  showAnswer(answer);
}

function deletedOne([undo], form) {
  const comment = form.closest('.comment');
  if (comment) swap(comment);
  else removePost(form.closest('article').dataset.postId, true);
  toast(undo, false, UNDO_MS);
}

function undone(answer, form) {
  form.parentElement.remove();
  showAnswer(answer);
  focusOn(document.getElementById(answer[0].id));
}

function replaced([fresh]) {
  swap(document.getElementById(fresh.id), fresh);
}

on('keydown', (event) => {
  const sends = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing;
  if (sends && event.target.matches('textarea')) event.target.form.requestSubmit();
});

// Marks notifications as read when the page becomes visible.
function readIfSeen() {
  if (!document.hidden) document.querySelector('#read')?.requestSubmit();
}
readIfSeen();
on('visibilitychange', readIfSeen);
