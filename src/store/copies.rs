//! Notices that the file was put back from a copy, so that its log of events gets a new epoch. Ids of events that the copy
//! does not have may be given again, and open pages must not take these for events that they have.
//!
//! A copy is another file than the one that the database names: it has another number and another time of birth. If its
//! bytes were written over the old file, it is older than the newest event that an attribute of the file names. File systems
//! without such attributes notice only the first case.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use rusqlite::Connection;
use rustix::fs::{XattrFlags, getxattr, setxattr};

use crate::model::{Epoch, EventId};

/// The extended attribute with the number of the newest event.
const NEWEST_EVENT: &str = "user.quartfeed.newest_event";

/// The most digits of an event's number.
const DIGITS_MAX: usize = 20;

/// Gives the log a new epoch if the file is a copy. Returns whether it is one.
///
/// # Errors
/// Those of the database.
pub(super) fn renew_epoch_of_copy(connection: &Connection, path: &Path) -> rusqlite::Result<bool> {
    let (known, newest) = connection.query_row(
        "select file_id, (select coalesce(max(id), 0) from events) from site",
        [],
        |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, i64>(1)?)),
    )?;
    let Some(file) = FileId::of(path) else {
        return Ok(false);
    };
    let is_other_file = known
        .as_deref()
        .and_then(FileId::parse)
        .is_some_and(|known| known.is_other(&file));
    let is_copy = is_other_file || newest_event(path).is_some_and(|noted| noted > newest);
    if is_copy {
        renew_epoch(connection)?;
        note_newest_event(path, EventId(newest));
    }
    let file = file.to_string();
    if known.as_deref() != Some(file.as_str()) {
        connection.execute("update site set file_id = ?", [file])?;
    }
    Ok(is_copy)
}

/// Gives the log of events a new epoch.
pub(super) fn renew_epoch(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("update site set epoch = ?", [Epoch::random().as_str()])?;
    Ok(())
}

/// Notes the number of the newest event beside the content of the file. Nothing is written if it is there already, because
/// memory cards wear out.
pub(super) fn note_newest_event(path: &Path, newest: EventId) {
    if newest_event(path) == Some(newest.0) {
        return;
    }
    // A file system without attributes cannot, and then only another file is noticed.
    let _ = setxattr(
        path,
        NEWEST_EVENT,
        newest.0.to_string().as_bytes(),
        XattrFlags::empty(),
    );
}

fn newest_event(path: &Path) -> Option<i64> {
    let mut digits = [0; DIGITS_MAX];
    let length = getxattr(path, NEWEST_EVENT, &mut digits).ok()?;
    std::str::from_utf8(&digits[..length]).ok()?.parse().ok()
}

/// The identity of a file in its file system.
struct FileId {
    inode: u64,
    /// Milliseconds since the Unix epoch; 0 if the file system does not know it.
    born: u64,
}

impl FileId {
    fn of(path: &Path) -> Option<FileId> {
        let file = fs::metadata(path).ok()?;
        let born = file.created().unwrap_or(SystemTime::UNIX_EPOCH);
        let born = born
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        Some(FileId {
            inode: file.ino(),
            born: u64::try_from(born).unwrap_or_default(),
        })
    }

    fn parse(text: &str) -> Option<FileId> {
        let (inode, born) = text.split_once('-')?;
        Some(FileId {
            inode: inode.parse().ok()?,
            born: born.parse().ok()?,
        })
    }

    /// Returns whether both are known to be different files. Some file systems number their files anew at each mount, and
    /// some do not know when a file was made.
    fn is_other(&self, other: &FileId) -> bool {
        self.inode != other.inode && (self.born != other.born || self.born == 0)
    }
}

impl std::fmt::Display for FileId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.inode, self.born)
    }
}
