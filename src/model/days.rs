//! Calendar days, as spans of time in some time zone.

use super::Timestamp;

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DaySpan {
    pub begins: Timestamp,
    /// The beginning of the next day.
    pub ends: Timestamp,
}
