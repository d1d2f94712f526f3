// live.js: keeps the river live. The tabs of a browser share one stream, as HTTP/1.1 allows a site only six
// connections: the one that holds the Web Lock has the stream, and passes its events on.

import { river, user } from './page.js';
import { showState } from './notices.js';
import { receive, reload } from './river.js';
import { createStream } from './stream.js';

const SLEPT_MS = 45_000;
const BEAT_MS = 15_000;
const LET_GO_MS = 10_000;
const RESET_AGAIN_MS = 5_000;

const stream = createStream(heard, changed);
let last, state, channel, leading, giveUpLead; // `last` is the last event that this tab shows

export function goLive() {
  last = river.dataset.lastEventId;
  join();
  addEventListener('pagehide', part);
  addEventListener('pageshow', (event) => event.persisted && join());
  addEventListener('online', wake);
  addEventListener('offline', () => changed('down'));
  document.addEventListener('visibilitychange', seenOrHidden);
  setInterval(() => document.hidden || beat(), BEAT_MS);
}

function join() {
  changed('down');
  // Plain http has no Web Locks: every tab leads itself, and hidden ones let go of their stream.
  if (!navigator.locks) {
    lead();
    return seenOrHidden();
  }
  const name = `quartfeed:${river.dataset.stream}:${user}`;
  const waiting = new AbortController();
  const held = new Promise((free) => {
    giveUpLead = () => (waiting.abort(), free());
  });
  channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => told(data);
  tell({ hello: last });
  navigator.locks.request(name, { signal: waiting.signal }, () => (lead(), held)).catch(() => {});
}

// A page in the back-forward cache must hold neither the lock nor the stream.
function part() {
  leading = false;
  stream.close();
  giveUpLead?.();
  channel?.close();
  channel = undefined;
}

function lead() {
  leading = true;
  stream.open(last);
  tell({ leader: true });
}

const tell = (message) => channel?.postMessage(message);

function told({ event, state: theirs, leader, hello, woke }) {
  if (event) take(event);
  if (theirs) changed(theirs);
  if (leader) tell({ hello: last });
  if (!hello || !leading) return;
  // A page older than what the stream has passed: go back for it. The others ignore the replay.
  if (isBefore(hello, stream.position())) stream.open(hello);
  else if (woke) stream.open();
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
  // Whoever signs in again in a new tab must find the lock free.
  if (next === 'signed_out') part();
}

// One after the other: what comes during a reset waits for it.
let turn = Promise.resolve();
function take(event) {
  turn = turn.then(() => apply(event)).catch(reportError);
}

async function apply({ name, data, id }) {
  if (name === 'reset' || epoch(id) !== epoch(last)) {
    last = await reset();
  } else if (isBefore(last, id)) {
    receive(name, data, number(id));
    last = id;
  }
}

async function reset() {
  for (;;) {
    const id = await reload().catch(() => null);
    if (id) return id;
    await new Promise((done) => setTimeout(done, RESET_AGAIN_MS));
  }
}

// Ids are EPOCH-NUMBER; numbers only grow, and mean nothing in another epoch.
const epoch = (id) => id.slice(0, id.lastIndexOf('-'));
const number = (id) => Number(id.slice(id.lastIndexOf('-') + 1));
const isBefore = (a, b) => epoch(a) === epoch(b) && number(a) < number(b);

// After sleep a connection may be dead without knowing it.
function wake() {
  if (state === 'signed_out') return;
  if (leading) stream.open();
  else tell({ hello: last, woke: true });
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
