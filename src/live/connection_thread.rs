//! A connection thread: it waits for its sockets and its messages, and sends each of its streams what is for it.

use std::{
    collections::VecDeque,
    io,
    net::TcpStream,
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::Sender;
use mio::{Events, Poll, Token, event};

use super::{
    mailbox::{Mailbox, WAKER},
    messages::{CatchUpBatch, CatchUpRequest, Delivery, HubCommand, SeenNews, StreamKey},
    registry::{ConnectionRegistry, StreamCount},
    sse::{self, EndReason, Heartbeats, StreamFrame},
    stream::{Stream, StreamState},
    stream_table::StreamTable,
};
use crate::{
    clock::Clock,
    http::Join,
    metrics::StreamMeters,
    model::{Epoch, EventId, Holder, Timestamp, UserId},
};

/// The longest silence of a stream. A proxy may close a connection that is silent for longer.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The number of ticks over which heartbeats are spread. The time of one more tick is left for a late thread.
const TICKS: usize = 14;

const TICK: Duration = Duration::from_secs(HEARTBEAT.as_secs() / (TICKS as u64 + 1));

/// The most socket events that are taken at once.
const SOCKET_EVENTS_MAX: usize = 1_024;

/// The number of streams that may wait for a batch from the log. One more is closed, and its reader comes back.
const CATCH_UP_REQUESTS_MAX: usize = 16_384;

/// The number of ended sessions and tokens that are remembered: many more than can end while a request passes the
/// door.
const ENDED_MAX: usize = 1_024;

/// Everything that a connection thread is given.
pub(super) struct ThreadSetup {
    pub(super) number: usize,
    pub(super) poll: Poll,
    pub(super) mailbox: Mailbox,
    pub(super) registry: Arc<ConnectionRegistry>,
    pub(super) stream_count: StreamCount,
    pub(super) meters: StreamMeters,
    pub(super) catch_up: Sender<CatchUpRequest>,
    pub(super) epoch: Epoch,
    pub(super) clock: Clock,
    /// The newest event when the thread starts.
    pub(super) newest: EventId,
    pub(super) streams_per_user: usize,
    pub(super) buffer_bytes_max: usize,
}

/// A connection thread with its streams.
pub(super) struct ConnectionThread {
    setup: ThreadSetup,
    streams: StreamTable,
    /// New streams, by slot and generation, which an event on its way may have missed.
    unsynced: Vec<(usize, u64)>,
    /// The newest event that was delivered or passed here.
    delivered: EventId,
    heartbeats: Heartbeats,
    /// Sessions and tokens that ended lately, the newest last.
    ended: VecDeque<Holder>,
}

impl ConnectionThread {
    pub(super) fn new(setup: ThreadSetup) -> ConnectionThread {
        ConnectionThread {
            delivered: setup.newest,
            setup,
            streams: StreamTable::default(),
            unsynced: Vec::new(),
            ended: VecDeque::new(),
            heartbeats: Heartbeats::new(),
        }
    }

    /// Runs until it is told to stop.
    pub(super) fn run(mut self) {
        let mut events = Events::with_capacity(SOCKET_EVENTS_MAX);
        let (mut tick, mut next_tick) = (0, Instant::now() + TICK);
        loop {
            // Nothing wakes an idle site.
            let is_idle = self.streams.is_empty();
            let wait = (!is_idle).then(|| next_tick.saturating_duration_since(Instant::now()));
            if let Err(error) = self.setup.poll.poll(&mut events, wait)
                && error.kind() != io::ErrorKind::Interrupted
            {
                return;
            }
            for event in events.iter().filter(|event| event.token() != WAKER) {
                self.socket_is_ready(event);
            }
            self.setup.mailbox.open();
            while let Some(command) = self.setup.mailbox.next() {
                if self.obey(command).is_break() {
                    return;
                }
            }
            if Instant::now() >= next_tick {
                next_tick = Instant::now() + TICK;
                tick = (tick + 1) % TICKS;
                if !is_idle {
                    self.beat(tick);
                }
            }
        }
    }

    /// Reads from a socket or writes to it, as far as it is ready.
    fn socket_is_ready(&mut self, event: &event::Event) {
        let slot = event.token().0;
        if event.is_readable() || event.is_read_closed() || event.is_error() {
            self.with(slot, |stream, _| stream.drain());
        }
        if event.is_writable() {
            self.with(slot, |stream, _| stream.flush());
            self.catch_up(slot);
        }
    }

    /// Carries out a message. Breaks off if the thread is to stop.
    fn obey(&mut self, command: HubCommand) -> ControlFlow<()> {
        match command {
            HubCommand::Join { socket, head, join } => self.join(socket, head, &join),
            HubCommand::Deliver(delivery) => self.deliver(&delivery),
            HubCommand::Seen(user, news) => self.tell_seen(user, &news),
            HubCommand::Passed(newest) => self.pass(newest),
            HubCommand::CaughtUp(key, batch) => self.take_batch(key, batch),
            HubCommand::End(holder) => {
                self.remember_ended(holder);
                self.end_where(EndReason::SignedOut, |stream| stream.holder == holder);
            }
            HubCommand::Stop => {
                self.end_where(EndReason::Shutdown, |_| true);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Makes a socket a stream, unless there is no room or its session has ended.
    fn join(&mut self, socket: TcpStream, head: Vec<u8>, join: &Join) {
        let (has_room, count) = self.setup.stream_count.add();
        // Events are rendered for it from here on. Earlier ones are found in the log.
        let entry = self.setup.registry.register(join);
        let heartbeat = self.heartbeats.of(&join.format);
        let Ok(mut stream) = Stream::new(socket, join, count, entry, heartbeat) else {
            return;
        };
        if self.ended.contains(&join.holder) {
            // It ended while the stream was on its way here.
            return;
        }
        let opening = |text: &[u8]| StreamFrame::opening(head, text, join.is_chunked);
        if !has_room {
            stream.end_with(Some(&opening(join.format.come_back_later())));
            return;
        }
        let others = self.streams.of_user(join.user);
        if let Some(oldest) = others.first().copied()
            && others.len() >= self.setup.streams_per_user
        {
            self.end(oldest, EndReason::TooMany);
        }
        let at = self.setup.epoch.at(join.after);
        let hello = opening(&sse::greeting(&at, join));

        stream.is_live = join.after >= self.delivered;
        let slot = self.streams.next_slot();
        if stream
            .register(self.setup.poll.registry(), Token(slot))
            .is_err()
        {
            return;
        }
        let generation = self.streams.insert(stream);
        self.unsynced.push((slot, generation));
        self.with(slot, |stream, buffer| stream.push(&hello, buffer));
        self.catch_up(slot);
    }

    /// Remembers an ended session or token, one of whose streams may still be on its way through the door.
    fn remember_ended(&mut self, holder: Holder) {
        if self.ended.len() == ENDED_MAX {
            self.ended.pop_front();
        }
        self.ended.push_back(holder);
    }

    /// Sends an event to the streams of everybody who gets something of it.
    fn deliver(&mut self, delivery: &Delivery) {
        self.delivered = delivery.id;
        self.sync_new_streams(delivery);
        // A stream may end meanwhile, so each person's list is copied, into the same piece of memory for all.
        let mut slots = Vec::new();
        let now = (self.setup.clock)();
        let mut deliveries = 0;
        for (listener, view) in &delivery.views {
            slots.clear();
            slots.extend_from_slice(self.streams.of_user(listener.user));
            for slot in &slots {
                if self.end_if_expired(*slot, now) {
                    continue;
                }
                self.with(*slot, |stream, buffer| {
                    if stream.entry.listener != *listener {
                        return StreamState::Open;
                    }
                    deliveries += 1;
                    // A stream that catches up finds the event in the log.
                    if !stream.is_live || stream.reached >= delivery.id {
                        return StreamState::Open;
                    }
                    stream.reached = delivery.id;
                    stream.push_all(view.frames(&stream.entry.topics), buffer)
                });
            }
        }
        self.setup.meters.deliveries.inc_by(deliveries);
    }

    /// Tells a reader's streams what is left to read.
    fn tell_seen(&mut self, user: UserId, news: &SeenNews) {
        let now = (self.setup.clock)();
        for slot in self.streams.of_user(user).to_vec() {
            if self.end_if_expired(slot, now) {
                continue;
            }
            let epoch = self.setup.epoch.clone();
            self.with(slot, |stream, buffer| {
                stream.tell_seen(&epoch, news, buffer)
            });
        }
    }

    /// Lets streams catch up that began while the event was being rendered, and so were not considered.
    fn sync_new_streams(&mut self, delivery: &Delivery) {
        let mut unsynced = std::mem::take(&mut self.unsynced);
        unsynced.retain(|(slot, generation)| {
            let Some(stream) = self.streams.get_same(*slot, *generation) else {
                return false;
            };
            let was_missed = stream.entry.arrival > delivery.arrivals;
            if was_missed && stream.reached < delivery.id {
                stream.is_live = false;
            }
            was_missed
        });
        for (slot, _) in &unsynced {
            self.catch_up(*slot);
        }
        self.unsynced = unsynced;
    }

    /// Takes note of events that were not rendered because nobody listened.
    fn pass(&mut self, newest: EventId) {
        self.delivered = newest;
        for slot in 0..self.streams.slot_count() {
            if let Some(stream) = self.streams.get_mut(slot) {
                stream.is_live = stream.is_live && stream.reached >= newest;
            }
            self.catch_up(slot);
        }
    }

    /// Requests the next batch for a stream that is behind, once everything before it is sent.
    fn catch_up(&mut self, slot: usize) {
        let Some(stream) = self.streams.get_mut(slot) else {
            return;
        };
        if stream.is_live || stream.is_catching_up || !stream.is_flushed() {
            return;
        }
        if stream.reached >= self.delivered {
            stream.is_live = true;
            return;
        }
        stream.is_catching_up = true;
        let request = CatchUpRequest {
            stream: StreamKey {
                thread: self.setup.number,
                slot,
                generation: stream.generation,
            },
            listener: stream.entry.listener,
            topics: stream.entry.topics.clone(),
            after: stream.reached,
            up_to: self.delivered,
        };
        let queue = &self.setup.catch_up;
        if queue.len() >= CATCH_UP_REQUESTS_MAX || queue.send(request).is_err() {
            // The reader comes back by itself, when there is less to do.
            self.close(slot);
        }
    }

    /// Sends a stream the batch that it requested.
    fn take_batch(&mut self, key: StreamKey, batch: Option<CatchUpBatch>) {
        if self.streams.get_same(key.slot, key.generation).is_none() {
            return;
        }
        let Some(batch) = batch else {
            return self.close(key.slot);
        };
        if self.end_if_expired(key.slot, (self.setup.clock)()) {
            return;
        }
        self.with(key.slot, |stream, _| {
            stream.is_catching_up = false;
            stream.reached = batch.reached;
            // A batch is bounded by itself, and requested only when the last one is sent.
            stream.push_all(&batch.frames, usize::MAX)
        });
        self.catch_up(key.slot);
    }

    /// Sends a heartbeat to one part of the streams, and ends those that have expired.
    fn beat(&mut self, tick: usize) {
        let now = (self.setup.clock)();
        for slot in (tick..self.streams.slot_count()).step_by(TICKS) {
            let Some(stream) = self.streams.get(slot) else {
                continue;
            };
            if stream.has_expired(now) {
                self.end(slot, EndReason::SignedOut);
            } else if stream.is_flushed() {
                self.with(slot, |stream, buffer| {
                    let heartbeat = stream.heartbeat.clone();
                    stream.push(&heartbeat, buffer)
                });
            }
        }
    }

    /// Ends a stream whose session or token has expired, before it is sent anything more.
    fn end_if_expired(&mut self, slot: usize, now: Timestamp) -> bool {
        let stream = self.streams.get(slot);
        let has_expired = stream.is_some_and(|stream| stream.has_expired(now));
        if has_expired {
            self.end(slot, EndReason::SignedOut);
        }
        has_expired
    }

    fn end_where(&mut self, reason: EndReason, ends: impl Fn(&Stream) -> bool) {
        for slot in 0..self.streams.slot_count() {
            if self.streams.get(slot).is_some_and(&ends) {
                self.end(slot, reason);
            }
        }
    }

    /// Ends a stream with a last frame that says why.
    fn end(&mut self, slot: usize, reason: EndReason) {
        if let Some(stream) = self.streams.get_mut(slot) {
            let at = if stream.is_live {
                self.delivered.max(stream.reached)
            } else {
                stream.reached
            };
            stream.end(&self.setup.epoch.at(at), reason);
        }
        self.close(slot);
    }

    /// Closes a stream without a last frame.
    fn close(&mut self, slot: usize) {
        if let Some(mut stream) = self.streams.remove(slot) {
            // The socket is closed in any case, and with it the registration.
            let _ = stream.deregister(self.setup.poll.registry());
        }
    }

    /// Does something to a stream if it is still there, and closes it if that shows that its reader is gone.
    fn with(&mut self, slot: usize, act: impl FnOnce(&mut Stream, usize) -> StreamState) {
        let Some(stream) = self.streams.get_mut(slot) else {
            return;
        };
        if act(stream, self.setup.buffer_bytes_max) == StreamState::Gone {
            self.setup.meters.lost.inc();
            self.close(slot);
        }
    }
}
