//! The connection threads: as many as there are cores, each with one bounded channel and many sockets.

use std::{
    collections::HashMap,
    io,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use mio::{Events, Poll, Token, Waker};

use super::{
    Join,
    catchup::{CatchUp, Piece, Wish},
    frames::{Frame, Rendered, Renderer},
    stream::{Fate, Stream},
};
use crate::{
    app::Clock,
    config::Limits,
    log::Log,
    model::{EventId, SessionId, UserId},
    store::Db,
};

/// Messages that may wait for one connection thread.
const COMMANDS_MAX: usize = 1_024;

/// Streams that may wait for what they have missed; one more ends and comes back.
const WISHES_MAX: usize = 16_384;

/// Each stream says something at least this often. A proxy may close what is silent.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Heartbeats are spread over this many ticks, the last of which leaves time for a late thread.
const TICKS: usize = 14;
const TICK: Duration = Duration::from_secs(HEARTBEAT.as_secs() / (TICKS as u64 + 1));

/// Socket events taken at once.
const SOCKET_EVENTS_MAX: usize = 1_024;

const WAKER: Token = Token(usize::MAX);

/// The connection threads, seen from outside.
#[derive(Clone)]
pub(super) struct Hub {
    threads: Arc<[ThreadHandle]>,
    streams: Arc<AtomicUsize>,
    streams_max: usize,
}

struct ThreadHandle {
    commands: Sender<Command>,
    waker: Waker,
    /// The thread has been woken and has not looked yet: waking it again would cost a system call and say nothing.
    woken: AtomicBool,
}

/// Which stream of which thread, and that it is still the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StreamKey {
    thread: usize,
    place: usize,
    birth: u64,
}

pub(super) enum Command {
    Join {
        socket: TcpStream,
        head: Vec<u8>,
        join: Join,
    },
    Deliver(Arc<Delivery>),
    CaughtUp(StreamKey, Option<Piece>),
    EndSession(SessionId, Bye),
    Stop,
}

/// An event on its way, and who may see it now.
pub(super) struct Delivery {
    pub(super) id: EventId,
    /// None if there is nothing to tell; the id passes by all the same.
    pub(super) rendered: Option<Rendered>,
    pub(super) readers: Vec<UserId>,
}

/// Why a stream is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bye {
    Shutdown,
    SignedOut,
    TooMany,
}

impl Hub {
    pub(super) fn start(
        db: &Arc<Db>,
        renderer: &Arc<Renderer>,
        limits: &Limits,
        newest: EventId,
        clock: &Clock,
        log: &Arc<Log>,
    ) -> io::Result<(Hub, Vec<JoinHandle<()>>)> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (mut handles, mut polls) = (Vec::new(), Vec::new());
        for _ in 0..cores {
            let poll = Poll::new()?;
            let waker = Waker::new(poll.registry(), WAKER)?;
            let (commands, inbox) = bounded(COMMANDS_MAX);
            handles.push(ThreadHandle {
                commands,
                waker,
                woken: AtomicBool::new(false),
            });
            polls.push((poll, inbox));
        }
        let streams_max = limits.streams as usize;
        let hub = Hub {
            threads: handles.into(),
            streams: Arc::default(),
            streams_max,
        };

        let (wishes, waiting) = bounded(WISHES_MAX);
        let catch_up = CatchUp {
            db: db.clone(),
            renderer: renderer.clone(),
            log: log.clone(),
        };
        let answer = {
            let hub = hub.clone();
            move |stream: StreamKey, piece| {
                hub.send(stream.thread, Command::CaughtUp(stream, piece));
            }
        };
        let mut joins = vec![catch_up.start(waiting, answer)?];
        for (number, (poll, inbox)) in polls.into_iter().enumerate() {
            let thread = Thread {
                number,
                hub: hub.clone(),
                poll,
                inbox,
                wishes: wishes.clone(),
                renderer: renderer.clone(),
                clock: clock.clone(),
                streams: Vec::new(),
                free: Vec::new(),
                by_user: HashMap::new(),
                births: 0,
                delivered: newest,
                heartbeat: Arc::from(&b":\n\n"[..]),
                streams_per_user: limits.streams_per_user as usize,
                buffer_bytes_max: limits.stream_buffer_bytes as usize,
            };
            joins.push(
                thread::Builder::new()
                    .name(format!("hub-{number}"))
                    .spawn(move || thread.run())?,
            );
        }
        Ok((hub, joins))
    }

    /// All streams of one person are in one thread, so that counting them needs no lock.
    pub(super) fn join(&self, socket: TcpStream, head: Vec<u8>, join: Join) {
        let thread =
            usize::try_from(join.user.0.unsigned_abs()).unwrap_or_default() % self.threads.len();
        self.send(thread, Command::Join { socket, head, join });
    }

    pub(super) fn broadcast(&self, command: impl Fn() -> Command) {
        (0..self.threads.len()).for_each(|thread| self.send(thread, command()));
    }

    pub(super) fn streams(&self) -> usize {
        self.streams.load(Ordering::Relaxed)
    }

    fn send(&self, thread: usize, command: Command) {
        let handle = &self.threads[thread];
        // A thread that has ended needs no news.
        if handle.commands.send(command).is_ok() && !handle.woken.swap(true, Ordering::AcqRel) {
            // It can fail only if the thread's poll is gone.
            let _ = handle.waker.wake();
        }
    }
}

