//! Spans of time, and waiting for a condition.

use std::time::{Duration, Instant};

/// The deadline of everything that a test waits for, however slow the machine is: pictures are encoded with a tenth of a
/// busy processor.
pub(crate) const DEADLINE: Duration = Duration::from_mins(3);

/// The pause between two looks, which leaves the processor to the thing that is waited for.
const INTERVAL: Duration = Duration::from_millis(1);

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// Waits for a condition, and panics if it does not hold before the deadline.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::park_timeout(INTERVAL);
    }
}
