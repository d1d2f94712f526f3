use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// What the sender of something that the door said nothing of waits for, at most.
const USUAL: Duration = Duration::from_secs(20);

/// Seconds after which it is worth trying again.
const RETRY_AFTER: u32 = 30;

/// Until when the sender of a request waits for its answer. What was not done by then is not done at all, because its
/// sender is told so.
#[derive(Debug, Clone, Copy)]
pub struct Patience(Instant);

impl Patience {
    /// In milliseconds from now, as far as the door says it.
    pub(crate) fn of(millis: Option<u64>) -> Patience {
        Patience(Instant::now() + millis.map_or(USUAL, Duration::from_millis))
    }

    pub(crate) fn until(self) -> Instant {
        self.0
    }

    /// # Errors
    /// `Busy` if nobody waits any more.
    pub(crate) fn check(self) -> Result<()> {
        if Instant::now() < self.0 {
            Ok(())
        } else {
            Err(Patience::over())
        }
    }

    /// What somebody is told for whom it was not done in time.
    pub(crate) fn over() -> Error {
        Error::Busy {
            retry_after: RETRY_AFTER,
        }
    }
}
