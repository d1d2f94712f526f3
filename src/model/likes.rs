//! Likes of a post, and how they are summed up for one viewer.

use super::{CommentId, EventId, PostAddress, Timestamp, User};

/// The likes of a post for one viewer: `A, B, C and 7 other people liked this`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Likes {
    pub count: u64,
    /// True if the viewer likes the post. The viewer is then the first in `named`.
    pub is_mine: bool,
    /// The people who are named. The others are only counted.
    pub named: Vec<User>,
}

/// A person who likes a post, and their relationship to the viewer.
#[derive(Debug, Clone)]
pub struct Liker {
    pub user: User,
    pub since: EventId,
    pub standing: Standing,
}

/// The closeness of a person to the viewer, closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Oneself,
    Friend,
    Other,
}

/// A like of the member who downloads it.
#[derive(Debug, Clone)]
pub struct OwnLike {
    /// `None` if the like is older than the event log.
    pub since: Option<Timestamp>,
    /// The liked comment. `None` if the post itself is liked.
    pub comment: Option<CommentId>,
    pub place: PostAddress,
}

impl Likes {
    /// The largest number of likes that are all named.
    pub const NAMED_MAX: usize = 4;
    /// The number of people named if there are more than [`Likes::NAMED_MAX`].
    const NAMED_OF_MANY: usize = 3;

    /// Names the closest and newest likers. `likers` must contain at least those; `count` is the number of all likes.
    pub fn fold(count: u64, likers: Vec<Liker>) -> Likes {
        let few = count <= Likes::NAMED_MAX as u64;
        Likes::naming(
            count,
            likers,
            if few {
                Likes::NAMED_MAX
            } else {
                Likes::NAMED_OF_MANY
            },
        )
    }

    /// Names all likers.
    pub fn unfold(likers: Vec<Liker>) -> Likes {
        Likes::naming(likers.len() as u64, likers, usize::MAX)
    }

    /// Returns how many people are not named.
    pub fn others(&self) -> u64 {
        self.count - self.named.len() as u64
    }

    /// Sorts the likers, closest and newest first, and names the first `named_max`.
    fn naming(count: u64, mut likers: Vec<Liker>, named_max: usize) -> Likes {
        likers.sort_by_key(|liker| (liker.standing, std::cmp::Reverse(liker.since)));
        let is_mine = likers
            .first()
            .is_some_and(|liker| liker.standing == Standing::Oneself);
        likers.truncate(named_max);
        Likes {
            count,
            is_mine,
            named: likers.into_iter().map(|liker| liker.user).collect(),
        }
    }
}
