// seen.js: notices what the reader has read and tells the server, from time to time and in one request. The same module
// shows what is still unread when a comment arrives, or when the reader has read it on another device.
// Readers have the shortcuts too, in the same file: that is one request less.

import './keys.js';
import { base, element, many, on, river, say, user } from './page.js';

const IN_VIEW_MS = 2_000;
const SEND_SOON_MS = 1_000;
const SEND_EVERY_MS = 15_000;
const SENT_MAX = 100;
const COUNT_MAX = 1_000;

// The line under a post or comment stands for it: whoever sees that has come to its end.
const ENDS = '.post-body > .meta, .comment > .meta';
const timers = new Map();
const inView = new Set();
// The newest comment seen of each post, by the id of the post, until the server knows it.
let unsent = new Map();
let sending, sentAt = -SEND_EVERY_MS;

const eye = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    forget(target);
    if (isIntersecting) timers.set(target, setTimeout(see, IN_VIEW_MS, target));
  }
});

function forget(end) {
  clearTimeout(timers.get(end));
  timers.delete(end);
  inView.delete(end);
}

function see(end) {
  inView.add(end);
  note(end);
}

function look() {
  for (const end of river.querySelectorAll(ENDS)) eye.observe(end);
}

const idOf = (comment) => Number(comment?.dataset.commentId ?? 0);
const commentsOf = (article) => [...article.querySelectorAll('.comment')];

// Notes a post up to the comment whose end is in view. A post that the reader has never seen counts as read as a whole,
// unless it came folded with an event: such posts have no marks, and the reader may have seen it before. Comments behind
// folded news are not noted, because the mark would pass the news.
function note(end) {
  const article = end.closest('article');
  if (!article) return;
  const { seen, live, postId } = article.dataset;
  const own = end.closest('.comment');
  const fold = article.querySelector(seen || live === undefined ? 'li.more[data-news]' : 'li.more');
  const isBehind = fold && (!seen || fold.compareDocumentPosition(end) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (isBehind || (seen && !own)) return;
  const newest = idOf(seen ? own : commentsOf(article).at(-1));
  if (seen && newest <= seen) return;
  article.dataset.seen = newest;
  unsent.set(postId, article.dataset.seen);
  if (unsent.size >= SENT_MAX) return send();
  sending ??= setTimeout(send, Math.max(SEND_SOON_MS, sentAt + SEND_EVERY_MS - performance.now()));
}

// A request with `keepalive` goes on when the page is left.
async function send() {
  clearTimeout(sending);
  sending = undefined;
  if (!unsent.size) return;
  const marks = unsent;
  unsent = new Map();
  sentAt = performance.now();
  const body = JSON.stringify({ posts: Object.fromEntries(marks) });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${base}/seen`, { method: 'POST', headers, body, keepalive: true }).catch(() => null);
  // What did not arrive goes with the next marks.
  if (!answer || answer.status >= 500) for (const [post, comment] of marks) if (!unsent.has(post)) unsent.set(post, comment);
}

// Shows what is unread in a post, as the server draws it.
function show(article) {
  const count = Number(article.dataset.unread ?? 0);
  const first = count && Number(article.dataset.first);
  const comments = commentsOf(article);
  for (const comment of comments) {
    const isFirst = count > 0 && idOf(comment) === first;
    const mark = comment.querySelector('.new');
    if (isFirst !== 'firstUnread' in comment.dataset) comment.toggleAttribute('data-first-unread');
    if (!isFirst) mark?.remove();
    else if (!mark) comment.prepend(newMark());
  }
  const fold = article.querySelector('li.more');
  if (!fold) return;
  const isNews = count > 0 && first < idOf(comments.at(-1));
  const link = fold.querySelector('a');
  const words = isNews ? newComments(count) : many(Number(fold.dataset.more), '{n} more comment', '{n} more comments');
  if (isNews !== 'news' in fold.dataset) fold.toggleAttribute('data-news');
  if (link.textContent !== words) link.textContent = words;
  link.href = link.pathname + (isNews ? `#comment-${first}` : '');
}

const newMark = () =>
  element('p', { className: 'new' }, say('New'), element('span', { className: 'visually-hidden' }, ` ${say('comments from here')}`));
const newComments = (n) =>
  n < COUNT_MAX ? many(n, '{n} new comment', '{n} new comments') : say('{n}+ new comments', { n: COUNT_MAX });

function setUnread(article, count, first) {
  const { dataset } = article;
  if (count) [dataset.unread, dataset.first] = [count, first];
  else {
    delete dataset.unread;
    delete dataset.first;
  }
  show(article);
}

// Counts a comment that came or went by an event. The posts of events carry no marks: they are drawn once for all.
function counted(article, by, id) {
  const { seen, unread = 0, first = id } = article.dataset;
  if (seen && id > seen) setUnread(article, Math.max(0, Number(unread) + by), first);
}

addEventListener('applied', ({ detail: { name, data } }) => {
  const article = document.getElementById(`post-${data.post_id}`);
  if (!article) return;
  if (name === 'seen') setUnread(article, data.count, data.first);
  else if (name === 'comment' && data.comment && data.comment.author.username !== user) counted(article, 1, data.comment_id);
  else if (name === 'comment_deleted' && article.dataset.unread) counted(article, -1, data.comment_id);
});

// Posts and comments that are drawn anew are looked for again.
new MutationObserver(() => {
  look();
  for (const article of river.querySelectorAll('article[data-unread]')) show(article);
  for (const end of inView) note(end);
}).observe(river, { childList: true, subtree: true });

on('visibilitychange', () => {
  if (!document.hidden) return look();
  eye.disconnect();
  for (const end of [...timers.keys(), ...inView]) forget(end);
  send();
});
addEventListener('pagehide', send);
look();
