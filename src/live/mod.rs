//! The live path: it tells open pages what was just committed.
//!
//! The log in the database is the queue. A commit only wakes the publisher, which reads the log from where it was,
//! renders each event once for all to whom it looks the same, and hands it to the connection threads of the hub, one
//! bounded channel each. A connection thread owns many non-blocking sockets. Nobody waits for a reader: frames that a
//! socket does not take wait in a bounded buffer. If it is full the stream ends, and its page resumes by its last id,
//! from the log again.
//!
//! # In reading order
//!
//! Each file knows only those before it; a test holds that.
//!
//! 1. What a stream carries: `sse`, the text of frames.
//! 2. Who gets what of an event: `registry`, the open pages; `affected_pages`, the pages an event affects;
//!    `distribution`, the event with everything that is the same for all readers; `reader_view`, the view for one
//!    reader; `renderer`, its HTML and JSON; `alike_frames`, the frames of a new post; `event_views`, all views of an
//!    event.
//! 3. How it gets there: `messages`; `mailbox`, `stream` and `stream_table`, the parts of a `connection_thread`;
//!    `catch_up`, which reads what streams have missed; `hub`, which starts these threads; `inbox`, which commits wake;
//!    and `publisher`.

mod affected_pages;
mod alike_frames;
mod catch_up;
mod connection_thread;
mod distribution;
mod event_views;
mod hub;
mod inbox;
mod mailbox;
mod messages;
mod publisher;
mod reader_view;
mod registry;
mod renderer;
mod sse;
mod stream;
mod stream_table;

use std::{
    io,
    net::TcpStream,
    sync::{Arc, Mutex, OnceLock},
    thread::JoinHandle,
};

use crossbeam_channel::Receiver;

pub use messages::SeenNews;
pub use renderer::Renderer;

use crate::{
    clock::Clock,
    config::Limits,
    http::Join,
    log::Log,
    metrics::StreamMeters,
    model::UserId,
    store::{Db, OnCommit, events, signals},
    sync::lock,
};
use hub::Hub;
use inbox::CommitInbox;
use messages::HubCommand;
use publisher::Publisher;

/// The live path, as the rest of the program sees it.
pub struct Live {
    inbox: Arc<CommitInbox>,
    woken: Receiver<()>,
    hub: OnceLock<Hub>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Live {
    /// Prepares the live path. It has no streams before [`Live::start`].
    pub fn new() -> Live {
        let (inbox, woken) = CommitInbox::new();
        Live {
            inbox: Arc::new(inbox),
            woken,
            hub: OnceLock::new(),
            threads: Mutex::default(),
        }
    }

    /// Returns the callback that the writer calls after each commit.
    pub fn on_commit(&self) -> OnCommit {
        let inbox = self.inbox.clone();
        Box::new(move |commit| inbox.leave(commit))
    }

    /// Starts the threads.
    ///
    /// # Errors
    /// If the system gives no threads, or the log cannot be read.
    pub fn start(
        &self,
        db: &Arc<Db>,
        renderer: Renderer,
        limits: &Limits,
        clock: &Clock,
        log: &Arc<Log>,
    ) -> io::Result<()> {
        let (newest, mark) = db
            .read(|conn| Ok((events::newest(conn)?, signals::mark(conn)?)))
            .map_err(io::Error::other)?;
        let renderer = Arc::new(renderer);
        let (hub, mut threads) = Hub::start(db, &renderer, limits, newest, clock, log)?;
        let publisher = Publisher {
            db: db.clone(),
            renderer,
            hub: hub.clone(),
            inbox: self.inbox.clone(),
            clock: clock.clone(),
            log: log.clone(),
            published: newest,
            mark,
        };
        threads.push(publisher.start(self.woken.clone())?);
        lock(&self.threads).extend(threads);
        self.hub
            .set(hub)
            .map_err(|_| io::Error::other("started twice"))
    }

    /// Makes a socket a stream. `head` is the head of the answer, which is still to be written.
    pub fn join(&self, socket: TcpStream, head: Vec<u8>, join: Join) {
        if let Some(hub) = self.hub.get() {
            hub.join(socket, head, join);
        }
    }

    /// Tells a reader's pages what is left to read. Nothing is written.
    pub fn tell_seen(&self, reader: UserId, news: SeenNews) {
        if let Some(hub) = self.hub.get() {
            hub.tell_seen(reader, news);
        }
    }

    /// Returns the number of open streams.
    pub fn streams(&self) -> usize {
        self.hub.get().map_or(0, Hub::streams)
    }

    /// Returns the instruments of the streams. Before the start they count nothing.
    pub fn meters(&self) -> StreamMeters {
        self.hub.get().map(Hub::meters).cloned().unwrap_or_default()
    }

    /// Ends all streams with a last frame, and then the threads. A second call does nothing.
    pub fn stop(&self) {
        self.inbox.close();
        if let Some(hub) = self.hub.get() {
            hub.broadcast(|| HubCommand::Stop);
        }
        for thread in lock(&self.threads).drain(..) {
            // A panic there has been printed; there is nothing left to wait for.
            let _ = thread.join();
        }
    }
}

impl Default for Live {
    fn default() -> Live {
        Live::new()
    }
}
