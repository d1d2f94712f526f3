//! The program: the command line with the clock of the system.

use std::{
    process::ExitCode,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use quartfeed::{cli, model::Timestamp};

fn main() -> ExitCode {
    cli::run(Arc::new(now))
}

/// Reads the system's clock.
fn now() -> Timestamp {
    // A machine without a clock starts at the epoch; a clock set before it counts as the same.
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
