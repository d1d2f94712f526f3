//! Feeds: the places that posts are in and that people follow.

use super::{FeedId, UserId};

/// A place that posts are in and that people follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    pub id: FeedId,
    pub kind: FeedKind,
    /// True if only its owner and its followers read it.
    pub is_private: bool,
}

/// The kinds of feeds, which differ in who owns them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedKind {
    /// A person's own.
    Own(UserId),
    /// A group's, which its members follow.
    Group,
    /// A conversation's, which its participants follow.
    Direct,
}

impl Feed {
    /// Returns the person who owns the feed. Groups and conversations have no owner.
    pub fn owner(&self) -> Option<UserId> {
        match self.kind {
            FeedKind::Own(owner) => Some(owner),
            FeedKind::Group | FeedKind::Direct => None,
        }
    }
}
