use super::{EventId, User};

/// Why a post of a stranger is in somebody's river: what friends, or oneself, did about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Via {
    /// The act that lifted the post to where it stands.
    pub newest: Act,
    /// The acts that are named: one's own first, then the newest.
    pub named: Vec<Act>,
    /// How many more people there are.
    pub more: u64,
}

/// A person's first act about a post.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Act {
    pub user: User,
    pub is_mine: bool,
    pub kind: ActKind,
    pub event: EventId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActKind {
    Comment,
    Like,
}

impl Via {
    const NAMED_MAX: usize = 2;

    /// From the first acts of the viewer and of friends, in any order; none without acts.
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
    pub fn name(self) -> &'static str {
        match self {
            ActKind::Comment => "comment",
            ActKind::Like => "like",
        }
    }
}
