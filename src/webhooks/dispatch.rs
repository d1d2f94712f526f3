//! The thread that follows the log of events and hands out deliveries.

use std::{
    collections::HashMap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Weak},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender};

use super::{SenderState, WORKERS, WebhookSignal, is_passing};
use crate::{
    clock::Clock,
    error::{Error, Result},
    log::Log,
    model::{DueDelivery, EventId, UserId, WebhookId},
    store::{
        Db,
        webhooks::{self, CollectedDeliveries, WaitingDelivery},
    },
};

/// The longest time between two looks if nothing waits. A commit wakes the thread.
const LOOK_INTERVAL: Duration = Duration::from_secs(30);

/// The same if something waits. The clock may be set meanwhile.
const WAITING_LOOK_INTERVAL: Duration = Duration::from_secs(3);

/// The pause of a step that failed. What wakes the thread meanwhile does not end it.
const ERROR_PAUSE: Duration = Duration::from_secs(30);

/// The most events that are read at once.
const EVENTS_MAX: u32 = 256;

/// The number of events without deliveries after which the file notes how far they were read. A crash lets them be read
/// again, which finds nothing.
const NOTED_EVENTS: i64 = 1_000;

/// The time for tries that run when the program stops.
const STOP_DEADLINE: Duration = Duration::from_secs(2);

