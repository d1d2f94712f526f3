//! Webhooks: new posts and comments are sent to the addresses that people and groups have chosen. Without
//! `webhooks.enabled` nothing here runs, and nothing is sent anywhere.
//!
//! One thread, `dispatch`, reads the log of events after each commit, writes a row for each delivery, and hands those whose
//! time has come to a few `workers`. A worker reads what it sends anew, as the owner of the webhook may see it now.
//! `client` makes the request, which `signature` signs.

mod client;
mod dispatch;
mod signature;
mod workers;

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::{
    clock::Clock,
    config::Config,
    error::Error,
    log::Log,
    metrics::WebhookMeters,
    store::{Commit, Db},
    sync::lock,
};
use client::WebhookClient;
use dispatch::Dispatcher;
use workers::Worker;

/// The number of deliveries that are sent at the same time. Each owner of webhooks has one of them at most.
const WORKERS: usize = 4;

/// A signal that there may be something to send. It can be given before anything listens.
#[derive(Clone)]
pub struct WebhookSignal {
    send: Sender<()>,
    woken: Receiver<()>,
}

/// The threads that send, as the rest of the program sees them.
pub struct WebhookSender {
    signal: WebhookSignal,
    state: Arc<SenderState>,
    dispatcher: Mutex<Option<JoinHandle<()>>>,
    pub meters: WebhookMeters,
}

/// The orders that all threads look at.
#[derive(Default)]
struct SenderState {
    /// Nothing more is begun.
    is_stopped: AtomicBool,
    /// The file is being closed: nothing more is written.
    is_closed: AtomicBool,
}

/// Checks whether an error may be over in a moment: the database does not answer now. Every other one would come again.
fn is_passing(error: &Error) -> bool {
    matches!(error, Error::StorageUnavailable(_) | Error::Busy { .. })
}

impl WebhookSignal {
    pub fn new() -> WebhookSignal {
        let (send, woken) = bounded(1);
        WebhookSignal { send, woken }
    }

    /// Lets the thread look for something to send.
    pub fn wake(&self) {
        // A full channel means that it will look anyway.
        let _ = self.send.try_send(());
    }

    /// Returns the callback that the writer calls after each commit.
    pub fn on_commit(&self) -> impl Fn(&Commit) + Send + use<> {
        let signal = self.clone();
        move |commit| {
            if commit.has_events {
                signal.wake();
            }
        }
    }
}

impl Default for WebhookSignal {
    fn default() -> WebhookSignal {
        WebhookSignal::new()
    }
}

impl SenderState {
    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::SeqCst)
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }
}

impl WebhookSender {
    /// Starts the threads, unless the operator has not turned webhooks on.
    ///
    /// # Errors
    /// If the system gives no threads, or the log of events cannot be read.
    pub fn start(
        config: &Config,
        db: &Arc<Db>,
        signal: WebhookSignal,
        clock: &Clock,
        log: &Arc<Log>,
    ) -> io::Result<Option<WebhookSender>> {
        if !config.webhooks.enabled {
            return Ok(None);
        }
        let (state, meters) = (Arc::<SenderState>::default(), WebhookMeters::default());
        let (jobs, taken) = bounded(WORKERS);
        let (report, done) = unbounded();
        let client = Arc::new(WebhookClient::new(config));
        for n in 0..WORKERS {
            let worker = Worker {
                db: Arc::downgrade(db),
                client: client.clone(),
                clock: clock.clone(),
                log: log.clone(),
                meters: meters.clone(),
                state: state.clone(),
            };
            worker.start(n, taken.clone(), report.clone(), signal.clone())?;
        }
        let dispatcher = Dispatcher::new(db, &signal, clock, log, &state, jobs, done);
        let dispatcher = dispatcher.map_err(|error| io::Error::other(format!("{error:?}")))?;
        Ok(Some(WebhookSender {
            dispatcher: Mutex::new(Some(dispatcher.start()?)),
            signal,
            state,
            meters,
        }))
    }

    /// Lets the thread look for something to send.
    pub fn wake(&self) {
        self.signal.wake();
    }

    /// Stops the threads. Tries that run now may end for a moment; what is unfinished then is sent again after the next
    /// start, with the same id.
    pub fn stop(&self) {
        self.state.is_stopped.store(true, Ordering::SeqCst);
        self.signal.wake();
        let thread = lock(&self.dispatcher).take();
        if let Some(thread) = thread {
            // A panic there has been printed.
            let _ = thread.join();
        }
        self.state.is_closed.store(true, Ordering::SeqCst);
    }
}
