//! The database: one connection that writes, in its own thread, and one reading connection for each thread that reads.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Sender, TrySendError, bounded};
use rusqlite::Connection;

use super::{
    commits::OnCommit,
    copies, events,
    in_place::OpenFile,
    open::{self, OpenError},
    writer::{Finish, Job, Tx, Writer},
};
use crate::{
    config,
    error::{Error, Result},
    metrics::WriteMeters,
    model::{Epoch, Timestamp},
    sync::{lock, recover},
};

/// The most writes that may wait for the writer. A longer queue means that the disk does not keep up, and later callers
/// are refused at once instead of waiting.
const WRITES_WAITING_MAX: usize = 1_024;

/// The connections that are kept beyond one for each core. Reading computes more than it waits, so more reads at the same
/// time do not finish sooner, and each connection caches its own part of the file.
const READERS_BEYOND_CORES: usize = 2;

/// The longest wait for a connection in use. After it one more is opened for this read, so that long reads delay others
/// but do not stop them.
const READER_WAIT_MAX: Duration = Duration::from_millis(100);

/// The time for readers to finish when the database is closed.
const READERS_FINISH_WITHIN: Duration = Duration::from_secs(5);

pub struct Db {
    path: PathBuf,
    file: OpenFile,
    /// The queue of the writer, until the database is closed.
    jobs: Mutex<Option<Sender<Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Set while the disk does not take what is written.
    is_failing: Arc<AtomicBool>,
    meters: WriteMeters,
    readers: Mutex<Readers>,
    /// The number of connections that are lent without a wait. One more is kept for [`Db::read_at_once`].
    readers_max: usize,
    reader_returned: Condvar,
    identity: open::Identity,
    /// The lock file handle, held open until everything else is closed: closing it earlier would release SQLite's own
    /// locks.
    lock: Mutex<Option<File>>,
}

/// The connections of threads that read.
#[derive(Default)]
struct Readers {
    idle: Vec<Connection>,
    /// The number of connections in use.
    lent: usize,
    /// The number of threads that wait for a connection.
    waiting: usize,
    /// Set when the database is closed: a new connection would create the log beside the file again.
    is_closed: bool,
}

/// A reading connection in use. It is closed at the end, unless it is given back.
struct LentReader<'d> {
    db: &'d Db,
    connection: Option<Connection>,
}

impl Db {
    /// Opens the file, creating it and its directory if they are missing, and brings its schema up to date.
    ///
    /// # Errors
    /// Says what prevents it, with the path and how to fix it.
    pub fn open(
        config: &config::Database,
        event_retention: u32,
        now: Timestamp,
        on_commit: OnCommit,
    ) -> Result<Db, OpenError> {
        open::create(&config.path)?;
        let lock = open::lock(&config.path)?;
        let (connection, identity) = open::prepare(config, now)?;
        let file = OpenFile::at(config.path.clone())?;
        let (jobs, waiting) = bounded(WRITES_WAITING_MAX);
        let is_failing = Arc::<AtomicBool>::default();
        let meters = WriteMeters::default();
        let writer = Writer {
            config: config.clone(),
            event_retention,
            file: file.clone(),
            connection: Some(connection),
            on_commit,
            is_failing: is_failing.clone(),
            meters: meters.clone(),
        };
        let writer = writer.start(waiting)?;
        Ok(Db {
            path: config.path.clone(),
            file,
            jobs: Mutex::new(Some(jobs)),
            writer: Mutex::new(Some(writer)),
            is_failing,
            meters,
            readers: Mutex::default(),
            readers_max: thread::available_parallelism().map_or(1, usize::from)
                + READERS_BEYOND_CORES,
            reader_returned: Condvar::new(),
            identity,
            lock: Mutex::new(Some(lock)),
        })
    }

    /// Returns the epoch of this database's event log.
    pub fn epoch(&self) -> &Epoch {
        &self.identity.epoch
    }

    /// Returns the backup that was made because the file was of an earlier version.
    pub fn upgrade_backup(&self) -> Option<&Path> {
        self.identity.upgrade_backup.as_deref()
    }

    /// Returns when the site was made.
    pub fn began_at(&self) -> Timestamp {
        self.identity.began_at
    }

    /// Returns whether the file was put back from a copy since it was last open, so that it has a new epoch.
    pub fn is_copy(&self) -> bool {
        self.identity.is_copy
    }

    /// Notes which event is the newest one, so that an older copy in place of this file is noticed.
    ///
    /// # Errors
    /// `StorageUnavailable` if the file cannot be read.
    pub fn note_newest_event(&self) -> Result<()> {
        self.file.must_be_in_place()?;
        let newest = self.read(events::newest)?;
        copies::note_newest_event(&self.path, newest);
        Ok(())
    }

    /// Returns the key of form tokens: 32 bytes.
    pub fn secret(&self) -> &[u8] {
        &self.identity.secret
    }

