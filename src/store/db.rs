//! The database: one connection that writes, in its own thread, and one reading connection for each thread that reads.

use std::{fs::File, path::PathBuf, sync::Mutex, thread::JoinHandle};

use crossbeam_channel::{Sender, TrySendError, bounded};
use rusqlite::Connection;

use super::{
    commits::OnCommit,
    copies, events,
    open::{self, OpenError},
    writer::{self, Finish, Job, Tx},
};
use crate::{
    config,
    error::{Error, Result},
    model::{Epoch, Timestamp},
    sync::lock,
};

/// The most writes that may wait for the writer. A longer queue means that the disk does not keep up, and later callers
/// are refused at once instead of waiting.
const WRITES_WAITING_MAX: usize = 1_024;

pub struct Db {
    path: PathBuf,
    /// The queue of the writer, until the database is closed.
    jobs: Mutex<Option<Sender<Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    idle_readers: Mutex<Vec<Connection>>,
    identity: open::Identity,
    /// The lock file handle, held open until everything else is closed: closing it earlier would release SQLite's own
    /// locks.
    lock: Mutex<Option<File>>,
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
        let (jobs, waiting) = bounded(WRITES_WAITING_MAX);
        let writer = writer::start(
            config.clone(),
            event_retention,
            connection,
            waiting,
            on_commit,
        )?;
        Ok(Db {
            path: config.path.clone(),
            jobs: Mutex::new(Some(jobs)),
            writer: Mutex::new(Some(writer)),
            idle_readers: Mutex::default(),
            identity,
            lock: Mutex::new(Some(lock)),
        })
    }

    /// Returns the epoch of this database's event log.
    pub fn epoch(&self) -> &Epoch {
        &self.identity.epoch
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
            lock(&self.idle_readers).push(reader);
        }
        Ok(())
    }

    /// Runs `query` on one snapshot of the database.
    ///
    /// # Errors
    /// Those of `query`, and `StorageUnavailable` if the file cannot be read.
    pub fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = lock(&self.idle_readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => open::reader(&self.path)?,
        };
        // A reader that fails or panics on the way is closed, not used again.
        let snapshot = reader.unchecked_transaction()?;
        let answer = query(&snapshot);
        snapshot.commit()?;
        lock(&self.idle_readers).push(reader);
        answer
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

    /// Finishes what is queued, moves everything into the one file and closes it. A second call does nothing.
    pub fn close(&self) {
        if lock(&self.jobs).take().is_some() {
            // A file that cannot be read any more has no newest event.
            let _ = self.note_newest_event();
        }
        // The writer closes last, as readers cannot move the log into the file.
        lock(&self.idle_readers).clear();
        if let Some(writer) = lock(&self.writer).take() {
            // A writer that panicked has logged it, and there is nothing left to close.
            let _ = writer.join();
        }
        lock(&self.lock).take();
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests;
