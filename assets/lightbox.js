// lightbox.js: the pictures of a post, one at a time and large. It comes with the first press on one.

import { element, focusOn } from './page.js';

const SWIPE_PX = 50;

const button = (textContent, onclick, label = textContent) =>
  element('button', { type: 'button', textContent, onclick, ariaLabel: label });

const picture = element('img');
const stage = element('div', { className: 'stage' }, picture);
const caption = element('figcaption', { ariaLive: 'polite' });
const original = element('a', { className: 'button', textContent: 'Full size' });
const play = button('', () => draw(!isPlaying));
const steps = [button('\u2039', () => step(-1), 'Previous'), button('\u203a', () => step(1), 'Next')];
const close = button('Close', () => dialog.close());
const dialog = element(
  'dialog',
  { className: 'lightbox', onkeydown, onclick, onclose: closed },
  element('figure', {}, stage, caption),
  element('div', { className: 'actions' }, ...steps, original, close, play),
);

let links, at, isPlaying, begun;
const isMoving = ({ href }) => href.endsWith('moving');

export function show(link) {
  links = [...link.parentElement.children];
  at = links.indexOf(link);
  for (const one of steps) one.hidden = links.length < 2;
  play.hidden = !links.some(isMoving);
  if (!dialog.isConnected) document.body.append(dialog);
  draw();
  dialog.showModal();
  close.focus();
  // The back button closes it. What is read stays where it is.
  history.scrollRestoration = 'manual';
  history.pushState({}, '');
  addEventListener('popstate', left, { once: true });
}

// An animation is stopped where people want no motion, until they ask for it.
function draw(plays = !matchMedia('(prefers-reduced-motion: reduce)').matches) {
  const link = links[at];
  const thumb = link.querySelector('img');
  const [width, height] = link.dataset.size.split('x');
  const moves = isMoving(link);
  isPlaying = moves && plays;
  // It keeps its place, so that the others keep theirs.
  if (moves) play.textContent = isPlaying ? 'Stop' : 'Play';
  else if (play.matches(':focus')) close.focus();
  play.style.visibility = moves ? '' : 'hidden';
  original.href = link.href;
  // As large as it will be: the small one, until the large one is there.
  picture.alt = thumb.alt;
  picture.src = thumb.currentSrc || thumb.src;
  picture.style.maxInlineSize = `${width}px`;
  picture.style.maxBlockSize = `${height}px`;
  const place = links.length > 1 ? `${at + 1} of ${links.length}` : '';
  dialog.ariaLabel = `Picture ${place}`;
  dialog.ariaBusy = 'true';
  caption.textContent = place ? `${place} \u00b7 ${thumb.alt}` : thumb.alt;
  load(isPlaying ? link.href : link.href.replace(/moving$/, 'full'));
}

async function load(src) {
  const wanted = (begun = new Image());
  wanted.src = src;
  const failed = await wanted.decode().catch(() => ' \u00b7 It could not be loaded.');
  if (wanted !== begun) return;
  dialog.ariaBusy = 'false';
  if (failed) return caption.append(failed);
  picture.src = src;
  // The next one is likely to be wanted next.
  const next = links[(at + 1) % links.length];
  if (next.href.endsWith('full')) new Image().src = next.href;
}

function go(to) {
  at = (to + links.length) % links.length;
  draw();
}

const step = (by) => go(at + by);

const keys = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => go(0), End: () => go(links.length - 1) };

function onkeydown(event) {
  if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  keys[event.key]();
}

// Beside the picture.
function onclick({ target }) {
  if (target === stage || target === dialog) dialog.close();
}

// With one finger, while the picture is not enlarged: two, and what they enlarged, are the browser's.
let from;
stage.ontouchstart = ({ touches }) => (from = touches.length === 1 && visualViewport.scale === 1 ? touches[0] : undefined);
stage.ontouchend = ({ changedTouches: [to] }) => {
  const [x, y] = from ? [to.clientX - from.clientX, to.clientY - from.clientY] : [0, 0];
  if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) step(x < 0 ? 1 : -1);
};

const left = () => {
  begun = undefined;
  history.scrollRestoration = 'auto';
  dialog.close();
};

// The post may have been drawn anew meanwhile.
function closed() {
  if (begun) history.back();
  const link = links[at];
  const href = link.getAttribute('href');
  focusOn(link.isConnected ? link : document.querySelector(`.pictures a[href="${href}"]`));
}
