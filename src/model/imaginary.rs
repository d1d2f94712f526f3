//! Imaginary friends: feeds of other sites, shown to one person as somebody whom they follow.

use super::{DisplayName, Source, User};

/// An imaginary friend, for whoever imagines it.
#[derive(Debug, Clone)]
pub struct ImaginaryFriend {
    pub user: User,
    /// The feeds whose entries become its posts.
    pub sources: Vec<Source>,
}

impl ImaginaryFriend {
    /// The most imaginary friends of one person.
    pub const COUNT_MAX: usize = 20;
}

/// The name of an imaginary friend. It is not empty.
#[derive(Debug, Clone)]
pub struct FriendName(DisplayName);

impl FriendName {
    /// Parses a name.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn parse(text: &str) -> Result<FriendName, String> {
        let name = DisplayName::parse(text)?;
        if name.as_str().is_empty() {
            return Err("Enter a name.".into());
        }
        Ok(FriendName(name))
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
