//! Opening the database file: creation, pragmas, schema, and the message if it cannot be opened.

use std::{
    fmt, fs, io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::{backups, copies, search, text_rules};
use crate::{
    config::{self, Synchronous},
    error::Result,
    model::{Epoch, Timestamp},
};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The version of the newest migration.
pub(super) const SCHEMA_VERSION: i64 = from_build(env!("SCHEMA_VERSION"));
/// The mark of a file to which exactly these migrations were applied. It is the file's `user_version`.
const SCHEMA_MARK: i64 = from_build(env!("SCHEMA_MARK"));

/// The time to wait while another process holds the file, such as a backup or a command of this program.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The pause between a command's attempts to write. A busy server leaves the file alone only for a moment between two
/// commits. SQLite's own waiting looks ten times a second after a while and would miss it; a command looks this often,
/// for ten seconds.
const VISITOR_PAUSE: Duration = Duration::from_millis(1);
const VISITOR_ATTEMPTS_MAX: i32 = 10_000;

/// The page cache of one reader, in KiB, allocated as it is used. The river of somebody who follows hundreds looks at
/// two pages of the file for each of them, and with a smaller cache each look copies its page from the system again.
const READER_CACHE_KIB: i32 = 4 * 1_024;
/// The page cache of the writer, in KiB. It must hold what a full batch changes: a page that does not fit is written
/// too early.
const WRITER_CACHE_KIB: i32 = 4 * 1_024;

/// The page size of a new file, in bytes. A change touches about ten pages at different places, and each goes to the disk
/// whole. With the usual 4 KiB a comment wrote more than twice as much (`cargo bench --bench disk`). A file from before
/// keeps its size.
const PAGE_BYTES: i32 = 1_024;

/// The size of the write-ahead log, in bytes, at which it is moved into the file. A page that changes often is then
/// written once for many changes.
const LOG_BYTES_MAX: i32 = 32_000_000;

/// The prepared statements kept by one connection: more than there are different ones.
const STATEMENTS_MAX: usize = 256;

/// The identity of this database.
pub(super) struct Identity {
    pub(super) epoch: Epoch,
    pub(super) secret: Vec<u8>,
    pub(super) began_at: Timestamp,
    /// True if the file was put back from a copy since it was last open.
    pub(super) is_copy: bool,
    /// The backup that was made because the file was of an earlier version.
    pub(super) upgrade_backup: Option<PathBuf>,
}

/// The reason why the database cannot be opened, in words for the operator.
#[derive(Debug)]
pub struct OpenError(String);

/// Opens the file for writing, with an up-to-date schema.
pub(super) fn prepare(
    config: &config::Database,
    now: Timestamp,
) -> Result<(Connection, Identity), OpenError> {
    let path = &config.path;
    // The schema is checked before anything is written, even the journal mode.
    let found = match schema(path).map_err(|error| cannot_use(path, &error))? {
        FoundSchema::New => 0,
        FoundSchema::Version(version) if version <= SCHEMA_VERSION => version,
        FoundSchema::Version(version) => {
            return Err(OpenError::new(
                path,
                &newer(version),
                "Use that program or a newer one; nothing was changed.",
            ));
        }
        FoundSchema::Foreign => {
            return Err(OpenError::new(
                path,
                FOREIGN,
                "Name another file with --database; nothing was changed.",
            ));
        }
    };
    let upgrade_backup = before_upgrade(config, found, now)?;
    let mut connection = writer(config).map_err(|error| cannot_use(path, &error))?;
    bring_up_to_date(&mut connection, found).map_err(|error| {
        OpenError::new(
            path,
            &format!("its schema cannot be brought up to date: {error}"),
            "Nothing was changed.",
        )
    })?;
    let mut identity =
        identity(&connection, path, now).map_err(|error| cannot_use(path, &error))?;
    identity.upgrade_backup = upgrade_backup;
    text_rules::bring_up_to_date(&mut connection)
        .and_then(|()| search::bring_up_to_date(&mut connection))
        .and_then(|()| search::watch(&connection))
        .map_err(|error| cannot_use(path, &error))?;
    Ok((connection, identity))
}

/// The refusal of a file with tables that are not ours.
pub(super) const FOREIGN: &str = "it holds another program's tables";

/// Returns the refusal of a file of a later version.
pub(super) fn newer(version: i64) -> String {
    format!(
        "it was written by a newer QuartFeed (schema {version}, this program knows up to {SCHEMA_VERSION})"
    )
}

/// Makes a backup of a file that is about to be brought up to date, if it has anything in it and the operator wants one.
fn before_upgrade(
    config: &config::Database,
    found: i64,
    now: Timestamp,
) -> Result<Option<PathBuf>, OpenError> {
    let is_old = found > 0 && found < SCHEMA_VERSION;
    let Some(directory) = config.upgrade_backups.as_ref().filter(|_| is_old) else {
        return Ok(None);
    };
    let to = backups::path(&config.path, directory, now, &format!("-schema-{found}"));
    backups::create(&config.path, &to, Arc::default()).map_err(|error| {
        OpenError::new(
            &config.path,
            &format!("no backup can be made before it is brought up to date: {error}"),
            "Make room or choose another directory under [backup]; before_upgrade = false there goes on without.",
        )
    })?;
    Ok(Some(to))
}

/// Reads a number that `build.rs` has written.
const fn from_build(number: &str) -> i64 {
    match i64::from_str_radix(number, 10) {
        Ok(number) => number,
        Err(_) => panic!("build.rs writes a number"),
    }
}

/// Brings the schema up to date, unless the file is marked as up to date. Comparing all migrations takes a tenth of the
/// start, and keeps compiled regular expressions in memory.
fn bring_up_to_date(
    connection: &mut Connection,
    found: i64,
) -> Result<(), Box<dyn std::error::Error>> {
    let mark: i64 = connection.query_row("pragma user_version", [], |row| row.get(0))?;
    if found == SCHEMA_VERSION && mark == SCHEMA_MARK {
        return Ok(());
    }
    migrate(connection)?;
    connection.pragma_update(None, "user_version", SCHEMA_MARK)?;
    Ok(())
}

/// Brings the schema up to date without foreign keys: a migration that rebuilds a table drops the old one, which would
/// delete every row that refers to it.
fn migrate(connection: &mut Connection) -> Result<(), Box<dyn std::error::Error>> {
    connection.pragma_update(None, "foreign_keys", false)?;
    // All in one transaction: if one fails, nothing was changed.
    let runner = embedded::migrations::runner().set_grouped(true);
    runner.run(connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

pub(super) fn writer(config: &config::Database) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&config.path, flags)?;
    set_common(&connection, WRITER_CACHE_KIB)?;
    // Only a file without tables accepts these two. Images come and go later, and their space must be freed.
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update(None, "auto_vacuum", "incremental")?;
    connection.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
    let page_bytes: i32 = connection.query_row("pragma page_size", [], |row| row.get(0))?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_BYTES_MAX / page_bytes)?;
    let synchronous = match config.synchronous {
        Synchronous::Full => "full",
        Synchronous::Normal => "normal",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Deleted content is overwritten, not only unlinked.
    connection.query_row("pragma secure_delete = on", [], |_| Ok(()))?;
    Ok(connection)
}

/// Opens a file that is up to date for writing. The index of words follows what is written.
pub(super) fn watchful_writer(config: &config::Database) -> rusqlite::Result<Connection> {
    let connection = writer(config)?;
    search::watch(&connection)?;
    Ok(connection)
}

/// Checks whether the file's schema is the one of this program.
///
/// # Errors
/// If there is no file, or it cannot be read.
pub(super) fn is_up_to_date(path: &Path) -> Result<bool, OpenError> {
    if !path.exists() {
        return Err(OpenError::new(
            path,
            "there is no such file",
            "Name the site's file with --database, or in quartfeed.toml; `quartfeed serve` and `quartfeed user add` make a new one.",
        ));
    }
    match schema(path).map_err(|error| cannot_use(path, &error))? {
        FoundSchema::Version(version) => Ok(version == SCHEMA_VERSION),
        FoundSchema::New | FoundSchema::Foreign => Ok(false),
    }
}

/// Opens a connection for a command, beside the server's.
pub(super) fn visitor(config: &config::Database) -> Result<Connection, OpenError> {
    let opened = watchful_writer(config).and_then(|mut connection| {
        connection.busy_handler(Some(|attempts| {
            thread::sleep(VISITOR_PAUSE);
            attempts < VISITOR_ATTEMPTS_MAX
        }))?;
        Ok(connection)
    });
    opened.map_err(|error| cannot_use(&config.path, &error))
}

pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_common(&connection, READER_CACHE_KIB)?;
    Ok(connection)
}

