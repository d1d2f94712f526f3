//! Tells open pages what was just committed.
//!
//! The log in the database is the queue: a commit only wakes the [`publisher`], which reads the log from where it
//! was, draws each event once and hands it to the connection threads of the [`hub`], one bounded channel each. A
//! connection thread owns many non-blocking sockets. Nobody waits for a reader: what a socket does not take waits
//! in a bounded buffer, and over it the stream ends and its page resumes by its last id, from the log again.

mod catchup;
mod frames;
mod hub;
mod online;
mod publisher;
mod stream;
mod subject;
mod thread;

use std::{
    io,
    net::TcpStream,
    sync::{Arc, Mutex, OnceLock},
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, bounded};

pub use frames::Renderer;

use crate::{
    clock::Clock,
    config::Limits,
    http::Join,
    log::Log,
    model::Holder,
    store::{Commit, Db, OnCommit, events, signals},
    sync::lock,
};
use hub::{Command, Hub};

/// The hand that the rest of the program holds.
pub struct Live {
    inbox: Arc<Inbox>,
    news: Receiver<()>,
    hub: OnceLock<Hub>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What the writer leaves for the publisher. Leaving something never blocks.
struct Inbox {
    /// One message says that there is something, and a second would say no more.
    wake: Mutex<Option<Sender<()>>>,
    ended: Mutex<Vec<Holder>>,
}

impl Live {
    pub fn new() -> Live {
        let (wake, news) = bounded(1);
        let inbox = Inbox {
            wake: Mutex::new(Some(wake)),
            ended: Mutex::default(),
        };
        Live {
            inbox: Arc::new(inbox),
            news,
            hub: OnceLock::new(),
            threads: Mutex::default(),
        }
    }

    /// For the writer: called after each commit.
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
        let publisher = publisher::Publisher {
            db: db.clone(),
            renderer,
            hub: hub.clone(),
            inbox: self.inbox.clone(),
            log: log.clone(),
            published: newest,
            mark,
        };
        threads.push(publisher.start(self.news.clone())?);
        lock(&self.threads).extend(threads);
        self.hub
            .set(hub)
            .map_err(|_| io::Error::other("started twice"))
    }

    /// Makes a socket a stream. `head` is the answer's head, which nobody has written yet.
    pub fn join(&self, socket: TcpStream, head: Vec<u8>, join: Join) {
        if let Some(hub) = self.hub.get() {
            hub.join(socket, head, join);
        }
    }

    /// Streams that are open at the moment.
    pub fn streams(&self) -> usize {
        self.hub.get().map_or(0, Hub::streams)
    }

    /// Tells all streams good-bye and ends the threads. A second call does nothing.
    pub fn stop(&self) {
        lock(&self.inbox.wake).take();
        if let Some(hub) = self.hub.get() {
            hub.broadcast(|| Command::Stop);
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

impl Inbox {
    fn leave(&self, commit: Commit) {
        lock(&self.ended).extend(commit.ended);
        if let Some(wake) = lock(&self.wake).as_ref() {
            // Full means that the publisher has yet to look, and it looks at everything.
            let _ = wake.try_send(());
        }
    }

    fn take_ended(&self) -> Vec<Holder> {
        std::mem::take(&mut *lock(&self.ended))
    }
}