    /// Opens connections ahead, so that a machine that runs out of descriptors later can still read.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn open_readers(&self, count: usize) -> Result<()> {
        for _ in 0..count {
            let reader = open::reader(&self.path)?;
            lock(&self.readers).idle.push(reader);
        }
        Ok(())
    }

    /// Runs `query` on one snapshot of the database.
    ///
    /// # Errors
    /// Those of `query`, and `StorageUnavailable` if the file cannot be read.
    pub fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.lend(READER_WAIT_MAX)?.read(query)
    }

    /// Does what [`Db::read`] does, and never waits for other reads. It is for the one thread that everybody's streams
    /// depend on.
    ///
    /// # Errors
    /// Those of [`Db::read`].
    pub fn read_at_once<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.lend(Duration::ZERO)?.read(query)
    }

    /// Lends a connection that is idle, or a new one. If enough are in use, waits at most `wait_max` for one of them.
    fn lend(&self, wait_max: Duration) -> Result<LentReader<'_>> {
        let mut readers = lock(&self.readers);
        if readers.lent >= self.readers_max && !wait_max.is_zero() {
            readers = self.wait_for_reader(readers, wait_max);
        }
        if readers.is_closed {
            return Err(Error::StorageUnavailable("the database is closed".into()));
        }
        readers.lent += 1;
        Ok(LentReader {
            db: self,
            connection: readers.idle.pop(),
        })
    }

    fn wait_for_reader<'r>(
        &self,
        mut readers: MutexGuard<'r, Readers>,
        wait_max: Duration,
    ) -> MutexGuard<'r, Readers> {
        readers.waiting += 1;
        let waited = self
            .reader_returned
            .wait_timeout_while(readers, wait_max, |readers| {
                readers.lent >= self.readers_max && !readers.is_closed
            });
        let (mut readers, _) = recover(waited);
        readers.waiting -= 1;
        readers
    }

    /// Runs `change` in the writer's thread, and returns once its effects are on the disk. A change that fails leaves
    /// nothing behind.
    ///
    /// # Errors
    /// Those of `change`; `Busy` if too many writes wait; `StorageUnavailable` if the disk does not take it.
    pub fn write<T: Send + 'static>(
        &self,
        now: Timestamp,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = bounded(1);
        let job: Job = Box::new(move |batch| {
            let result = batch.and_then(|batch| batch.savepoint(now, change));
            let finish: Finish = Box::new(move |committed: Result<()>| {
                // The caller may be gone; the change is committed all the same.
                let _ = reply.send(result.and_then(|value| committed.map(|()| value)));
            });
            finish
        });
        let jobs = lock(&self.jobs)
            .clone()
            .ok_or(Error::Busy { retry_after: 5 })?;
        jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::Busy { retry_after: 1 },
            TrySendError::Disconnected(_) => Error::internal("the writer has ended"),
        })?;
        drop(jobs);
        answer
            .recv()
            .map_err(|_| Error::internal("the writer ended during a change"))?
    }

    /// Returns whether the file that was opened still stands at its path.
    pub fn is_in_place(&self) -> bool {
        self.file.is_in_place()
    }

    /// Returns whether the last change failed because the disk did not take it.
    pub fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }

    /// Returns the instruments of the writer.
    pub fn meters(&self) -> &WriteMeters {
        &self.meters
    }

    /// Returns the number of changes that wait for the writer.
    pub fn waiting_writes(&self) -> usize {
        lock(&self.jobs).as_ref().map_or(0, Sender::len)
    }

    /// Returns the number of connections that are in use for reading.
    pub fn lent_readers(&self) -> usize {
        lock(&self.readers).lent
    }

    /// Finishes what is queued, moves everything into the one file and closes it. A second call does nothing.
    pub fn close(&self) {
        let jobs = lock(&self.jobs).take();
        if jobs.is_some() {
            // A file that cannot be read any more has no newest event.
            let _ = self.note_newest_event();
        }
        // The writer ends when nobody can send changes any more. It closes last, as readers cannot move the log into the
        // file.
        self.close_readers();
        drop(jobs);
        if let Some(writer) = lock(&self.writer).take() {
            // A writer that panicked has logged it, and there is nothing left to close.
            let _ = writer.join();
        }
        lock(&self.lock).take();
    }

    /// Closes the connections that wait, and those in use when they are given back.
    fn close_readers(&self) {
        let mut readers = lock(&self.readers);
        readers.is_closed = true;
        readers.idle.clear();
        let waited =
            self.reader_returned
                .wait_timeout_while(readers, READERS_FINISH_WITHIN, |readers| readers.lent > 0);
        // One that does not finish leaves the log beside the file, which the next start reads.
        drop(recover(waited));
    }
}

impl LentReader<'_> {
    /// Runs `query` on one snapshot of the database.
    fn read<T>(mut self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let connection = self.connection()?;
        let snapshot = connection.unchecked_transaction()?;
        let answer = query(&snapshot);
        snapshot.commit()?;
        self.give_back();
        answer
    }

    fn connection(&mut self) -> Result<&Connection> {
        let connection = if let Some(connection) = self.connection.take() {
            connection
        } else {
            self.db.file.must_be_in_place()?;
            open::reader(&self.db.path)?
        };
        Ok(self.connection.insert(connection))
    }

    /// Gives the connection back, for the next read. One that failed or panicked is closed instead.
    fn give_back(mut self) {
        let mut readers = lock(&self.db.readers);
        let is_kept = readers.lent + readers.idle.len() <= self.db.readers_max + 1;
        if is_kept && !readers.is_closed {
            readers.idle.extend(self.connection.take());
        }
    }
}

impl Drop for LentReader<'_> {
    fn drop(&mut self) {
        drop(self.connection.take());
        let mut readers = lock(&self.db.readers);
        readers.lent -= 1;
        if readers.is_closed {
            self.db.reader_returned.notify_all();
        } else if readers.waiting > 0 {
            self.db.reader_returned.notify_one();
        }
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests;
