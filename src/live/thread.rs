//! One connection thread: its channel, its sockets, and what it does for each of them.

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use mio::{Events, Poll, Token};

use super::{
    catchup::{Piece, Wish},
    frames::{Frame, Renderer},
    hub::{Bye, Command, Delivery, Hub, StreamKey, WAKER},
    stream::{Fate, Stream},
};
use crate::{
    clock::Clock,
    http::Join,
    model::{EventId, Holder, Timestamp, UserId},
};

/// Each stream says something at least this often. A proxy may close what is silent.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Heartbeats are spread over this many ticks, the last of which leaves time for a late thread.
const TICKS: usize = 14;

const TICK: Duration = Duration::from_secs(HEARTBEAT.as_secs() / (TICKS as u64 + 1));

/// Socket events taken at once.
const SOCKET_EVENTS_MAX: usize = 1_024;

/// Ended sessions and tokens that are remembered: many more than can end while a request passes the door.
const ENDED_MAX: usize = 1_024;

/// What a thread is given.
pub(super) struct Setup {
    pub(super) number: usize,
    pub(super) hub: Hub,
    pub(super) poll: Poll,
    pub(super) inbox: Receiver<Command>,
    pub(super) wishes: Sender<Wish>,
    pub(super) renderer: Arc<Renderer>,
    pub(super) clock: Clock,
    /// The newest event when it starts.
    pub(super) newest: EventId,
    pub(super) streams_per_user: usize,
    pub(super) buffer_bytes_max: usize,
}

pub(super) struct Thread {
    setup: Setup,
    /// A socket's place is its token; places are used again.
    streams: Vec<Option<Box<Stream>>>,
    free: Vec<usize>,
    /// The places of each person's streams, oldest first.
    by_user: HashMap<UserId, Vec<usize>>,
    births: u64,
    /// Streams, by place and birth, that an event on its way may not know of.
    young: Vec<(usize, u64)>,
    /// The newest event that has passed by here.
    delivered: EventId,
    heartbeat: Frame,
    /// Sessions and tokens that ended lately, the newest last.
    ended: VecDeque<Holder>,
}

impl Thread {
    pub(super) fn new(setup: Setup) -> Thread {
        Thread {
            delivered: setup.newest,
            setup,
            streams: Vec::new(),
            free: Vec::new(),
            by_user: HashMap::new(),
            births: 0,
            young: Vec::new(),
            ended: VecDeque::new(),
            heartbeat: Arc::from(&b":\n\n"[..]),
        }
    }

    pub(super) fn run(mut self) {
        let mut events = Events::with_capacity(SOCKET_EVENTS_MAX);
        let (mut tick, mut next_tick) = (0, Instant::now() + TICK);
        loop {
            // Nothing wakes an idle site.
            let idle = self.by_user.is_empty();
            let wait = (!idle).then(|| next_tick.saturating_duration_since(Instant::now()));
            if let Err(error) = self.setup.poll.poll(&mut events, wait)
                && error.kind() != io::ErrorKind::Interrupted
            {
                return;
            }
            for event in &events {
                if event.token() == WAKER {
                    continue;
                }
                let place = event.token().0;
                if event.is_readable() || event.is_read_closed() || event.is_error() {
                    self.with(place, |stream, _| stream.drain());
                }
                if event.is_writable() {
                    self.with(place, |stream, _| stream.flush());
                    self.wish_for_more(place);
                }
            }
            self.setup.hub.looks(self.setup.number);
            while let Ok(command) = self.setup.inbox.try_recv() {
                match command {
                    Command::Join { socket, head, join } => self.join(socket, head, &join),
                    Command::Deliver(delivery) => self.deliver(&delivery),
                    Command::Passed(newest) => self.pass(newest),
                    Command::CaughtUp(key, piece) => self.caught_up(key, piece),
                    Command::End(holder) => {
                        self.remember_ended(holder);
                        self.end_where(Bye::SignedOut, |stream| stream.holder == holder);
                    }
                    Command::Stop => return self.end_where(Bye::Shutdown, |_| true),
                }
            }
            if Instant::now() >= next_tick {
                next_tick = Instant::now() + TICK;
                tick = (tick + 1) % TICKS;
                if !idle {
                    self.beat(tick);
                }
            }
        }
    }

