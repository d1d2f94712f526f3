use std::sync::Arc;

use crate::model::Timestamp;

/// Where "now" comes from: the system's clock, or a test's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
