//! The deadline of a request, by which its work must be done.

use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// Time for a request for which the door gave none.
const DEFAULT_TIME: Duration = Duration::from_secs(20);

/// Seconds after which a client may try again.
const RETRY_AFTER: u32 = 30;

/// Time until which the sender of a request waits for its response. Work that was not done by then is not done at
/// all, because its sender is told so.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// Returns the deadline after the milliseconds that the door gave, counted from now.
    pub(crate) fn after(millis: Option<u64>) -> Deadline {
        Deadline(Instant::now() + millis.map_or(DEFAULT_TIME, Duration::from_millis))
    }

    /// Returns the deadline as a point in time.
    pub(crate) fn instant(self) -> Instant {
        self.0
    }

    /// Checks that the deadline has not passed.
    ///
    /// # Errors
    /// `Busy` if it has.
    pub(crate) fn check(self) -> Result<()> {
        if Instant::now() < self.0 {
            Ok(())
        } else {
            Err(Deadline::passed_error())
        }
    }

    /// Returns the error for work that was not done in time.
    pub(crate) fn passed_error() -> Error {
        Error::Busy {
            retry_after: RETRY_AFTER,
        }
    }
}
