// live.js: keeps the page live. The tabs of a browser share one stream, as HTTP/1.1 allows a site only six connections:
// the tab that holds the Web Lock opens the stream and passes its events on.

import { inTurn, lastEventId, on, streamUrl, topic, user } from './page.js';
import { isOutdated } from './drafts.js';
import { count, showState } from './notices.js';
import { receive, reload } from './river.js';
import { createStream } from './stream.js';

const SLEPT_MS = 45_000;
const BEAT_MS = 15_000;
const LET_GO_MS = 10_000;
const RESET_AGAIN_MS = 5_000;

const stream = createStream(heard, changed);
// A page without posts still has live notifications.
const ownTopic = topic ?? 'home';
// The last event that this tab shows.
let last = lastEventId;
// The topics of all tabs that this one has heard from.
let topics = new Set([ownTopic]);
let state, channel, leading, giveUpLead, resetting;

export function goLive() {
  join();
  addEventListener('pagehide', part);
  addEventListener('pageshow', (event) => event.persisted && shownAgain());
  addEventListener('online', wake);
  addEventListener('offline', () => changed('down'));
  on('visibilitychange', seenOrHidden);
  setInterval(() => document.hidden || beat(), BEAT_MS);
}

function join() {
  changed('down');
  // Plain http has no Web Locks: every tab opens its own stream when it is seen, and closes it while it is hidden.
  if (!navigator.locks) {
    leading = true;
    return document.hidden ? rest() : lead();
  }
  const name = `quartfeed:${streamUrl}:${user}`;
  const waiting = new AbortController();
  const held = new Promise((free) => {
    giveUpLead = () => (waiting.abort(), free());
  });
  channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => told(data);
  greet();
  navigator.locks.request(name, { signal: waiting.signal }, () => (lead(), held)).catch(() => {});
}

// The browser had kept this page for the way back. Nobody may see it after somebody has signed out.
function shownAgain() {
  if (!isOutdated()) return join();
  document.documentElement.hidden = true;
  location.reload();
}

// Gives up the lock and the stream. A page in the back-forward cache must hold neither.
function part() {
  leading = false;
  stream.close();
  giveUpLead?.();
  tell({ left: true });
  channel?.close();
  channel = undefined;
}

function lead() {
  leading = true;
  stream.open(last, [...topics]);
  tell({ leader: true });
}

const tell = (message) => channel?.postMessage(message);
const greet = (woke) => tell({ hello: last, about: ownTopic, woke });

function told({ event, state: theirs, leader, hello, about, woke, left }) {
  if (event) take(event);
  if (theirs) changed(theirs);
  if (leader) greet();
  if (hello) topics.add(about);
  if (!leading) return;
  // The remaining tabs answer with their topics. The topics of the closed tab end with the next stream.
  if (left) {
    topics = new Set([ownTopic]);
    tell({ leader: true });
  }
  if (hello) welcome(hello, about, woke);
}

// Opens the stream again if a new tab is older than the stream or has another topic. Other tabs ignore the replay.
function welcome(hello, about, woke) {
  const position = stream.position();
  const isOlder = isBefore(hello, position);
  if (isOlder || woke || !stream.topics().includes(about)) stream.open(isOlder ? hello : position, [...topics]);
  tell({ state });
}

function heard(event) {
  tell({ event });
  take(event);
}

function changed(next) {
  state = next;
  showState(next);
  if (leading) tell({ state });
  // The lock must be free for somebody who signs in again in a new tab.
  if (next === 'signed_out') part();
}

const take = (event) => inTurn(() => apply(event));

async function apply({ name, data, id }) {
  if (name === 'reset' || name === 'group' || epoch(id) !== epoch(last)) {
    await reset(id);
  } else if (name === 'notification') {
    // It has the number of another event, and replaces the counts whatever its number is.
    count({ unread: data.unread, directs: data.directs });
  } else {
    // What was read is in no log, and has the number of another event.
    if (name !== 'seen') {
      if (!isBefore(last, id)) return;
      receive(name, data, number(id));
      last = id;
    }
    dispatchEvent(new CustomEvent('applied', { detail: { name, data } }));
  }
}

// Loads the posts again. A page without a topic takes no new posts, so it has nothing to load.
async function reset(id) {
  clearTimeout(resetting);
  try {
    last = (topic && (await reload())) || id;
  } catch {
    resetting = setTimeout(take, RESET_AGAIN_MS, { name: 'reset', id });
  }
}

// Ids are EPOCH-NUMBER. Numbers only grow, and cannot be compared between epochs.
const epoch = (id) => id.slice(0, id.lastIndexOf('-'));
const number = (id) => Number(id.slice(id.lastIndexOf('-') + 1));
const isBefore = (a, b) => epoch(a) === epoch(b) && number(a) < number(b);

// Opens the stream again. After sleep a connection may be dead although it looks open.
function wake() {
  if (state === 'signed_out') return;
  if (leading) lead();
  else greet(true);
}

let beatAt = Date.now();
function beat() {
  if (state === 'quiet' || Date.now() - beatAt > SLEPT_MS) wake();
  beatAt = Date.now();
}

let lettingGo;
function seenOrHidden() {
  clearTimeout(lettingGo);
  if (!document.hidden) beat();
  else if (!navigator.locks) lettingGo = setTimeout(rest, LET_GO_MS);
}

function rest() {
  stream.close();
  changed('quiet');
}