struct Thread {
    number: usize,
    hub: Hub,
    poll: Poll,
    inbox: Receiver<Command>,
    wishes: Sender<Wish>,
    renderer: Arc<Renderer>,
    clock: Clock,
    /// A socket's place is its token; places are used again.
    streams: Vec<Option<Box<Stream>>>,
    free: Vec<usize>,
    /// The places of each person's streams, oldest first.
    by_user: HashMap<UserId, Vec<usize>>,
    births: u64,
    /// The newest event that has passed by here.
    delivered: EventId,
    heartbeat: Frame,
    streams_per_user: usize,
    buffer_bytes_max: usize,
}

impl Thread {
    fn run(mut self) {
        let mut events = Events::with_capacity(SOCKET_EVENTS_MAX);
        let (mut tick, mut next_tick) = (0, Instant::now() + TICK);
        loop {
            // Nothing wakes an idle site.
            let idle = self.by_user.is_empty();
            let wait = (!idle).then(|| next_tick.saturating_duration_since(Instant::now()));
            if let Err(error) = self.poll.poll(&mut events, wait)
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
            self.hub.threads[self.number]
                .woken
                .store(false, Ordering::Release);
            while let Ok(command) = self.inbox.try_recv() {
                match command {
                    Command::Join { socket, head, join } => self.join(socket, head, &join),
                    Command::Deliver(delivery) => self.deliver(&delivery),
                    Command::CaughtUp(key, piece) => self.caught_up(key, piece),
                    Command::EndSession(session, why) => {
                        self.end_where(why, |stream| stream.session == session);
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
        let open = self.hub.streams.fetch_add(1, Ordering::Relaxed);
        // From here on the stream counts, until its `Drop`.
        let count = Counted(self.hub.streams.clone());
        let Ok(mut stream) = Stream::new(socket, join, count) else {
            return;
        };
        let mut hello = head;
        if open >= self.hub.streams_max {
            // Browsers never come back from a 503, but they do from this.
            hello.extend_from_slice(b"retry: 30000\n\n");
            stream.end_with(&hello.into());
            return;
        }
        let own = self.by_user.get(&join.user).map_or(0, Vec::len);
        if own >= self.streams_per_user {
            let oldest = self.by_user[&join.user][0];
            self.end(oldest, Bye::TooMany);
        }

        hello.extend_from_slice(self.renderer.hello(join.after).as_bytes());
        if join.reset {
            hello.extend_from_slice(&self.renderer.reset(join.after));
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.streams.push(None);
            self.streams.len() - 1
        });
        self.births += 1;
        stream.birth = self.births;
        stream.live = join.after >= self.delivered;
        if stream.register(self.poll.registry(), Token(place)).is_err() {
            self.free.push(place);
            return;
        }
        self.streams[place] = Some(Box::new(stream));
        self.by_user.entry(join.user).or_default().push(place);
        let hello: Frame = hello.into();
        self.with(place, |stream, buffer| stream.push(&hello, buffer));
        self.wish_for_more(place);
    }

    fn deliver(&mut self, delivery: &Delivery) {
        self.delivered = delivery.id;
        let Some(rendered) = &delivery.rendered else {
            return;
        };
        for user in &delivery.readers {
            let Some(places) = self.by_user.get(user) else {
                continue;
            };
            let frame = rendered.frame_for(*user);
            for place in places.clone() {
                // Who is catching up finds it in the log.
                self.with(place, |stream, buffer| {
                    if stream.live && stream.reached < delivery.id {
                        stream.reached = delivery.id;
                        stream.push(frame, buffer)
                    } else {
                        Fate::Open
                    }
                });
            }
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
                thread: self.number,
                place,
                birth: stream.birth,
            },
            user: stream.user,
            after: stream.reached,
            up_to: self.delivered,
        };
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.wishes.try_send(wish)
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
        let now = (self.clock)();
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
            let reason = match why {
                Bye::Shutdown => "shutdown",
                Bye::SignedOut => "signed_out",
                Bye::TooMany => "too_many",
            };
            stream.end_with(&self.renderer.bye(at, reason));
        }
        self.close(place);
    }

    fn close(&mut self, place: usize) {
        let Some(mut stream) = self.streams[place].take() else {
            return;
        };
        // The socket is closed in any case, and with it the registration.
        let _ = stream.deregister(self.poll.registry());
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
        if act(stream, self.buffer_bytes_max) == Fate::Gone {
            self.close(place);
        }
    }
}

/// One stream in the count of all.
pub(super) struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
