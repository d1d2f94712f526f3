use super::{Role, Timestamp, User};

/// A person as an admin sees them: nothing of what they write.
#[derive(Debug, Clone)]
pub struct Member {
    pub user: User,
    pub role: Role,
    pub is_suspended: bool,
    /// When everything of theirs is deleted; none: they stay.
    pub leaves_at: Option<Timestamp>,
    /// None if they were never here, or not since this is noted.
    pub seen_at: Option<Timestamp>,
    /// Posts that are not deleted.
    pub posts: u64,
    /// What their texts take: posts with what they said before edits, comments, name and bio; bytes of UTF-8. And their
    /// pictures, in all sizes. What is deleted does not count, but for pictures as long as that can be taken back; and
    /// neither do indexes and the log.
    pub bytes: u64,
}

impl Member {
    /// Whether they are here, in a word.
    pub fn state(&self) -> &'static str {
        match (self.is_suspended, self.leaves_at) {
            (true, _) => "suspended",
            (false, Some(_)) => "leaving",
            (false, None) => "active",
        }
    }
}
