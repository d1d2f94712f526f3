// stream.js: an event stream that opens again whenever it breaks, and continues after the last event.

import { request, streamUrl } from './page.js';

// Everything that a stream can carry. A test holds the list against src/model/event_kinds.rs.
const EVENTS = [
  'post', 'post_edited', 'post_deleted', 'quote_changed', 'like', 'unlike',
  'comment', 'comment_edited', 'comment_deleted', 'comment_like', 'comment_unlike',
  'participants', 'group', 'notification', 'seen', 'reset', 'bye',
];
const RETRY_SECONDS_MIN = 2;
const RETRY_SECONDS_MAX = 60;
// A full site asks to wait for half a minute.
const TRIES_IF_FULL = 4;
// Some proxies keep a stream back, or let it end without a word. A stream that works says `alive` each 15 seconds.
const OPEN_WITHIN_MS = 20_000;
const SILENT_MS = 40_000;

// Creates a stream. `heard` gets each event, `changed` each state: live, down, quiet (closed on purpose) or signed_out.
export function createStream(heard, changed) {
  let source, timer, watch, reached, topics, tries = 0;

  function open(after = reached, about = topics) {
    close();
    [reached, topics] = [after, about];
    const query = new URLSearchParams([['after', after], ...topics.map((one) => ['topic', one])]);
    source = new EventSource(`${streamUrl}&${query}`);
    expectWithin(OPEN_WITHIN_MS);
    source.onopen = () => {
      tries = 0;
      expectWithin(SILENT_MS);
      changed('live');
    };
    source.addEventListener('alive', () => expectWithin(SILENT_MS));
    // A browser does not reconnect after a 502 or a 401.
    source.onerror = () => {
      changed('down');
      if (source.readyState === EventSource.CLOSED) openLater();
      else expectWithin(OPEN_WITHIN_MS);
    };
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        const data = JSON.parse(event.data);
        if (name === 'bye') return leave(data.reason);
        expectWithin(SILENT_MS);
        reached = event.lastEventId;
        heard({ name, data, id: reached });
      });
    }
  }

  function close() {
    clearTimeout(timer);
    clearTimeout(watch);
    source?.close();
  }

  function expectWithin(ms) {
    clearTimeout(watch);
    watch = setTimeout(reopen, ms);
  }

  function reopen() {
    close();
    changed('down');
    openLater();
  }

  function leave(reason) {
    if (reason === 'full') tries = TRIES_IF_FULL;
    if (reason !== 'signed_out' && reason !== 'too_many') return reopen();
    close();
    changed(reason === 'signed_out' ? reason : 'quiet');
  }

  // The jitter keeps browsers from reconnecting to a restarted server in the same second.
  function openLater() {
    const seconds = Math.min(RETRY_SECONDS_MAX, RETRY_SECONDS_MIN * 2 ** tries++);
    const mine = (timer = setTimeout(retry, seconds * (750 + Math.random() * 500)));
    // An EventSource does not tell whether the session or the server is gone; a request does.
    async function retry() {
      const answer = await request(streamUrl, { method: 'HEAD' }).catch(() => null);
      if (timer !== mine) return;
      if (answer?.redirected || answer?.status === 401) changed('signed_out');
      else open();
    }
  }

  return { open, close, position: () => reached, topics: () => topics };
}
