//! The reasons why a post by a stranger is in somebody's river.

use super::{EventId, User};

/// The comments and likes by friends, or by the viewer, that brought a stranger's post into the viewer's river.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Via {
    /// The act that gave the post its current position.
    pub newest: Act,
    /// The acts that are named: the viewer's own first, then the newest.
    pub named: Vec<Act>,
    /// The number of other people who commented on the post or liked it.
    pub more: u64,
}

/// The first act of a person on a post.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Act {
    pub user: User,
    pub is_mine: bool,
    pub kind: ActKind,
    pub event: EventId,
}

/// The kinds of acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActKind {
    Comment,
    Like,
}

impl Via {
    const NAMED_MAX: usize = 2;

    /// Sums up the first acts of the viewer and of friends, in any order. Returns `None` if there are none.
    pub fn of(mut acts: Vec<Act>) -> Option<Via> {
        let newest = acts.iter().max_by_key(|act| act.event)?.clone();
        acts.sort_by_key(|act| (!act.is_mine, std::cmp::Reverse(act.event)));
        let more = acts.len().saturating_sub(Via::NAMED_MAX) as u64;
        acts.truncate(Via::NAMED_MAX);
        Some(Via {
            newest,
            named: acts,
            more,
        })
    }
}

impl ActKind {
    /// Returns the name on pages and in the API.
    pub fn name(self) -> &'static str {
        match self {
            ActKind::Comment => "comment",
            ActKind::Like => "like",
        }
    }
}
