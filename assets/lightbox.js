// lightbox.js: shows the pictures of a post one at a time, as large as the window. A page loads it at the first click
// on a picture.

import { element, focusOn, say } from './page.js';

const SWIPE_PX = 50;

const button = (textContent, onclick, label = textContent) =>
  element('button', { type: 'button', textContent, onclick, ariaLabel: label });

const picture = element('img');
const stage = element('div', { className: 'stage' }, picture);
const caption = element('figcaption', { ariaLive: 'polite' });
const original = element('a', { className: 'button', textContent: say('Full size') });
const play = button('', () => draw(!isPlaying));
const steps = [button('\u2039', () => step(-1), say('Previous')), button('\u203a', () => step(1), say('Next'))];
const close = button(say('Close'), () => dialog.close());
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
  // The back button closes it, and must not scroll the page.
  history.scrollRestoration = 'manual';
  history.pushState({}, '');
  addEventListener('popstate', left, { once: true });
}

// Shows the picture at `at`. An animation stands still for people who want no motion, until they ask for it.
function draw(plays = !matchMedia('(prefers-reduced-motion: reduce)').matches) {
  const link = links[at];
  const thumb = link.querySelector('img');
  const [width, height] = link.dataset.size.split('x');
  const moves = isMoving(link);
  isPlaying = moves && plays;
  // The button is hidden but keeps its place, so that the other buttons do not move.
  if (moves) play.textContent = isPlaying ? say('Stop') : say('Play');
  else if (play.matches(':focus')) close.focus();
  play.style.visibility = moves ? '' : 'hidden';
  original.href = link.href;
  // The small picture is shown in the final size until the large one is loaded.
  picture.alt = thumb.alt;
  picture.src = thumb.currentSrc || thumb.src;
  picture.style.maxInlineSize = `${width}px`;
  picture.style.maxBlockSize = `${height}px`;
  const place = links.length > 1 ? say('{n} of {all}', { n: at + 1, all: links.length }) : '';
  dialog.ariaLabel = say('Picture {n}', { n: place });
  dialog.ariaBusy = 'true';
  caption.textContent = place ? `${place} \u00b7 ${thumb.alt}` : thumb.alt;
  load(isPlaying ? link.href : link.href.replace(/moving$/, 'full'));
}

async function load(src) {
  const wanted = (begun = new Image());
  wanted.src = src;
  const failed = await wanted.decode().catch(() => ` \u00b7 ${say('It could not be loaded.')}`);
  if (wanted !== begun) return;
  dialog.ariaBusy = 'false';
  if (failed) return caption.append(failed);
  picture.src = src;
  // Loads the next picture in advance.
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

// A click beside the picture closes it.
function onclick({ target }) {
  if (target === stage || target === dialog) dialog.close();
}

// A swipe with one finger shows another picture. Two fingers, and an enlarged picture, are left to the browser.
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

// Returns the focus to the link, or to its successor if the post was drawn again meanwhile.
function closed() {
  if (begun) history.back();
  const link = links[at];
  const href = link.getAttribute('href');
  focusOn(link.isConnected ? link : document.querySelector(`.pictures a[href="${href}"]`));
}
