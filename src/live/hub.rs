//! The connection threads: as many as there are cores, each with one bounded channel and many sockets.

use std::{
    io,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Sender, bounded};
use mio::{Poll, Token, Waker};

use super::{
    catchup::{CatchUp, Piece},
    frames::Renderer,
    online::{Arrival, Online, Presence, Snapshot},
    subject::Portion,
    thread::{Setup, Thread},
};
use crate::{
    clock::Clock,
    config::Limits,
    http::Join,
    log::Log,
    model::{EventId, Holder, Topics, UserId},
    store::Db,
};

/// Messages that may wait for one connection thread.
const COMMANDS_MAX: usize = 1_024;

/// Streams that may wait for what they have missed; one more ends and comes back.
const WISHES_MAX: usize = 16_384;

/// The token of a thread's waker among those of its sockets.
pub(super) const WAKER: Token = Token(usize::MAX);

/// The connection threads, seen from outside.
#[derive(Clone)]
pub(super) struct Hub {
    threads: Arc<[ThreadHandle]>,
    streams: Arc<AtomicUsize>,
    online: Arc<Online>,
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
    pub(super) thread: usize,
    pub(super) place: usize,
    pub(super) birth: u64,
}

pub(super) enum Command {
    Join {
        socket: TcpStream,
        head: Vec<u8>,
        join: Join,
    },
    Deliver(Arc<Delivery>),
    /// Events up to this one passed while nobody listened.
    Passed(EventId),
    CaughtUp(StreamKey, Option<Piece>),
    End(Holder),
    Stop,
}

/// An event on its way, and what each of those gets of it who may see it now.
pub(super) struct Delivery {
    pub(super) id: EventId,
    /// Streams that came later were not looked at.
    pub(super) arrivals: Arrival,
    pub(super) portions: Vec<(UserId, Portion)>,
}

/// Why a stream is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bye {
    Shutdown,
    SignedOut,
    TooMany,
}

impl Bye {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Bye::Shutdown => "shutdown",
            Bye::SignedOut => "signed_out",
            Bye::TooMany => "too_many",
        }
    }
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
            online: Arc::default(),
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
            let setup = Setup {
                number,
                hub: hub.clone(),
                poll,
                inbox,
                wishes: wishes.clone(),
                renderer: renderer.clone(),
                clock: clock.clone(),
                newest,
                streams_per_user: limits.streams_per_user as usize,
                buffer_bytes_max: limits.stream_buffer_bytes as usize,
            };
            joins.push(
                thread::Builder::new()
                    .name(format!("hub-{number}"))
                    .spawn(move || Thread::new(setup).run())?,
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

    /// Enters a stream into the register of those that events are drawn for.
    pub(super) fn enter(&self, user: UserId, topics: &Topics) -> Presence {
        self.online.enter(user, topics)
    }

    pub(super) fn online(&self) -> Snapshot {
        self.online.snapshot()
    }

    /// Counts one more stream, as long as the second value lives; the first says whether there was room for it.
    pub(super) fn count_one(&self) -> (bool, Counted) {
        let open = self.streams.fetch_add(1, Ordering::Relaxed);
        (open < self.streams_max, Counted(self.streams.clone()))
    }

    /// A thread is going to look at its channel: from here on it must be woken again.
    pub(super) fn looks(&self, thread: usize) {
        self.threads[thread].woken.store(false, Ordering::Release);
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

/// One stream in the count of all.
pub(super) struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
