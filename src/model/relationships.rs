//! Relationships between a viewer and another user.

use super::{Timestamp, User};

/// The relationship of a viewer to another user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    /// The user is the viewer.
    Oneself,
    Following,
    /// The viewer has asked to follow and has no answer yet.
    Requested,
    NotFollowing,
}

/// Other facts about a viewer and a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    pub is_muted: bool,
    pub follows_viewer: bool,
}

/// A user in a list, with the viewer's relationship to them.
#[derive(Debug, Clone)]
pub struct RelatedUser {
    pub user: User,
    pub relationship: Relationship,
    /// The position in the list, for paging.
    pub position: i64,
}

/// A person on the other side of a relationship, in the download of a member.
#[derive(Debug, Clone)]
pub struct Tied {
    pub user: User,
    /// `None` for mutes and blocks, whose time is not kept.
    pub since: Option<Timestamp>,
}
