use super::{EventId, User};

/// Who likes a post, as one viewer is told: `A, B, C and 7 other people liked this`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Likes {
    pub count: u64,
    /// The viewer is among them, and then the first of those who are named.
    pub is_mine: bool,
    /// Those who are named; the rest is only counted.
    pub named: Vec<User>,
}

/// Somebody who likes a post, and what they are to the viewer.
#[derive(Debug, Clone)]
pub struct Liker {
    pub user: User,
    pub since: EventId,
    pub standing: Standing,
}

/// What a person is to a viewer, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Oneself,
    Friend,
    Other,
}

impl Likes {
    /// Up to so many are all named.
    pub const NAMED_MAX: usize = 4;
    /// Of more than that, only so many.
    const NAMED_OF_MANY: usize = 3;

    /// `likers` holds at least those who will be named; `count` is how many there are in all.
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

    /// Everybody is named.
    pub fn unfold(likers: Vec<Liker>) -> Likes {
        Likes::naming(likers.len() as u64, likers, usize::MAX)
    }

    /// How many are not named.
    pub fn others(&self) -> u64 {
        self.count - self.named.len() as u64
    }

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
