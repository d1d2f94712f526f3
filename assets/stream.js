// stream.js: one event stream, opened again whenever it breaks, from where it was.

import { request, river } from './page.js';

const EVENTS = ['post', 'post_deleted', 'reset'];
const RETRY_SECONDS_MIN = 2;
const RETRY_SECONDS_MAX = 60;

// `changed` gets each state: live, down, quiet (closed on purpose) or signed_out.
export function createStream(heard, changed) {
  let source, timer, reached, tries = 0;

  function open(after = reached) {
    close();
    reached = after;
    source = new EventSource(`${river.dataset.stream}?after=${encodeURIComponent(after)}`);
    source.onopen = () => {
      tries = 0;
      changed('live');
    };
    // After a 502 or a 401 a browser never comes back by itself.
    source.onerror = () => {
      changed('down');
      if (source.readyState === EventSource.CLOSED) openLater();
    };
    source.addEventListener('bye', ({ data }) => leave(JSON.parse(data).reason));
    for (const name of EVENTS) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        reached = lastEventId;
        heard({ name, data: JSON.parse(data), id: reached });
      });
    }
  }

  function close() {
    clearTimeout(timer);
    source?.close();
  }

  function leave(reason) {
    close();
    if (reason === 'signed_out') return changed(reason);
    if (reason === 'too_many') return changed('quiet');
    changed('down');
    openLater();
  }

  // With jitter, or all would come back to a restarted server in the same second.
  function openLater() {
    const seconds = Math.min(RETRY_SECONDS_MAX, RETRY_SECONDS_MIN * 2 ** tries++);
    const mine = (timer = setTimeout(retry, seconds * (750 + Math.random() * 500)));
    // An EventSource cannot tell a lost session from a lost server; a request can.
    async function retry() {
      const answer = await request(river.dataset.feed, { method: 'HEAD' }).catch(() => null);
      if (timer !== mine) return;
      if (answer?.redirected || answer?.status === 401) changed('signed_out');
      else open();
    }
  }

  return { open, close, position: () => reached };
}
