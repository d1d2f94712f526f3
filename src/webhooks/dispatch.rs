//! The thread that follows the log of events and hands out deliveries.

use std::{
    collections::HashSet,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Weak},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender};

use super::{SenderState, WORKERS, WebhookSignal};
use crate::{
    clock::Clock,
    error::{Error, Result},
    log::Log,
    model::{DueDelivery, EventId, WebhookId},
    store::{
        Db,
        webhooks::{self, CollectedDeliveries},
    },
};

/// The longest time between two looks if nothing waits. A commit wakes the thread.
const LOOK_INTERVAL: Duration = Duration::from_secs(30);

/// The same if something waits. The clock may be set meanwhile.
const WAITING_LOOK_INTERVAL: Duration = Duration::from_secs(3);

/// The pause after an error of the database.
const ERROR_PAUSE: Duration = Duration::from_secs(30);

/// The number of events without deliveries after which the file notes how far they were read. A crash lets them be read
/// again, which finds nothing.
const NOTED_EVENTS: i64 = 1_000;

/// The time for tries that run when the program stops.
const STOP_DEADLINE: Duration = Duration::from_secs(2);

/// The thread itself.
pub(super) struct Dispatcher {
    /// The site may close its file while another site is asked.
    db: Weak<Db>,
    signal: WebhookSignal,
    clock: Clock,
    log: Arc<Log>,
    state: Arc<SenderState>,
    jobs: Sender<DueDelivery>,
    done: Receiver<WebhookId>,
    /// The last event that was read, and the last one that the file knows of.
    read: EventId,
    noted: EventId,
    /// The webhooks for which something is being sent.
    busy: HashSet<WebhookId>,
}

impl Dispatcher {
    /// Finds out where in the log to begin.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn new(
        db: &Arc<Db>,
        signal: &WebhookSignal,
        clock: &Clock,
        log: &Arc<Log>,
        state: &Arc<SenderState>,
        jobs: Sender<DueDelivery>,
        done: Receiver<WebhookId>,
    ) -> Result<Dispatcher> {
        let now = clock();
        let read = db.read(|conn| webhooks::first_wanted(conn, now))?;
        let begin = CollectedDeliveries {
            through: read,
            new: Vec::new(),
        };
        db.write(now, move |tx| webhooks::add_collected(tx, &begin))?;
        Ok(Dispatcher {
            db: Arc::downgrade(db),
            signal: signal.clone(),
            clock: clock.clone(),
            log: log.clone(),
            state: state.clone(),
            jobs,
            done,
            read,
            noted: read,
            busy: HashSet::new(),
        })
    }

    /// Starts the thread.
    ///
    /// # Errors
    /// If the system gives none.
    pub(super) fn start(mut self) -> io::Result<JoinHandle<()>> {
        thread::Builder::new()
            .name("webhooks".into())
            .spawn(move || self.run())
    }

    fn run(&mut self) {
        // The first look needs no signal: something may wait from the last time.
        while !self.state.is_stopped() {
            let looked = catch_unwind(AssertUnwindSafe(|| self.look()));
            let looked = looked.unwrap_or_else(|_| Err(Error::internal("a panic")));
            let pause = looked.unwrap_or_else(|error| {
                let cause = format!("{error:?}");
                self.log
                    .error("webhooks cannot be sent", &[("cause", &cause)]);
                ERROR_PAUSE
            });
            // The pause may be over, or somebody may have woken it: both lead to another look.
            let _ = self.signal.woken.recv_timeout(pause);
        }
        self.wait_for_workers();
    }

    /// Makes deliveries of what is new, and hands out those whose time has come. Returns the time until the next look.
    fn look(&mut self) -> Result<Duration> {
        let Some(db) = self.db.upgrade() else {
            return Ok(LOOK_INTERVAL);
        };
        self.collect(&db)?;
        for webhook in self.done.try_iter() {
            self.busy.remove(&webhook);
        }
        let now = (self.clock)();
        let heads = db.read(webhooks::heads)?;
        for head in &heads {
            if self.busy.len() >= WORKERS {
                // The next one that is done wakes this thread.
                return Ok(LOOK_INTERVAL);
            }
            if self.busy.contains(&head.webhook) {
                continue;
            }
            if head.next_at > now {
                return Ok(head.next_at.since(now).min(WAITING_LOOK_INTERVAL));
            }
            if let Some(due) = db.read(|conn| webhooks::to_send(conn, head.id))? {
                self.busy.insert(head.webhook);
                // There is room for one delivery of each worker, and an end only when the thread ends.
                let _ = self.jobs.send(due);
            }
        }
        Ok(LOOK_INTERVAL)
    }

    /// Reads the log up to its end.
    fn collect(&mut self, db: &Db) -> Result<()> {
        loop {
            let now = (self.clock)();
            let found = db.read_at_once(|conn| webhooks::find_new(conn, self.read, now))?;
            let through = found.through;
            if through == self.read {
                return Ok(());
            }
            if !found.new.is_empty() || through.0 - self.noted.0 >= NOTED_EVENTS {
                db.write(now, move |tx| webhooks::add_collected(tx, &found))?;
                self.noted = through;
            }
            self.read = through;
        }
    }

    /// Waits a moment for tries that run, so that what was sent is not sent again.
    fn wait_for_workers(&mut self) {
        let deadline = Instant::now() + STOP_DEADLINE;
        while !self.busy.is_empty() {
            match self.done.recv_deadline(deadline) {
                Ok(webhook) => self.busy.remove(&webhook),
                Err(_) => return,
            };
        }
    }
}
