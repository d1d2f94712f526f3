//! Keys in the addresses of a person's own feeds.

use std::str::FromStr;

use super::{FeedKeyId, Timestamp};

/// The kind of feeds that a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedPurpose {
    Home,
    /// Everything, people, groups and tags.
    Everything,
    Lists,
    Searches,
    Directs,
}

/// A key that a person made.
#[derive(Debug, Clone)]
pub struct FeedKey {
    pub id: FeedKeyId,
    pub purpose: FeedPurpose,
    pub created_at: Timestamp,
    /// The last use, to a day; `None` if it was never used.
    pub last_used_at: Option<Timestamp>,
}

impl FeedKey {
    /// The most keys of one person.
    pub const COUNT_MAX: usize = 20;
}

impl FeedPurpose {
    pub const ALL: [FeedPurpose; 5] = [
        FeedPurpose::Home,
        FeedPurpose::Everything,
        FeedPurpose::Lists,
        FeedPurpose::Searches,
        FeedPurpose::Directs,
    ];

    /// Returns the name in forms and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            FeedPurpose::Home => "home",
            FeedPurpose::Everything => "everything",
            FeedPurpose::Lists => "lists",
            FeedPurpose::Searches => "searches",
            FeedPurpose::Directs => "directs",
        }
    }

    /// Parses the choice in a form.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn parse(text: &str) -> Result<FeedPurpose, String> {
        text.parse()
            .map_err(|()| "Choose what the address is for.".to_owned())
    }
}

impl FromStr for FeedPurpose {
    type Err = ();

    fn from_str(text: &str) -> Result<FeedPurpose, ()> {
        let mut all = FeedPurpose::ALL.into_iter();
        all.find(|purpose| purpose.name() == text).ok_or(())
    }
}
