//! The clock, which only `main` and the tests build.

use std::sync::Arc;

use crate::model::Timestamp;

/// Source of the current time: the system's clock, or a test's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
