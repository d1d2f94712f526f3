use super::{EventId, User};

/// What one person is to another, as the first sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    Oneself,
    Following,
    NotFollowing,
}

/// A person in a list, and what they are to the viewer.
#[derive(Debug, Clone)]
pub struct RelatedUser {
    pub user: User,
    pub relationship: Relationship,
    /// The person's place in the list.
    pub position: EventId,
}
