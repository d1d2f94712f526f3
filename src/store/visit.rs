//! A command's connection to the file, whether a server runs on it or not.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{
    open::{self, OpenError},
    search, signals,
    writer::Tx,
};
use crate::{config, error::Result, model::Timestamp};

/// A short-lived connection, beside that of a server which may be running: SQLite lets them write in turns, and
/// [`signals`] tells the server what it must know.
pub struct Visit {
    connection: Connection,
    event_retention: u32,
    upgrade_backup: Option<PathBuf>,
}

impl Visit {
    /// Opens the file. One of an earlier version is brought up to date, unless a server runs on it.
    ///
    /// # Errors
    /// Says what prevents it, with the path. A missing file is an error unless it may be created.
    pub fn open(
        config: &config::Database,
        event_retention: u32,
        now: Timestamp,
        may_create: bool,
    ) -> Result<Visit, OpenError> {
        if may_create {
            open::create(&config.path)?;
        }
        let mut upgrade_backup = None;
        if !open::is_up_to_date(&config.path)? {
            // Dropped before the next connection is opened: closing a file takes away SQLite's locks on it.
            let _lock = open::lock(&config.path)?;
            upgrade_backup = open::prepare(config, now)?.1.upgrade_backup;
        }
        Ok(Visit {
            connection: open::visitor(config)?,
            event_retention,
            upgrade_backup,
        })
    }

    /// Returns the backup that was made because the file was of an earlier version.
    pub fn upgrade_backup(&self) -> Option<&Path> {
        self.upgrade_backup.as_deref()
    }

    /// Runs `query` on one snapshot of the database.
    ///
    /// # Errors
    /// Those of `query`, and `StorageUnavailable` if the file cannot be read.
    pub fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let snapshot = self.connection.unchecked_transaction()?;
        let answer = query(&snapshot)?;
        snapshot.commit()?;
        Ok(answer)
    }

    /// Runs `change`, and returns once its effects are on the disk. A change that fails leaves nothing behind.
    ///
    /// # Errors
    /// Those of `change`; `StorageUnavailable` if the disk does not take it, or the server writes for seconds.
    pub fn write<T>(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        self.connection.execute_batch("begin immediate")?;
        let mut tx = Tx::begun(&self.connection, now, self.event_retention);
        let changed = change(&mut tx).and_then(|value| {
            signals::record(&tx)?;
            search::settle(&self.connection)?;
            Ok(value)
        });
        match changed {
            Ok(value) => {
                self.connection.execute_batch("commit")?;
                Ok(value)
            }
            Err(error) => {
                // A failed rollback means that no transaction is left to undo.
                let _ = self.connection.execute_batch("rollback");
                Err(error)
            }
        }
    }
}
