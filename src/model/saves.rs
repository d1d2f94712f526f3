//! Posts that a member saved.

use super::{PostAddress, Timestamp};

/// A saved post in the download of the member who saved it.
#[derive(Debug, Clone)]
pub struct SavedPost {
    pub place: PostAddress,
    pub saved_at: Timestamp,
}
