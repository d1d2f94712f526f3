//! The writer's thread: it takes queued changes, commits them together, and answers once they are on the disk.

use std::{
    io,
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;
use rusqlite::Connection;

use super::{
    commits::{Commit, OnCommit},
    in_place::OpenFile,
    open,
    reach::{self, Told},
    search,
};
use crate::{
    config,
    error::{Error, Result},
    metrics::WriteMeters,
    model::{Holder, SessionId, Timestamp},
};

/// The most changes in one commit: enough to share one sync of the disk among all callers that wait.
const BATCH_JOBS_MAX: usize = 256;

/// The longest time that a change waits for others to join its commit.
const BATCH_TIME_MAX: Duration = Duration::from_millis(20);

/// The time that the last checkpoint waits for readers of other programs.
const CLOSING_PATIENCE: Duration = Duration::from_millis(200);

/// A queued change, to be run in a batch or told why there is none. It returns how its result is delivered once
/// the commit is known.
pub(super) type Job = Box<dyn FnOnce(Result<&mut Batch<'_>>) -> Finish + Send>;
pub(super) type Finish = Box<dyn FnOnce(Result<()>) + Send>;

/// A write in progress. It knows the time, and its announcements are published only after the commit.
pub struct Tx<'b> {
    connection: &'b Connection,
    pub now: Timestamp,
    pub(super) event_retention: u32,
    pub(super) effects: Commit,
    pub(super) told: Told,
}

/// Changes that share a commit.
pub(super) struct Batch<'b> {
    connection: &'b Connection,
    event_retention: u32,
    effects: Commit,
    /// Set if the disk did not take one of the changes.
    has_failed: bool,
}

/// The result of a batch that was committed.
struct CommittedBatch {
    effects: Commit,
    has_failed: bool,
}

/// The writer, before and in its thread.
pub(super) struct Writer {
    pub(super) config: config::Database,
    pub(super) event_retention: u32,
    pub(super) file: OpenFile,
    /// The connection, or none after the disk failed; the next change opens it again.
    pub(super) connection: Option<Connection>,
    pub(super) on_commit: OnCommit,
    /// Set while the disk does not take what is written.
    pub(super) is_failing: Arc<AtomicBool>,
    pub(super) meters: WriteMeters,
}

impl Writer {
    /// Starts the thread, which ends when nobody can send changes any more.
    pub(super) fn start(mut self, jobs: Receiver<Job>) -> io::Result<JoinHandle<()>> {
        thread::Builder::new().name("writer".into()).spawn(move || {
            for first in &jobs {
                self.batch(first, &jobs);
            }
            self.close();
        })
    }

    fn batch(&mut self, first: Job, jobs: &Receiver<Job>) {
        if let Err(error) = self.file.must_be_in_place() {
            // The connection stays: it belongs to the file that may be put back.
            self.is_failing.store(true, Ordering::Relaxed);
            self.meters.failed.inc();
            first(Err(again(&error)))(Err(error));
            return;
        }
        let (mut finishes, started) = (Vec::new(), Instant::now());
        let event_retention = self.event_retention;
        let committed = match self.connection() {
            Ok(connection) => run_batch(connection, event_retention, first, jobs, &mut finishes),
            Err(error) => {
                finishes.push(first(Err(again(&error))));
                Err(error)
            }
        };
        let has_failed = committed.as_ref().map_or(true, |batch| batch.has_failed);
        self.is_failing.store(has_failed, Ordering::Relaxed);
        match committed {
            Ok(batch) => {
                self.meters.commit.observe(started.elapsed().as_secs_f64());
                self.meters.changes.inc_by(finishes.len() as u64);
                // Events go out before the answers: both only pass a message on.
                (self.on_commit)(batch.effects);
                for finish in finishes {
                    finish(Ok(()));
                }
            }
            Err(error) => {
                self.meters.failed.inc();
                // SQLite's view of the file after a failed sync may be wrong, so the connection is opened again.
                self.connection = None;
                for finish in finishes {
                    finish(Err(again(&error)));
                }
            }
        }
    }