fn set_common(connection: &Connection, cache_kib: i32) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    // A statement keeps one plan for all its parameters: otherwise SQLite plans again with each new value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(())
}

/// Locks the file for one server: a second one would not notice what the first writes. The lock is separate from those
/// of SQLite and ends with the process, however that ends.
pub(super) fn lock(path: &Path) -> Result<fs::File, OpenError> {
    let file = fs::File::open(path)
        .map_err(|error| OpenError::new(path, &error.to_string(), &mend(path, &error)))?;
    file.try_lock().map_err(|_| {
        OpenError::new(
            path,
            "another QuartFeed serves it",
            "Stop that one first, or name another file with --database.",
        )
    })?;
    Ok(file)
}

/// Creates the file, readable by its owner only: it holds everybody's posts and the hashes of their passwords.
pub(super) fn create(path: &Path) -> Result<(), OpenError> {
    let created = || {
        fs::create_dir_all(config::directory_of(path))?;
        let mut options = fs::OpenOptions::new();
        options
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)
            .map(|_| ())
    };
    created()
        .map_err(|error: io::Error| OpenError::new(path, &error.to_string(), &mend(path, &error)))
}

fn identity(connection: &Connection, path: &Path, now: Timestamp) -> rusqlite::Result<Identity> {
    connection.execute(
        "insert into site (id, epoch, secret, created_at) values (1, ?, ?, ?) on conflict do nothing",
        (Epoch::random().as_str(), rand::random::<[u8; 32]>(), now),
    )?;
    connection.execute(
        "update site set jwt_secret = ? where jwt_secret is null",
        [rand::random::<[u8; 32]>()],
    )?;
    let is_copy = copies::renew_epoch_of_copy(connection, path)?;
    connection.query_row("select epoch, secret, created_at from site", [], |row| {
        Ok(Identity {
            epoch: Epoch::stored(row.get("epoch")?),
            secret: row.get("secret")?,
            began_at: row.get("created_at")?,
            is_copy,
            upgrade_backup: None,
        })
    })
}

