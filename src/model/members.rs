//! Members as admins see them.

use super::{Role, Timestamp, User};

/// A member as an admin sees them: without anything they wrote.
#[derive(Debug, Clone)]
pub struct MemberSummary {
    pub user: User,
    pub role: Role,
    pub is_suspended: bool,
    /// The time at which the account and all its data will be deleted. `None` if the member has not asked for that.
    pub leaves_at: Option<Timestamp>,
    /// The time of the last visit. `None` if there was none since visits have been recorded.
    pub seen_at: Option<Timestamp>,
    /// The number of their posts, without deleted ones.
    pub posts: u64,
    /// The storage that the member uses, in bytes: UTF-8 texts (posts with their earlier versions, comments, name, bio)
    /// and pictures in all sizes. Deleted texts do not count; deleted pictures count until their deletion can no longer
    /// be undone. Indexes and the event log do not count.
    pub bytes: u64,
}

impl MemberSummary {
    /// Returns the state of the account as one word.
    pub fn state(&self) -> &'static str {
        match (self.is_suspended, self.leaves_at) {
            (true, _) => "suspended",
            (false, Some(_)) => "leaving",
            (false, None) => "active",
        }
    }
}
