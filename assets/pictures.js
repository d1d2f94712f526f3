// pictures.js: pictures of a post that is being written. Each is uploaded as soon as it is chosen, and the post then
// refers to the uploads.

import { PICTURES } from './drafts.js';
import { base, element, focusOn, on, recall, remember, say } from './page.js';
import { token } from './fragments.js';
import { announce } from './notices.js';

// The server takes this many uploads at a time.
const AT_ONCE = 2;
const NOT_SENT = say('No connection. Try again.');

// The form may be replaced at any time, so its parts are looked up anew.
const form = () => document.querySelector('#compose');
const chooser = () => form().querySelector('[type=file]');
const list = () => form().querySelector('.shots');
const shots = () => [...list().children];
const taken = () => shots().filter(({ dataset }) => dataset.state !== 'refused');
const isSending = ({ dataset }) => dataset.state === 'sending';
const placeInForm = (shot) => say('Picture {n} of {all}', { n: taken().indexOf(shot) + 1, all: taken().length });
const part = (shot, name) => shot.querySelector(`[name=${name}], [data-do=${name}], ${name}`);

const queue = [];
let running = 0;
// The post is sent as soon as all pictures are uploaded.
let isAwaited = false;
let sent = [];
let dragged;

const WORDS = { earlier: say('Earlier'), later: say('Later'), again: say('Try again'), remove: say('Remove') };

function act([name, textContent]) {
  const button = element('button', { type: 'button', className: 'quiet', textContent });
  button.dataset.do = name;
  return button;
}

function add() {
  const words = element('input', { name: 'alt', autocomplete: 'off' });
  const parts = [
    element('label', {}, element('span'), words),
    element('p', { className: 'field-error', role: 'alert' }),
    element('progress', { max: 1, ariaLabel: say('Upload') }),
    element('div', { className: 'meta' }, ...Object.entries(WORDS).map(act)),
    element('input', { type: 'hidden', name: 'image_id' }),
  ];
  const shot = element('li', { className: 'shot' }, element('figure'), element('div', {}, ...parts));
  list().append(shot);
  return shot;
}

// Sets the state of a picture: sending, ready or refused. Refused pictures are not part of the post.
function become(shot, state, words = '') {
  shot.dataset.state = state;
  part(shot, 'alt').disabled = state === 'refused';
  part(shot, 'image_id').disabled = state !== 'ready';
  part(shot, 'p').textContent = words;
  part(shot, 'remove').ariaLabel = say('Remove {what}', { what: shot.file?.name });
  arrange();
}

function arrange() {
  for (const [i, shot] of taken().entries()) {
    const place = { n: i + 1 };
    part(shot, 'span').textContent = say('Picture {n}: what does it show?', place);
    part(shot, 'remove').ariaLabel = say('Remove picture {n}', place);
    part(shot, 'earlier').ariaLabel = say('Move picture {n} earlier', place);
    part(shot, 'later').ariaLabel = say('Move picture {n} later', place);
    part(shot, 'earlier').ariaDisabled = String(!shot.previousElementSibling);
    part(shot, 'later').ariaDisabled = String(!shot.nextElementSibling);
  }
  const ready = taken().filter((shot) => !isSending(shot));
  const kept = ready.map((shot) => ({ id: part(shot, 'image_id').value, alt: part(shot, 'alt').value }));
  remember(PICTURES, kept.length ? JSON.stringify(kept) : '');
}

function take(files) {
  const { imagesMax, imageBytes, tooMany, tooLarge, noPicture } = form().dataset;
  for (const file of files) {
    const isOver = taken().length >= imagesMax;
    const shot = add();
    shot.file = file;
    if (isOver) return become(shot, 'refused', tooMany);
    if (file.type && !file.type.startsWith('image/')) become(shot, 'refused', `${file.name}: ${noPicture}`);
    else if (file.size > imageBytes) become(shot, 'refused', `${file.name}: ${tooLarge}`);
    else upload(shot);
  }
}

function upload(shot) {
  become(shot, 'sending');
  queue.push(shot);
  next();
}

function next() {
  while (running < AT_ONCE && queue.length) send(queue.shift());
}

function send(shot) {
  if (!shot.isConnected) return;
  running++;
  const progress = part(shot, 'progress');
  const body = new FormData();
  body.append('image', shot.file);
  const sending = (shot.sending = new XMLHttpRequest());
  sending.open('POST', `${base}/api/v1/images`);
  sending.setRequestHeader('X-CSRF-Token', token);
  sending.responseType = 'json';
  sending.upload.onprogress = ({ loaded, total }) => (progress.value = loaded / total);
  // The server now draws the picture, which takes an unknown time.
  sending.upload.onload = () => progress.removeAttribute('value');
  sending.onloadend = () => {
    running--;
    if (shot.isConnected) answered(shot, sending);
    next();
  };
  sending.send(body);
}