/// The kind of schema that a file holds.
pub(super) enum FoundSchema {
    New,
    Version(i64),
    Foreign,
}

fn schema(path: &Path) -> rusqlite::Result<FoundSchema> {
    found_schema(&Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE,
    )?)
}

/// Returns the kind of schema that an open file holds.
pub(super) fn found_schema(connection: &Connection) -> rusqlite::Result<FoundSchema> {
    let count = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0));
    if count("select count(*) from sqlite_schema where name = 'refinery_schema_history'")? > 0 {
        return count("select coalesce(max(version), 0) from refinery_schema_history")
            .map(FoundSchema::Version);
    }
    let tables = count("select count(*) from sqlite_schema")?;
    Ok(if tables == 0 {
        FoundSchema::New
    } else {
        FoundSchema::Foreign
    })
}

fn cannot_use(path: &Path, error: &rusqlite::Error) -> OpenError {
    let mend = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            "Is this another program's file? Name another with --database."
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "Another program holds it; stop that first."
        }
        Some(ErrorCode::DiskFull) => "Make room on the disk.",
        Some(ErrorCode::SystemIoFailure) => "Is the disk full? df and dmesg say more.",
        Some(ErrorCode::DatabaseCorrupt) => "Restore a backup.",
        _ => "The directory must be writable too: SQLite keeps its log beside the file.",
    };
    OpenError::new(path, &error.to_string(), mend)
}

fn mend(path: &Path, error: &io::Error) -> String {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            let uid = rustix::process::getuid().as_raw();
            format!(
                "Let this user have it: chown {uid} {shown} (and its directory), or name another with --database."
            )
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "The file system is read-only; name a path on another with --database.".into()
        }
        io::ErrorKind::IsADirectory => {
            format!("This is a directory; name a file in it: --database {shown}/quartfeed.db")
        }
        _ => "Name another file with --database, or in quartfeed.toml as path under [database]."
            .into(),
    }
}

impl OpenError {
    fn new(path: &Path, why: &str, mend: &str) -> OpenError {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let user = std::env::var("USER").map_or(String::new(), |name| format!("{name}, "));
        let uid = rustix::process::getuid().as_raw();
        OpenError(format!(
            "cannot open the database {} as user {user}uid {uid}: {why}\n{mend}",
            path.display()
        ))
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> OpenError {
        OpenError(format!("cannot start the thread that writes: {error}"))
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

#[cfg(test)]
mod tests;
