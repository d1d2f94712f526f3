//! Direct messages: conversations of a few people.

use std::str::FromStr;

use super::{Timestamp, User};

/// A change of who takes part in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Participation {
    /// The person who came or left.
    pub user: User,
    /// The name of the person who added them. `None` if they left.
    pub added_by: Option<String>,
    pub created_at: Timestamp,
}

/// The people from whom a member accepts new conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectsFrom {
    Everybody,
    /// The people whom the member follows.
    Followed,
    Nobody,
}

impl DirectsFrom {
    /// All choices, in the order of the form.
    pub const ALL: [DirectsFrom; 3] = [
        DirectsFrom::Everybody,
        DirectsFrom::Followed,
        DirectsFrom::Nobody,
    ];

    /// Returns the name in forms and in the database.
    pub fn name(self) -> &'static str {
        match self {
            DirectsFrom::Everybody => "everybody",
            DirectsFrom::Followed => "followed",
            DirectsFrom::Nobody => "nobody",
        }
    }
}

impl FromStr for DirectsFrom {
    type Err = ();

    fn from_str(text: &str) -> Result<DirectsFrom, ()> {
        let mut all = DirectsFrom::ALL.into_iter();
        all.find(|choice| choice.name() == text).ok_or(())
    }
}