    fn connection(&mut self) -> Result<&Connection> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open::watchful_writer(&self.config)?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Moves everything into the one file, so that a copy of it is complete while the program is not running.
    fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            // The log beside the file is as good as the file: a checkpoint that fails loses nothing. Programs that read
            // the file all the time, such as Litestream, are not waited for.
            let _ = connection.busy_timeout(CLOSING_PATIENCE);
            let _ = connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()));
        }
    }
}

fn run_batch(
    connection: &Connection,
    event_retention: u32,
    first: Job,
    jobs: &Receiver<Job>,
    finishes: &mut Vec<Finish>,
) -> Result<CommittedBatch> {
    let started = Instant::now();
    if let Err(error) = connection.execute_batch("begin immediate") {
        let error = Error::from(error);
        finishes.push(first(Err(again(&error))));
        return Err(error);
    }
    let mut batch = Batch {
        connection,
        event_retention,
        effects: Commit::default(),
        has_failed: false,
    };
    let mut next = Some(first);
    while let Some(job) = next {
        finishes.push(job(Ok(&mut batch)));
        if connection.is_autocommit() {
            // A full disk can make SQLite give up the whole transaction, earlier changes included.
            return Err(Error::StorageUnavailable(
                "the disk did not take the change".into(),
            ));
        }
        let more = finishes.len() < BATCH_JOBS_MAX && started.elapsed() < BATCH_TIME_MAX;
        next = if more { jobs.try_recv().ok() } else { None };
    }
    search::settle(connection)?;
    connection.execute_batch("commit")?;
    Ok(CommittedBatch {
        effects: batch.effects,
        has_failed: batch.has_failed,
    })
}

/// Copies an error for many callers: errors cannot be cloned, but their messages can.
fn again(error: &Error) -> Error {
    match error {
        Error::StorageUnavailable(why) => Error::StorageUnavailable(why.clone()),
        error => Error::internal(format!("{error:?}")),
    }
}

impl Batch<'_> {
    /// Runs one change so that, if it fails, the others of the batch stay.
    pub(super) fn savepoint<T>(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        run(self.connection, "savepoint change")?;
        let mut tx = Tx::begun(self.connection, now, self.event_retention);
        let result = catch_unwind(AssertUnwindSafe(|| {
            let value = change(&mut tx)?;
            tx.effects.reach = reach::of(&tx)?;
            Ok(value)
        }))
        .unwrap_or_else(|_| Err(Error::internal("a change panicked")));
        let effects = tx.effects;
        match result {
            Ok(value) => {
                run(self.connection, "release change")?;
                self.effects.add(effects);
                Ok(value)
            }
            Err(error) => {
                // If the transaction is gone, so is the savepoint; the batch notices.
                let _ = run(self.connection, "rollback to change");
                let _ = run(self.connection, "release change");
                self.has_failed |= matches!(error, Error::StorageUnavailable(_));
                Err(error)
            }
        }
    }
}

fn run(connection: &Connection, statement: &'static str) -> Result<()> {
    connection.prepare_cached(statement)?.execute([])?;
    Ok(())
}

impl<'b> Tx<'b> {
    /// Returns a write on a connection whose transaction has begun.
    pub(super) fn begun(connection: &'b Connection, now: Timestamp, event_retention: u32) -> Self {
        Tx {
            connection,
            now,
            event_retention,
            effects: Commit::default(),
            told: Told::default(),
        }
    }

    /// Ends the streams of this session after the commit.
    pub fn end_session(&mut self, session: SessionId) {
        self.end_streams(Holder::Session(session));
    }

    /// Ends the streams of this holder after the commit.
    pub fn end_streams(&mut self, holder: Holder) {
        self.effects.ended.push(holder);
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}
