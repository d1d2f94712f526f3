//! Backups: copies of the database in files of their own. A copy is made from one snapshot while the site runs, by SQLite's
//! `vacuum into`; it is written beside its name, synced and renamed, so that a file with the name of a backup is a whole one.

mod names;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use url::Url;

use super::{
    copies,
    files::{
        UNFINISHED, copy_private, create_private, finish, rename_if_there, unfinished, with_suffix,
    },
    integrity,
    open::{self, FoundSchema},
};
use crate::{
    config::{Config, directory_of},
    model::Timestamp,
};
use names::made_at;
pub use names::path;

/// The time to wait while another process holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The steps of SQLite's machine between two looks at whether to stop: a few milliseconds.
const STEPS_BETWEEN_LOOKS: i32 = 100_000;

/// The reason why something about a backup did not work, for the operator.
#[derive(Debug)]
pub struct BackupError(String);

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl BackupError {
    fn new(path: &Path, why: &str) -> BackupError {
        BackupError(format!("{}: {why}", path.display()))
    }
}

/// A backup in the directory of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    pub path: PathBuf,
    pub made_at: Timestamp,
    pub bytes: u64,
}

impl Backup {
    /// Returns the time since the backup was made.
    pub fn age(&self, now: Timestamp) -> Duration {
        let millis = (now.0 - self.made_at.0).max(0).unsigned_abs();
        Duration::from_millis(millis)
    }
}

/// The content of a backup that is whole.
#[derive(Debug, PartialEq, Eq)]
pub struct BackupContent {
    pub schema: i64,
    pub people: u64,
    pub posts: u64,
}

/// Writes a backup into a new file, with its directory. `is_stopped` ends it early.
///
/// # Errors
/// If there is no such database, the file exists, the disk is full, or it was stopped. No unfinished file is left.
pub fn create(database: &Path, to: &Path, is_stopped: Arc<AtomicBool>) -> Result<(), BackupError> {
    if !database.exists() {
        return Err(BackupError::new(database, "there is no such file"));
    }
    if to.exists() {
        return Err(BackupError::new(to, "this file exists; name another"));
    }
    let failed = |error: &io::Error| BackupError::new(to, &error.to_string());
    let directory = directory_of(to);
    fs::create_dir_all(&directory).map_err(|error| failed(&error))?;
    let part = unfinished(to);
    let written = create_private(&part)
        .map_err(|error| failed(&error))
        .and_then(|_| {
            vacuum(database, &part, is_stopped)
                .map_err(|error| BackupError::new(to, &in_words(&error)))
        })
        .and_then(|()| finish(&part, to).map_err(|error| failed(&error)));
    if written.is_err() {
        // It may not exist.
        let _ = fs::remove_file(&part);
    }
    written
}

fn vacuum(database: &Path, to: &Path, is_stopped: Arc<AtomicBool>) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let look = move || is_stopped.load(Ordering::Relaxed);
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(look))?;
    connection.execute("vacuum into ?", [to.to_string_lossy()])?;
    Ok(())
}

/// Returns the backups of a database in a directory, the newest first. A directory that is missing has none.
///
/// # Errors
/// If the directory cannot be read.
pub fn list(database: &Path, directory: &Path) -> Result<Vec<Backup>, BackupError> {
    let failed = |error: io::Error| BackupError::new(directory, &error.to_string());
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut backups = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let Some(made_at) = name.to_str().and_then(|name| made_at(database, name)) else {
            continue;
        };
        backups.push(Backup {
            path: entry.path(),
            made_at,
            bytes: entry.metadata().map_err(failed)?.len(),
        });
    }
    backups.sort_by(|one, other| other.path.cmp(&one.path));
    Ok(backups)
}

/// Returns the newest backup of a site, if it has one.
///
/// # Errors
/// If the directory cannot be read.
pub fn newest(config: &Config) -> Result<Option<Backup>, BackupError> {
    let known = list(&config.database.path, &config.backup_directory())?;
    Ok(known.into_iter().next())
}

/// The age of an unfinished file that nobody writes any more.
const LEFT_AFTER: Duration = Duration::from_hours(24);

/// Deletes all but the newest backups, and files that were left unfinished a day ago. Returns which backups were deleted.
///
/// # Errors
/// If a file cannot be deleted.
pub fn prune(
    database: &Path,
    directory: &Path,
    keep: u32,
    now: Timestamp,
) -> Result<Vec<PathBuf>, BackupError> {
    let backups = list(database, directory)?;
    delete_left(database, directory, now);
    let old = backups.into_iter().map(|backup| backup.path);
    let old: Vec<PathBuf> = old
        .skip(usize::try_from(keep).unwrap_or(usize::MAX))
        .collect();
    for path in &old {
        fs::remove_file(path).map_err(|error| BackupError::new(path, &error.to_string()))?;
    }
    Ok(old)
}

