use super::User;

/// What one person is to another, as the first sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    Oneself,
    Following,
    /// Asked to be let in, and not answered yet.
    Requested,
    NotFollowing,
}

/// What else lies between a viewer and a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    pub is_muted: bool,
    pub follows_viewer: bool,
}

/// A person in a list, and what they are to the viewer.
#[derive(Debug, Clone)]
pub struct RelatedUser {
    pub user: User,
    pub relationship: Relationship,
    /// The person's place in the list.
    pub position: i64,
}
