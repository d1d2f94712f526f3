// river.js: the posts on this page, and how events, answers and reloads change them.

import { element, focusOn, many, river, say, topic, user } from './page.js';
import { fetchFragment, parse } from './fragments.js';
import { merge, mergeComment } from './merge.js';
import { announce, count } from './notices.js';
import { showHidden, showOlder } from './older.js';
import { atTop, isWriting, keepPlace } from './place.js';
import { refreshTimes } from './times.js';

const pill = element('button', { id: 'new-posts', type: 'button', className: 'pill', hidden: true, onclick: showWaiting });
// Articles that wait behind the button "new posts", by the id of the post.
const waiting = new Map();
// Deleted articles, by the id of the element: a deletion can be undone.
const deleted = new Map();

const gone = element('p', { className: 'empty card' }, say('This page is no longer available.'));

// The posts, and the line up to which the reader has read.
const PARTS = 'article, #read-up-to';
const find = (id) => document.getElementById(`post-${id}`);
export const articles = () => [...(river?.querySelectorAll('article') ?? [])];
const placeOf = (article) => Number(article.dataset.place);

// Applies an event. A shown post changes in place or, if it no longer belongs to this page, leaves. Another post that
// belongs here arrives. `n` is the number of the event.
export function receive(name, data, n) {
  if (!river) return;
  const { post_id: id, topics, comment, html, comment_html = '' } = data;
  if (name === 'post_deleted') return removePost(id, true);
  const shown = find(id);
  const belongs = topics.includes(topic);
  // What a newcomer sees below the river stays there.
  const isBeside = shown && !river.contains(shown);
  if (shown && (belongs || isBeside || !topic || isWriting(shown))) {
    refresh(shown, parse(html + comment_html), data.comment_id);
    if (name === 'comment' && comment.author.username !== user) announce(say('New comment'));
  } else if (belongs) {
    arrive(data, n);
  } else {
    removePost(id);
  }
}

function arrive(data, n) {
  const [article] = parse(data.html);
  article.dataset.place = placeIn(data, n);
  article.dataset.live = '';
  const [first, last] = [articles()[0], articles().at(-1)];
  // It belongs to older posts, which are not loaded yet.
  if (placeOf(article) < placeOf(last ?? article) && document.querySelector('.older')) return;
  const isOnTop = first && placeOf(article) > placeOf(first);
  const isOwn = data.post?.author.username === user;
  if (isOwn || !isOnTop || (atTop() && !isWriting(river))) {
    insert(article);
    if (!isOwn) announce(say('New post'));
  } else {
    waiting.set(data.post_id, article);
    showPill();
    announce(many(waiting.size, '{n} new post', '{n} new posts'));
  }
}

// Returns the number by which the list of this page is sorted.
function placeIn({ position, bump, posted, user: liker, comment }, n) {
  const actor = liker ?? comment?.author;
  const acted = river.dataset.feed.endsWith(`/${actor?.username}/activity`) ? n : 0;
  const home = river.dataset.feed.includes('order=date') ? posted : position;
  const places = { home, discussions: bump, directs: bump, group: bump, list: bump, acts: acted, search: comment ? bump : posted };
  return places[topic.split(':')[0]] ?? posted;
}

function insert(fresh) {
  const article = deleted.get(fresh.id) ?? fresh;
  if (article !== fresh) merge(article, fresh);
  deleted.delete(fresh.id);
  const below = articles().find((other) => placeOf(other) < placeOf(article)) ?? null;
  const put = () => river.insertBefore(article, below);
  if (atTop()) put();
  else keepPlace(put);
  waiting.delete(article.dataset.postId);
  showPill();
  tidy();
}

function refresh(shown, [fresh, comment], commentId) {
  keepPlace(() => {
    merge(shown, fresh);
    const whole = shown.querySelector('.comments[data-whole]');
    if (whole && commentId) mergeComment(whole, commentId, comment);
  });
}

// Shows the answer to a form of this page: the post, and perhaps a comment under it.
export function showAnswer([article, comment]) {
  const shown = document.getElementById(article.id);
  if (shown) refresh(shown, [article, comment], comment?.dataset.commentId);
  else insert(article);
}

export function removePost(id, isDeleted) {
  if (waiting.delete(id)) showPill();
  const article = find(id);
  if (!article) return;
  if (isDeleted) deleted.set(article.id, article);
  const beside = [article.nextElementSibling, article.previousElementSibling];
  const heir = beside.find((other) => other?.matches('article')) ?? document.querySelector('main');
  const focused = article.contains(document.activeElement);
  keepPlace(() => article.remove());
  if (topic === `post:${id}`) {
    river.replaceChildren(element('p', { className: 'empty card' }, say('This post has been deleted.')));
  }
  tidy();
  if (focused) focusOn(heir);
}

// Draws the river again, except what is being written. Resolves to the id of the last event in it, or to nothing if
// the reader may not see this page any more, as after a block.
export async function reload() {
  const page = await fetchFragment(river.dataset.feed);
  // The page of a captive portal is an answer, too.
  if (page && !page.dataset.lastEventId) throw new Error('no river');
  const focused = document.activeElement.closest('article');
  const newest = document.querySelector('.newest-posts');
  keepPlace(() => {
    if (newest && page?.querySelector('article') && !isWriting(newest)) newest.remove();
    const kept = articles().filter(isWriting);
    for (const part of river.querySelectorAll(PARTS)) if (!kept.includes(part)) part.remove();
    for (const fresh of page?.querySelectorAll(PARTS) ?? []) {
      const shown = document.getElementById(fresh.id);
      shown?.querySelector('.comments').removeAttribute('data-whole');
      if (shown) merge(shown, fresh);
      else river.append(fresh);
    }
    document.querySelectorAll('.hidden-posts').forEach((line) => line.remove());
    showHidden(page);
    showOlder(page?.querySelector('.older'));
  });
  if (focused && !focused.isConnected) focusOn(document.getElementById(focused.id));
  waiting.clear();
  showPill();
  tidy();
  gone.remove();
  if (!page) {
    river.querySelector('.empty')?.remove();
    river.append(gone);
    return undefined;
  }
  count({ unread: Number(page.dataset.unread), directs: Number(page.dataset.directs) });
  return page.dataset.lastEventId;
}

export function showWaiting() {
  if (!waiting.size) return;
  announce(many(waiting.size, '{n} new post shown', '{n} new posts shown'));
  for (const article of [...waiting.values()]) insert(article);
  refreshTimes();
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  scrollTo({ top: 0, behavior: isCalm ? 'instant' : 'smooth' });
  focusOn(articles()[0]);
}

function showPill() {
  count({ waiting: waiting.size });
  pill.hidden = !waiting.size;
  pill.textContent = many(waiting.size, '{n} new post', '{n} new posts');
}

// Hides the words of an empty river if there are posts. An element without articles must not have the role `feed`.
function tidy() {
  const filled = articles().length > 0;
  river.role = filled ? 'feed' : 'region';
  for (const child of river.children) child.hidden = filled && child.matches('.empty');
}

river?.before(pill);