function answered(shot, { status, response }) {
  if (response?.id) {
    fill(shot, response);
    announce(say('{picture} uploaded', { picture: placeInForm(shot) }));
  } else {
    const why = response?.fields?.image ?? response?.error ?? (status === 413 ? form().dataset.tooLarge : NOT_SENT);
    shot.dataset.again = !status || status === 401 || status === 429 || status > 499;
    become(shot, 'refused', `${shot.file.name}: ${why}`);
    awaitThem(false);
  }
  postIfAwaited();
}

function fill(shot, { id, alt }) {
  const src = `${base}/image/${id}/row`;
  // The server deletes pictures that were left in a draft for too long. Other failures mean nothing.
  const onerror = () => fetch(src).then(({ status }) => status === 404 && remove(shot), () => {});
  const picture = element('img', { alt: '', onerror, src });
  part(shot, 'figure').replaceChildren(picture);
  part(shot, 'image_id').value = id;
  part(shot, 'alt').value ||= alt;
  become(shot, 'ready');
}

function remove(shot) {
  const heir = shot.nextElementSibling ?? shot.previousElementSibling;
  if (shot.contains(document.activeElement)) focusOn(heir ? part(heir, 'remove') : chooser());
  shot.remove();
  shot.sending?.abort();
  arrange();
  postIfAwaited();
}

function awaitThem(awaits) {
  isAwaited = awaits;
  form().ariaBusy = awaits || null;
}

function postIfAwaited() {
  if (!isAwaited || shots().some(isSending)) return;
  awaitThem(false);
  form().requestSubmit();
}

// The neighbour moves, so that this picture keeps the focus.
const acts = {
  earlier: (shot) => shot.previousElementSibling && shot.after(shot.previousElementSibling),
  later: (shot) => shot.nextElementSibling && shot.before(shot.nextElementSibling),
  again: upload,
  remove,
};

on('click', ({ target }) => {
  const shot = target.closest('#compose .shot');
  const act = acts[target.dataset.do];
  if (!shot || !act) return;
  act(shot);
  arrange();
  if (taken().includes(shot)) announce(placeInForm(shot));
});

on('input', ({ target }) => target.closest('#compose .shot') && arrange());

// Enter in a description does not send the post.
on('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing || !event.target.matches('#compose [name=alt]')) return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) event.target.form.requestSubmit();
});

on('change', ({ target }) => target === chooser() && takeChosen());

function takeChosen() {
  const files = [...chooser().files];
  chooser().value = '';
  take(files);
}

// Some programs copy text together with a picture of it. Then only the text is pasted.
on('paste', (event) => {
  const { files, types } = event.clipboardData;
  if (!files.length || types.includes('text/plain') || !event.target.closest('#compose')) return;
  event.preventDefault();
  take([...files]);
});

on('dragstart', ({ target }) => (dragged = target.closest?.('#compose .shot')));
on('dragend', () => {
  dragged = undefined;
  arrange();
});

// A file that is dropped beside the form must not replace the page.
on('dragover', (event) => {
  const { target, dataTransfer, clientY } = event;
  const over = target.closest('#compose .shot');
  const isFile = !dragged && dataTransfer.types.includes('Files');
  if (!isFile && !(dragged && over)) return;
  event.preventDefault();
  if (isFile) {
    form().classList.add('dropping');
    dataTransfer.dropEffect = target.closest('#compose') ? 'copy' : 'none';
  } else if (over !== dragged) {
    const { top, height } = over.getBoundingClientRect();
    if (clientY < top + height / 2) over.before(dragged);
    else over.after(dragged);
  }
});
on('dragleave', ({ relatedTarget }) => relatedTarget ?? form().classList.remove('dropping'));
on('drop', (event) => {
  form().classList.remove('dropping');
  if (dragged || !event.dataTransfer.files.length) return;
  event.preventDefault();
  if (event.target.closest('#compose')) take([...event.dataTransfer.files]);
});

const beforeSubmit = (event) => {
  if (event.target !== form()) return;
  sent = shots();
  if (!sent.some(isSending)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  awaitThem(true);
  announce(say('The post is sent when the pictures are uploaded'));
};
on('submit', beforeSubmit, true);

// Removes the pictures of the post. Pictures that were added meanwhile stay for the next post.
const afterSubmit = () => {
  for (const shot of sent) shot.remove();
  sent = [];
  chooser().ariaInvalid = null;
  chooser().removeAttribute('aria-describedby');
  arrange();
};
on('sent', afterSubmit, true);

// Restores the pictures of a refused form or of a draft.
function resume() {
  const drawn = shots().map((shot) => ({ id: part(shot, 'image_id').value, alt: part(shot, 'alt').value }));
  list().replaceChildren();
  const left = drawn.length ? drawn : JSON.parse(recall(PICTURES) || '[]');
  for (const one of left) fill(add(), one);
  takeChosen();
}
resume();
