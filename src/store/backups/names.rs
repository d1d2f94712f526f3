//! The names of backups.

use std::path::{Path, PathBuf};

use crate::model::Timestamp;

/// The form of the time in the name of a backup, in UTC.
const TIME: &str = "%Y-%m-%dT%H%M%SZ";
const TIME_CHARS: usize = "2026-11-29T201530Z".len();

/// Returns the path of a new backup, named by the time and by `what` it is for.
pub fn path(database: &Path, directory: &Path, now: Timestamp, what: &str) -> PathBuf {
    let time = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
    let time = time.strftime(TIME);
    let name = |more: &str| directory.join(format!("{}-{time}{what}{more}.db", stem(database)));
    let numbered = (2..).map(|n| name(&format!("-{n}")));
    let mut names = std::iter::once(name("")).chain(numbered);
    names
        .find(|path| !path.exists())
        .unwrap_or_else(|| name(""))
}

/// Returns when a backup with this name was made; none if it is no name of a backup of this database.
pub(super) fn made_at(database: &Path, name: &str) -> Option<Timestamp> {
    let rest = name.strip_prefix(&stem(database))?.strip_prefix('-')?;
    let (time, rest) = rest.split_at_checked(TIME_CHARS)?;
    let is_name = rest
        .strip_suffix(".db")
        .is_some_and(|what| !what.starts_with("-before-restore"));
    let time = jiff::civil::DateTime::strptime(TIME, time)
        .ok()
        .filter(|_| is_name)?;
    let time = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp(time.timestamp().as_millisecond()))
}

fn stem(database: &Path) -> String {
    let stem = database.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