    fn join(&mut self, socket: TcpStream, head: Vec<u8>, join: &Join) {
        let (has_room, count) = self.setup.hub.count_one();
        // From here on events are drawn for it; what was drawn before is found in the log.
        let presence = self.setup.hub.enter(join.user, &join.topics);
        let Ok(mut stream) = Stream::new(socket, join, count, presence) else {
            return;
        };
        if self.ended.contains(&join.holder) {
            // It ended on the way here.
            return;
        }
        let mut hello = head;
        if !has_room {
            // Browsers never come back from a 503, but they do from this.
            hello.extend_from_slice(b"retry: 30000\n\n");
            stream.end_with(&hello.into());
            return;
        }
        let own = self.by_user.get(&join.user).map_or(0, Vec::len);
        if own >= self.setup.streams_per_user {
            let oldest = self.by_user[&join.user][0];
            self.end(oldest, Bye::TooMany);
        }

        hello.extend_from_slice(self.setup.renderer.hello(join.after).as_bytes());
        if let Some(unread) = join.unread {
            hello.extend_from_slice(&self.setup.renderer.unread(join.after, None, unread));
        }
        if join.reset {
            hello.extend_from_slice(&self.setup.renderer.reset(join.after));
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.streams.push(None);
            self.streams.len() - 1
        });
        self.births += 1;
        stream.birth = self.births;
        stream.live = join.after >= self.delivered;
        if stream
            .register(self.setup.poll.registry(), Token(place))
            .is_err()
        {
            self.free.push(place);
            return;
        }
        self.young.push((place, stream.birth));
        self.streams[place] = Some(Box::new(stream));
        self.by_user.entry(join.user).or_default().push(place);
        let hello: Frame = hello.into();
        self.with(place, |stream, buffer| stream.push(&hello, buffer));
        self.wish_for_more(place);
    }

    /// A stream of it may still be on its way through the door.
    fn remember_ended(&mut self, holder: Holder) {
        if self.ended.len() == ENDED_MAX {
            self.ended.pop_front();
        }
        self.ended.push_back(holder);
    }

    fn deliver(&mut self, delivery: &Delivery) {
        self.delivered = delivery.id;
        self.let_young_catch_up(delivery);
        // A stream may end on the way, so its person's list is copied; into one piece of memory for all.
        let mut places = Vec::new();
        let now = (self.setup.clock)();
        for (user, portion) in &delivery.portions {
            let Some(own) = self.by_user.get(user) else {
                continue;
            };
            places.clear();
            places.extend_from_slice(own);
            for place in &places {
                if self.end_if_expired(*place, now) {
                    continue;
                }
                // Who is catching up finds it in the log.
                self.with(*place, |stream, buffer| {
                    if !stream.live || stream.reached >= delivery.id {
                        return Fate::Open;
                    }
                    stream.reached = delivery.id;
                    let frames = portion.frames(&stream.presence.topics);
                    frames
                        .into_iter()
                        .flatten()
                        .fold(Fate::Open, |fate, frame| match fate {
                            Fate::Open => stream.push(frame, buffer),
                            Fate::Gone => Fate::Gone,
                        })
                });
            }
        }
    }

    /// Who came while the event was being drawn, and so was not looked at, reads it from the log.
    fn let_young_catch_up(&mut self, delivery: &Delivery) {
        let mut young = std::mem::take(&mut self.young);
        young.retain(|(place, birth)| {
            let stream = self.streams[*place].as_mut();
            let Some(stream) = stream.filter(|stream| stream.birth == *birth) else {
                return false;
            };
            let was_missed = stream.presence.arrival > delivery.arrivals;
            if was_missed && stream.reached < delivery.id {
                stream.live = false;
            }
            was_missed
        });
        for (place, _) in &young {
            self.wish_for_more(*place);
        }
        self.young = young;
    }

    fn pass(&mut self, newest: EventId) {
        self.delivered = newest;
        for place in 0..self.streams.len() {
            if let Some(stream) = &mut self.streams[place] {
                stream.live = stream.live && stream.reached >= newest;
            }
            self.wish_for_more(place);
        }
    }

    /// A stream that has sent everything of a piece and is not up to date asks for the next one.
    fn wish_for_more(&mut self, place: usize) {
        let Some(stream) = self.streams.get_mut(place).and_then(Option::as_mut) else {
            return;
        };
        if stream.live || stream.wishing || !stream.is_flushed() {
            return;
        }
        if stream.reached >= self.delivered {
            stream.live = true;
            return;
        }
        stream.wishing = true;
        let wish = Wish {
            stream: StreamKey {
                thread: self.setup.number,
                place,
                birth: stream.birth,
            },
            user: stream.user,
            topics: stream.presence.topics.clone(),
            after: stream.reached,
            up_to: self.delivered,
        };
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.setup.wishes.try_send(wish)
        {
            // It comes back by itself, when there is less to do.
            self.close(place);
        }
    }

    fn caught_up(&mut self, key: StreamKey, piece: Option<Piece>) {
        let same = |stream: &Stream| stream.birth == key.birth;
        if !self
            .streams
            .get(key.place)
            .and_then(Option::as_deref)
            .is_some_and(same)
        {
            return;
        }
        let Some(piece) = piece else {
            return self.close(key.place);
        };
        if self.end_if_expired(key.place, (self.setup.clock)()) {
            return;
        }
        self.with(key.place, |stream, _| {
            stream.wishing = false;
            stream.reached = piece.reached;
            // A piece is bounded by itself, and it is asked for only when the last one is on its way.
            piece
                .frames
                .iter()
                .fold(Fate::Open, |fate, frame| match fate {
                    Fate::Open => stream.push(frame, usize::MAX),
                    Fate::Gone => Fate::Gone,
                })
        });
        self.wish_for_more(key.place);
    }

    fn beat(&mut self, tick: usize) {
        let now = (self.setup.clock)();
        let heartbeat = self.heartbeat.clone();
        for place in (tick..self.streams.len()).step_by(TICKS) {
            let Some(stream) = &self.streams[place] else {
                continue;
            };
            if stream.has_expired(now) {
                self.end(place, Bye::SignedOut);
            } else if stream.is_flushed() {
                self.with(place, |stream, buffer| stream.push(&heartbeat, buffer));
            }
        }
    }

    /// Whoever's time is over is told nothing more.
    fn end_if_expired(&mut self, place: usize, now: Timestamp) -> bool {
        let stream = self.streams[place].as_deref();
        let has_expired = stream.is_some_and(|stream| stream.has_expired(now));
        if has_expired {
            self.end(place, Bye::SignedOut);
        }
        has_expired
    }

    fn end_where(&mut self, why: Bye, ends: impl Fn(&Stream) -> bool) {
        for place in 0..self.streams.len() {
            if self.streams[place].as_deref().is_some_and(&ends) {
                self.end(place, why);
            }
        }
    }

    fn end(&mut self, place: usize, why: Bye) {
        if let Some(stream) = &mut self.streams[place] {
            let at = if stream.live {
                self.delivered.max(stream.reached)
            } else {
                stream.reached
            };
            stream.end_with(&self.setup.renderer.bye(at, why.reason()));
        }
        self.close(place);
    }

    fn close(&mut self, place: usize) {
        let Some(mut stream) = self.streams[place].take() else {
            return;
        };
        // The socket is closed in any case, and with it the registration.
        let _ = stream.deregister(self.setup.poll.registry());
        self.free.push(place);
        if let Some(places) = self.by_user.get_mut(&stream.user) {
            places.retain(|other| *other != place);
            if places.is_empty() {
                self.by_user.remove(&stream.user);
            }
        }
    }

    /// Does something to a stream if it is there, and closes it if that was its end.
    fn with(&mut self, place: usize, act: impl FnOnce(&mut Stream, usize) -> Fate) {
        let Some(stream) = self.streams.get_mut(place).and_then(Option::as_mut) else {
            return;
        };
        if act(stream, self.setup.buffer_bytes_max) == Fate::Gone {
            self.close(place);
        }
    }
}