/// A part of a look, which returns the time until it is to be taken again.
type LookStep = fn(&mut Dispatcher, &Db) -> Result<Duration>;

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
    /// The webhooks for which something is being sent, with their owners.
    busy: HashMap<WebhookId, UserId>,
    /// The turn in which each owner was served last. It grows by one entry for each person with a webhook.
    served: HashMap<UserId, u64>,
    turn: u64,
    /// The times until which steps that failed are not taken, by the words for their failure.
    resting: HashMap<&'static str, Instant>,
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
            busy: HashMap::new(),
            served: HashMap::new(),
            turn: 0,
            resting: HashMap::new(),
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
            let pause = self.look();
            // The pause may be over, or somebody may have woken it: both lead to another look.
            let _ = self.signal.woken.recv_timeout(pause);
        }
        self.wait_for_workers();
    }

    /// Makes deliveries of what is new, and hands out those whose time has come. Returns the time until the next look.
    fn look(&mut self) -> Duration {
        for webhook in self.done.try_iter() {
            self.busy.remove(&webhook);
        }
        let Some(db) = self.db.upgrade() else {
            return LOOK_INTERVAL;
        };
        // What waits is sent even if nothing can be added to it, and the other way round.
        let collecting = self.take(
            "new posts cannot be collected for webhooks",
            Dispatcher::collect,
            &db,
        );
        let sending = self.take("webhooks cannot be sent", Dispatcher::hand_out, &db);
        collecting.min(sending)
    }

    /// Takes a step, unless it failed a moment ago. Returns the time until it is to be taken again.
    fn take(&mut self, failure: &'static str, step: LookStep, db: &Db) -> Duration {
        if let Some(until) = self.resting.get(failure) {
            let rest = until.saturating_duration_since(Instant::now());
            if !rest.is_zero() {
                return rest;
            }
            self.resting.remove(failure);
        }
        self.guarded(|thread| step(thread, db))
            .unwrap_or_else(|error| {
                let cause = format!("{error:?}");
                self.log.warn(failure, &[("cause", &cause)]);
                self.resting.insert(failure, Instant::now() + ERROR_PAUSE);
                ERROR_PAUSE
            })
    }

    /// Does something, and makes an error of a panic.
    fn guarded<T>(&mut self, act: impl FnOnce(&mut Dispatcher) -> Result<T>) -> Result<T> {
        let done = catch_unwind(AssertUnwindSafe(|| act(self)));
        done.unwrap_or_else(|_| Err(Error::internal("a panic")))
    }

    /// Reads the log up to its end. An event that cannot be read is left out, so that nothing waits behind it: after a
    /// failure the events are read one by one until that one is found.
    fn collect(&mut self, db: &Db) -> Result<Duration> {
        let mut most = EVENTS_MAX;
        while !self.state.is_stopped() {
            match self.guarded(|thread| thread.collect_some(db, most)) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if is_passing(&error) => return Err(error),
                Err(_) if most > 1 => most = 1,
                Err(error) => {
                    self.pass_over(db, &error)?;
                    most = EVENTS_MAX;
                }
            }
        }
        Ok(LOOK_INTERVAL)
    }

    /// Makes deliveries of the next events, so many at most. Returns whether there were any.
    fn collect_some(&mut self, db: &Db, most: u32) -> Result<bool> {
        let now = (self.clock)();
        let found = db.read_at_once(|conn| webhooks::find_new(conn, self.read, most, now))?;
        let through = found.through;
        if through == self.read {
            return Ok(false);
        }
        if !found.new.is_empty() || through.0 - self.noted.0 >= NOTED_EVENTS {
            db.write(now, move |tx| webhooks::add_collected(tx, &found))?;
            self.noted = through;
        }
        self.read = through;
        Ok(true)
    }

    /// Leaves out the next event, and notes that.
    fn pass_over(&mut self, db: &Db, error: &Error) -> Result<()> {
        let through = db.read_at_once(|conn| webhooks::next_event(conn, self.read))?;
        let nothing = CollectedDeliveries {
            through,
            new: Vec::new(),
        };
        db.write((self.clock)(), move |tx| {
            webhooks::add_collected(tx, &nothing)
        })?;
        (self.read, self.noted) = (through, through);
        let (event, cause) = (through.0.to_string(), format!("{error:?}"));
        self.log.warn(
            "an event is sent to no webhook, because it cannot be read",
            &[("event", &event), ("cause", &cause)],
        );
        Ok(())
    }

    /// Hands out deliveries that are due, as far as there are workers. Each owner has one at most, and those who were
    /// served least recently come first, so that one person's slow addresses cannot have all workers.
    fn hand_out(&mut self, db: &Db) -> Result<Duration> {
        let now = (self.clock)();
        let heads = db.read(webhooks::heads)?;
        let waits = heads.iter().map(|head| head.wait(now));
        let next = waits.filter(|wait| !wait.is_zero()).min();
        let mut due: Vec<WaitingDelivery> = heads;
        due.retain(|head| head.wait(now).is_zero());
        due.sort_by_key(|head| (self.served.get(&head.owner), head.next_at, head.id));
        for head in due {
            if self.busy.len() >= WORKERS {
                // The next one that is done wakes this thread.
                break;
            }
            if !self.is_busy(&head) {
                self.send(db, &head)?;
            }
        }
        Ok(next.map_or(LOOK_INTERVAL, |next| next.min(WAITING_LOOK_INTERVAL)))
    }

    /// Checks whether something is being sent to the webhook, or for its owner.
    fn is_busy(&self, head: &WaitingDelivery) -> bool {
        self.busy.contains_key(&head.webhook) || self.busy.values().any(|of| *of == head.owner)
    }

    /// Gives a delivery to a worker. One that cannot be read is given up, so that nothing waits behind it.
    fn send(&mut self, db: &Db, head: &WaitingDelivery) -> Result<()> {
        match db.read(|conn| webhooks::to_send(conn, head.id)) {
            Ok(Some(due)) => {
                self.busy.insert(head.webhook, head.owner);
                self.turn += 1;
                self.served.insert(head.owner, self.turn);
                // There is room for one delivery of each worker, and an end only when the thread ends.
                let _ = self.jobs.send(due);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) if is_passing(&error) => Err(error),
            Err(error) => {
                let cause = format!("{error:?}");
                self.log
                    .warn("a webhook cannot be sent", &[("cause", &cause)]);
                let id = head.id;
                db.write((self.clock)(), move |tx| webhooks::give_up(tx, id))
            }
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

#[cfg(test)]
mod tests {
    use crossbeam_channel::{bounded, unbounded};

    use super::*;
    use crate::{
        log::{Level, LogFormat},
        store::tests::{NOW, person, site},
    };

    /// Makes a webhook with two deliveries that wait.
    fn webhook(db: &Db, owner: UserId) {
        db.write(NOW, move |tx| {
            tx.execute(
                "insert into webhooks (owner_id, name, url, body, topic, secret, since, created_at)
                 values (?, 'w', 'http://e.org/', 'standard', 'feed', zeroblob(24), 0, 0)",
                [owner],
            )?;
            let id = tx.last_insert_rowid();
            for post in [1, 2] {
                tx.execute(
                    "insert into webhook_deliveries (webhook_id, message_id, post_id, state, next_at, created_at)
                     values (?1, ?1 || '-' || ?2, ?2, 'waiting', 0, 0)",
                    (id, post),
                )?;
            }
            Ok(())
        })
        .expect("written");
    }

    #[test]
    fn each_owner_has_one_delivery_and_the_next_one_is_of_another_owner() {
        let (db, _directory) = site();
        let db = Arc::new(db);
        let owners = ["a", "b", "c", "d", "e"].map(|name| person(&db, &name.repeat(3)));
        // The first has as many webhooks as there are workers.
        for owner in [owners[0]; WORKERS].into_iter().chain(owners) {
            webhook(&db, owner);
        }
        let (jobs, taken) = bounded(WORKERS);
        let (report, done) = unbounded();
        let log = Log::new(Level::Debug, LogFormat::Text, Box::new(io::sink()));
        let mut thread = Dispatcher::new(
            &db,
            &WebhookSignal::new(),
            &(Arc::new(|| NOW) as Clock),
            &Arc::new(log),
            &Arc::default(),
            jobs,
            done,
        )
        .expect("it can be read");
        let mut handed_out = |finished: Option<WebhookId>| {
            if let Some(webhook) = finished {
                report.send(webhook).expect("it listens");
            }
            thread.look();
            taken.try_iter().map(|due| due.webhook).collect::<Vec<_>>()
        };
        let first = handed_out(None);
        let of: Vec<UserId> = first.iter().map(|webhook| webhook.owner).collect();
        assert_eq!(of, owners[..WORKERS]);
        assert!(handed_out(None).is_empty(), "all workers have something");
        let next = handed_out(Some(first[0].id));
        assert_eq!(
            next[0].owner, owners[WORKERS],
            "nothing was sent for this one"
        );
        assert_eq!(next.len(), 1);
        let next = handed_out(Some(first[2].id));
        assert_eq!(next[0].owner, owners[0], "the longest ago");
    }
}
