//! The results of a check-up of a site: what was looked at, what was found, and what to do about it.

use std::time::Duration;

use super::{Bytes, text::counted};

/// The result of looking at one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    pub what: &'static str,
    pub state: CheckupState,
    pub found: String,
    /// The sentence that says what to do; empty if all is well.
    pub advice: String,
}

/// The urgency of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckupState {
    Good,
    /// Something that should be looked at.
    Look,
    /// Something that loses data, or keeps people out.
    Bad,
}

impl CheckupState {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            CheckupState::Good => "good",
            CheckupState::Look => "look",
            CheckupState::Bad => "bad",
        }
    }
}

/// Free room below which changes will soon be refused, in bytes.
const ROOM_BYTES_MIN: u64 = 50 * 1024 * 1024;
/// Free room below which it is time to make some, in bytes.
const ROOM_BYTES_LOW: u64 = 500 * 1024 * 1024;
/// A write-ahead log above this size does not shrink by itself, in bytes. It is moved into the file at 32 MB.
const LOG_BYTES_USUAL: u64 = 100 * 1024 * 1024;

impl Checkup {
    /// Returns a result that needs nothing.
    pub fn good(what: &'static str, found: impl Into<String>) -> Checkup {
        Checkup {
            what,
            state: CheckupState::Good,
            found: found.into(),
            advice: String::new(),
        }
    }

    /// Returns a result that should be looked at.
    pub fn look(
        what: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Checkup {
        Checkup {
            state: CheckupState::Look,
            advice: advice.into(),
            ..Checkup::good(what, found)
        }
    }

    /// Returns a result that needs something now.
    pub fn bad(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Checkup {
        Checkup {
            state: CheckupState::Bad,
            ..Checkup::look(what, found, advice)
        }
    }

    /// Judges the free room of the disk, which must also take the next backup.
    pub fn of_room(free: u64, database: u64) -> Checkup {
        let found = format!("{} are free", Bytes(free));
        let advice =
            "Delete something on that disk, or move the database or the backups to another one.";
        match free {
            ..ROOM_BYTES_MIN => Checkup::bad("Free disk", found, advice),
            ROOM_BYTES_MIN..ROOM_BYTES_LOW => Checkup::look("Free disk", found, advice),
            _ if free < database => Checkup::look(
                "Free disk",
                format!("{found}, less than the next backup needs"),
                advice,
            ),
            _ => Checkup::good("Free disk", found),
        }
    }

    /// Judges the size of the write-ahead log.
    pub fn of_log(bytes: u64) -> Checkup {
        let found = Bytes(bytes).to_string();
        if bytes <= LOG_BYTES_USUAL {
            return Checkup::good("Write-ahead log", found);
        }
        Checkup::look(
            "Write-ahead log",
            found,
            "Another program holds the file open, such as Litestream or a shell of SQLite. A restart of QuartFeed without \
             it moves the log into the file.",
        )
    }

    /// Judges the age of the newest backup. `every` is the time between two, if the site makes any.
    pub fn of_backup(age: Option<Duration>, every: Option<Duration>) -> Checkup {
        let what = "Backups";
        let Some(every) = every else {
            let found = age.map_or_else(
                || "there is none".into(),
                |age| format!("the newest is {} old", in_words(age)),
            );
            let advice = "The site makes none by itself. Set every under [backup], or see that something else does.";
            return Checkup::look(what, found, advice);
        };
        match age {
            None => Checkup::look(
                what,
                "there is none yet",
                format!(
                    "A new site makes its first after {}. `quartfeed backup create` makes one now.",
                    in_words(every)
                ),
            ),
            Some(age) if age > 2 * every => Checkup::bad(
                what,
                format!("the newest is {} old", in_words(age)),
                "The log says why none could be made; `quartfeed backup create` tries it now.",
            ),
            Some(age) => Checkup::good(what, format!("the newest is {} old", in_words(age))),
        }
    }
}

/// Returns a time in its largest unit.
fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    let (count, unit) = match seconds {
        ..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    counted(count, unit)
}

#[cfg(test)]
mod tests;
