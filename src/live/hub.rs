//! The hub: it starts the connection threads, as many as there are cores, and the catch-up thread, and passes messages
//! to them.

use std::{
    io,
    net::TcpStream,
    sync::Arc,
    thread::{self, JoinHandle},
};

use crossbeam_channel::unbounded;
use mio::Poll;

use super::{
    catch_up::CatchUp,
    connection_thread::{ConnectionThread, ThreadSetup},
    mailbox::{MailboxSender, mailbox},
    messages::{HubCommand, SeenNews, StreamKey},
    registry::{ConnectionRegistry, Listeners, StreamCount},
    renderer::Renderer,
};
use crate::{
    clock::Clock,
    config::Limits,
    http::Join,
    log::Log,
    metrics::StreamMeters,
    model::{EventId, UserId},
    store::Db,
};

/// The connection threads, seen from outside.
#[derive(Clone)]
pub(super) struct Hub {
    threads: Arc<[MailboxSender]>,
    registry: Arc<ConnectionRegistry>,
    stream_count: StreamCount,
    meters: StreamMeters,
}

impl Hub {
    /// Starts the threads. Returns the hub, and the handles by which to wait for their end.
    pub(super) fn start(
        db: &Arc<Db>,
        renderer: &Arc<Renderer>,
        limits: &Limits,
        newest: EventId,
        clock: &Clock,
        log: &Arc<Log>,
    ) -> io::Result<(Hub, Vec<JoinHandle<()>>)> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (mut senders, mut ends) = (Vec::new(), Vec::new());
        for _ in 0..cores {
            let poll = Poll::new()?;
            let (sender, mailbox) = mailbox(&poll)?;
            senders.push(sender);
            ends.push((poll, mailbox));
        }
        let hub = Hub {
            threads: senders.into(),
            registry: Arc::default(),
            stream_count: StreamCount::new(limits.streams as usize),
            meters: StreamMeters::default(),
        };

        // The connection threads keep it short. A bounded queue would take a megabyte from the start.
        let (requester, requests) = unbounded();
        let catch_up = CatchUp {
            db: db.clone(),
            renderer: renderer.clone(),
            clock: clock.clone(),
            log: log.clone(),
        };
        let answer = {
            let hub = hub.clone();
            move |stream: StreamKey, batch| {
                hub.send(stream.thread, HubCommand::CaughtUp(stream, batch));
            }
        };
        let mut handles = vec![catch_up.start(requests, answer)?];
        for (number, (poll, mailbox)) in ends.into_iter().enumerate() {
            let thread = ConnectionThread::new(ThreadSetup {
                number,
                poll,
                mailbox,
                registry: hub.registry.clone(),
                stream_count: hub.stream_count.clone(),
                meters: hub.meters.clone(),
                catch_up: requester.clone(),
                epoch: renderer.epoch.clone(),
                clock: clock.clone(),
                newest,
                streams_per_user: limits.streams_per_user as usize,
                buffer_bytes_max: limits.stream_buffer_bytes as usize,
            });
            let name = format!("hub-{number}");
            handles.push(
                thread::Builder::new()
                    .name(name)
                    .spawn(move || thread.run())?,
            );
        }
        Ok((hub, handles))
    }

    /// Makes a socket a stream. All streams of one person are in one thread, so that counting them needs no lock.
    pub(super) fn join(&self, socket: TcpStream, head: Vec<u8>, join: Join) {
        let thread = self.thread_of(join.user);
        self.send(thread, HubCommand::Join { socket, head, join });
    }

    /// Tells all streams of a reader what is left to read.
    pub(super) fn tell_seen(&self, reader: UserId, news: SeenNews) {
        self.send(self.thread_of(reader), HubCommand::Seen(reader, news));
    }

    fn thread_of(&self, user: UserId) -> usize {
        usize::try_from(user.0.unsigned_abs()).unwrap_or_default() % self.threads.len()
    }

    /// Sends a message to each connection thread.
    pub(super) fn broadcast(&self, command: impl Fn() -> HubCommand) {
        self.threads
            .iter()
            .for_each(|thread| thread.send(command()));
    }

    /// Returns the number of open streams.
    pub(super) fn streams(&self) -> usize {
        self.stream_count.open()
    }

    /// Returns the instruments of the streams.
    pub(super) fn meters(&self) -> &StreamMeters {
        &self.meters
    }

    /// Returns everybody who has a stream open, with their pages.
    pub(super) fn listeners(&self) -> Listeners {
        self.registry.listeners()
    }

    fn send(&self, thread: usize, command: HubCommand) {
        self.threads[thread].send(command);
    }
}
