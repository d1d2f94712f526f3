//! Who can see a post, and why somebody sees it.

use super::{PostPlace, Timestamp, User, Via};

/// The people who can see a post, or could see one that is being written. The author is not counted.
#[derive(Debug, Clone)]
pub struct Readership {
    pub scope: ReaderScope,
    /// The number of people who are named in `people`, or would be if there were not so many.
    pub count: u64,
    /// For a public post, the people whose home pages get it; else everybody who sees it. By name.
    pub people: Vec<User>,
}

/// The kind of a readership, which decides what else may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReaderScope {
    /// Everybody here. The acts of people bring the post to their friends.
    Everybody,
    /// The members of private groups or the followers of a private person.
    Inside,
    /// The participants of a conversation, each of whom may add somebody.
    Conversation,
}

/// Why the viewer sees a post.
#[derive(Debug, Clone)]
pub struct Cause {
    /// True for the viewer's own post.
    pub is_mine: bool,
    /// The feeds by which the viewer sees it.
    pub feeds: Vec<FeedAccess>,
    /// The reason why it is in the viewer's river. `None`: see `is_at_home`.
    pub via: Option<Via>,
    pub is_at_home: bool,
}

/// A feed that a post is in, and what lets the viewer read it.
#[derive(Debug, Clone)]
pub struct FeedAccess {
    /// A person of a conversation is not named: the place is [`PostPlace::Own`] then.
    pub place: PostPlace,
    pub is_direct: bool,
    pub is_private: bool,
    /// Since when the viewer follows the feed or is a member. `None` for neither.
    pub followed_since: Option<Timestamp>,
}

impl Readership {
    /// The most people who are listed.
    pub const LISTED_MAX: usize = 500;
    /// The number of people who are named in a sentence, before the number of the others.
    pub const NAMED_MAX: usize = 2;
}