/// Deletes files that were left unfinished, as far as that is possible.
fn delete_left(database: &Path, directory: &Path, now: Timestamp) {
    let is_left = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_str().and_then(|name| name.strip_suffix(UNFINISHED));
        let is_ours = name.is_some_and(|name| made_at(database, name).is_some());
        let changed = entry.metadata().ok()?.modified().ok()?;
        let changed = changed.duration_since(UNIX_EPOCH).ok()?.as_millis();
        let limit = now.minus(LEFT_AFTER).0.unsigned_abs();
        Some(is_ours && changed < u128::from(limit))
    };
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for left in entries.filter(|entry| is_left(entry) == Some(true)) {
        // The next time will do.
        let _ = fs::remove_file(left.path());
    }
}

/// Reads a whole backup, and checks that it is sound.
///
/// # Errors
/// Says what is wrong: no database, another program's, one of a newer version, or a damaged one.
pub fn verify(file: &Path) -> Result<BackupContent, BackupError> {
    let wrong = |why: &str| BackupError::new(file, why);
    if !file.is_file() {
        return Err(wrong("there is no such file"));
    }
    let read = |error: rusqlite::Error| wrong(&in_words(&error));
    let connection = immutable(file).map_err(read)?;
    let schema = match open::found_schema(&connection).map_err(read)? {
        FoundSchema::New => return Err(wrong("it is empty")),
        FoundSchema::Foreign => return Err(wrong(open::FOREIGN)),
        FoundSchema::Version(version) if version > open::SCHEMA_VERSION => {
            return Err(wrong(&open::newer(version)));
        }
        FoundSchema::Version(version) => version,
    };
    if let Some(damage) = integrity::damage(&connection).map_err(read)? {
        return Err(wrong(&format!("it is damaged: {damage}")));
    }
    let count = |table: &str| -> Result<u64, BackupError> {
        let sql = format!("select count(*) from {table}");
        let count: i64 = connection
            .query_row(&sql, [], |row| row.get(0))
            .map_err(read)?;
        Ok(count.unsigned_abs())
    };
    Ok(BackupContent {
        schema,
        people: count("users")?,
        posts: count("posts")?,
    })
}

/// Puts a backup in the place of the database. What was there is kept beside it. The log of events gets a new epoch, so that
/// open pages load again. Returns the path of what was kept, if there was something.
///
/// # Errors
/// If the backup is not sound, a server runs on the database, or the disk is full. Then nothing has changed.
pub fn restore(
    database: &Path,
    backup: &Path,
    now: Timestamp,
) -> Result<Option<PathBuf>, BackupError> {
    verify(backup)?;
    let failed = |error: &io::Error| BackupError::new(database, &error.to_string());
    let directory = directory_of(database);
    fs::create_dir_all(&directory).map_err(|error| failed(&error))?;
    let _lock = match open::lock(database) {
        Ok(lock) => Some(lock),
        Err(_) if !database.exists() => None,
        Err(error) => return Err(BackupError(error.to_string())),
    };
    let copy = unfinished(database);
    let copied = copy_private(backup, &copy)
        .map_err(|error| failed(&error))
        .and_then(|()| renew(&copy).map_err(|error| BackupError::new(database, &in_words(&error))));
    if let Err(error) = copied {
        // It may not exist.
        let _ = fs::remove_file(&copy);
        return Err(error);
    }
    let aside = path(database, &directory, now, "-before-restore");
    let kept = database.exists().then_some(aside);
    let replaced = || -> io::Result<()> {
        if let Some(aside) = &kept {
            // What is in the log belongs to the old file, and must not be taken for a part of the new one.
            for ending in ["-wal", "-shm"] {
                rename_if_there(&with_suffix(database, ending), &with_suffix(aside, ending))?;
            }
            fs::rename(database, aside)?;
        }
        finish(&copy, database)
    };
    replaced().map_err(|error| failed(&error))?;
    Ok(kept)
}

/// Gives the log of events in a copy a new epoch.
fn renew(copy: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(copy)?;
    let changed = copies::renew_epoch(&connection);
    // A file from before the log had epochs gets one when it is brought up to date.
    match changed {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => Ok(()),
        changed => changed,
    }
}

/// Opens a file that nobody changes, without a log beside it.
fn immutable(file: &Path) -> rusqlite::Result<Connection> {
    let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let missing = || rusqlite::Error::InvalidPath(whole.clone());
    let mut address = Url::from_file_path(&whole).map_err(|()| missing())?;
    address.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(address.as_str(), flags)
}

fn in_words(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "it is no database".into(),
        Some(ErrorCode::DatabaseCorrupt) => "it is damaged".into(),
        Some(ErrorCode::DiskFull) => "the disk is full".into(),
        Some(ErrorCode::OperationInterrupted) => "it was stopped".into(),
        _ => error.to_string(),
    }
}
