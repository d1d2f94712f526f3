//! Users, as they appear next to everything they do.

use super::{FeedId, HUES, Hue, ImageId, Initials, Timestamp, UserId, UserName};

/// A user, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct User {
    pub id: UserId,
    pub username: UserName,
    /// The display name. Empty if none was given.
    pub name: String,
    pub created_at: Timestamp,
    /// The profile picture, if there is one.
    pub avatar: Option<ImageId>,
    /// The feed that the user owns.
    pub feed: FeedId,
}

impl User {
    /// Returns the display name, or else the username.
    pub fn shown_name(&self) -> &str {
        if self.name.is_empty() {
            self.username.as_str()
        } else {
            &self.name
        }
    }

    /// Returns the initials that are displayed without a picture: the first letters of the first and the last word.
    pub fn initials(&self) -> Initials {
        Initials::of(self.shown_name(), self.username.as_str())
    }

    /// Returns the background colour of the initials, one of [`HUES`].
    pub fn hue(&self) -> Hue {
        Hue(u8::try_from(self.id.0.rem_euclid(HUES.into())).unwrap_or_default())
    }

    /// Returns the path of the profile, without the site's base.
    pub fn path(&self) -> String {
        self.username.path()
    }
}
