//! Events of the log: what happened, in order, and the ids that streams carry.

use std::{fmt, str::FromStr};

use super::{CommentId, EventKind, FeedId, PostId, Timestamp, UserId};

/// The number of an event in the log. It only grows, and it is the order of everything. Imported posts have negative
/// numbers, which are in no log ([`EventId::imported`]).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct EventId(pub i64);

/// The life of the log that an event belongs to, in letters and digits. A restored backup starts a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch(String);

/// An event's id as streams carry it, `E-N`: the epoch and the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRef {
    pub epoch: Epoch,
    pub id: EventId,
}

/// Something that happened, as recorded in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub kind: EventKind,
    pub actor: UserId,
    /// The author of the post; for an event about a feed, the person who owns it.
    pub author: Option<UserId>,
    /// A feed that the post is or was in; for a follow, the feed that is followed.
    pub feed: FeedId,
    pub post: Option<PostId>,
    pub comment: Option<CommentId>,
}

impl EventId {
    /// The number below all others.
    pub const LOWEST: EventId = EventId(-i64::MAX);

    /// The numbers that are free for imported posts of the same millisecond.
    pub const IMPORTED_PER_MILLI: i64 = 1 << 11;

    /// Returns the first number for an imported post of this time. Numbers of later times are larger, and all of them
    /// are negative. Scripts read them as numbers, which are exact up to 2^53.
    pub fn imported(written_at: Timestamp) -> EventId {
        const MILLIS_MAX: i64 = 1 << 42;
        let millis = written_at.0.clamp(0, MILLIS_MAX - 1);
        EventId((millis - MILLIS_MAX) * EventId::IMPORTED_PER_MILLI)
    }
}

impl Epoch {
    /// Makes up a new epoch.
    pub fn random() -> Epoch {
        Epoch(format!("{:08x}", rand::random::<u32>()))
    }

    /// Returns the letters and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id that streams carry for an event.
    pub fn at(&self, id: EventId) -> EventRef {
        EventRef {
            epoch: self.clone(),
            id,
        }
    }

    /// Takes an epoch from the database, where [`Epoch::random`] made it.
    pub(crate) fn stored(text: String) -> Epoch {
        Epoch(text)
    }
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch.0, self.id.0)
    }
}

impl FromStr for EventRef {
    type Err = ();

    fn from_str(text: &str) -> Result<EventRef, ()> {
        let (epoch, id) = text.split_once('-').ok_or(())?;
        let plain = !epoch.is_empty()
            && epoch.len() <= 16
            && epoch.bytes().all(|b| b.is_ascii_alphanumeric());
        let digits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        if !plain || !digits {
            return Err(());
        }
        let id = id.parse().map_err(|_| ())?;
        Ok(EventRef {
            epoch: Epoch(epoch.to_owned()),
            id: EventId(id),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imported_posts_are_in_the_order_of_their_dates_below_all_events() {
        let dates = [i64::MIN, 1, 1_160_000_000_000, 1_800_000_000_000, i64::MAX];
        let numbers = dates.map(|date| EventId::imported(Timestamp(date)).0);
        assert!(
            numbers.is_sorted_by(|one, other| one < other),
            "{numbers:?}"
        );
        assert!(numbers[0] >= -(1 << 53));
        assert!(numbers[4] + EventId::IMPORTED_PER_MILLI <= 0);
    }

    #[test]
    fn an_event_id_reads_back_as_streams_carry_it() {
        let at = Epoch::random().at(EventId(42));
        assert_eq!(at.to_string().parse(), Ok(at));
        for wrong in [
            "",
            "-",
            "a-",
            "-1",
            "a--1",
            "a-+1",
            "a-1 ",
            "é-1",
            "a-99999999999999999999",
            "12",
        ] {
            assert_eq!(wrong.parse::<EventRef>(), Err(()), "{wrong:?}");
        }
    }
}
