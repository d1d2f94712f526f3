//! Profiles: what users say about themselves, and the form that changes it.

use super::{Problems, User, UserName, characters, text};

/// The profile page of a user.
#[derive(Debug, Clone)]
pub struct Profile {
    pub user: User,
    pub bio: String,
    pub followers: u64,
    pub following: u64,
    /// True if followers need the user's permission.
    pub is_private: bool,
    /// True if the viewer may see the user's posts.
    pub is_readable: bool,
}

/// A display name of up to 50 characters, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// A self-description of up to 500 characters, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bio(String);

/// An e-mail address of up to 254 characters (RFC 5321 §4.5.3.1.3) with an `@` inside, which may be empty. It is not
/// checked further, because no mail is sent to it unless its owner asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

/// The profile form.
pub struct ProfileEdit {
    pub username: UserName,
    pub name: DisplayName,
    pub bio: Bio,
}

impl DisplayName {
    pub const CHARS_MAX: u32 = 50;

    /// Parses a name, which must have visible characters or be empty.
    pub fn parse(text: &str) -> Result<DisplayName, String> {
        let text = text::at_most(text::clean_line(text)?, Self::CHARS_MAX)?;
        if !text.is_empty() && !characters::can_be_seen(&text) {
            return Err("This name has no visible characters.".into());
        }
        Ok(DisplayName(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Bio {
    pub const CHARS_MAX: u32 = 500;

    /// Parses a text, which may be empty.
    pub fn parse(text: &str) -> Result<Bio, String> {
        text::at_most(text::clean(text)?, Self::CHARS_MAX).map(Bio)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    pub const CHARS_MAX: u32 = 254;

    /// Parses an address, which may be empty.
    pub fn parse(text: &str) -> Result<Email, String> {
        let text = text::at_most(text::clean_line(text)?, Self::CHARS_MAX)?;
        let inside = text
            .find('@')
            .is_some_and(|at| at > 0 && at + 1 < text.len());
        if text.is_empty() || (inside && !text.contains(char::is_whitespace)) {
            return Ok(Email(text));
        }
        Err("This is not a valid e-mail address. You may leave this field empty.".into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ProfileEdit {
    /// Parses the form.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(field: impl Fn(&str) -> &'f str) -> Result<ProfileEdit, Problems> {
        let mut problems = Problems::default();
        let username = problems.check("username", UserName::parse(field("username")));
        let name = problems.check("name", DisplayName::parse(field("name")));
        let bio = problems.check("bio", Bio::parse(field("bio")));
        match (username, name, bio) {
            (Some(username), Some(name), Some(bio)) => Ok(ProfileEdit {
                username,
                name,
                bio,
            }),
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_cannot_hide_or_reorder_text() {
        assert!(DisplayName::parse("Ann 👩‍👩‍👧 O’Neil").is_ok());
        for bad in [
            "a\u{202e}b",
            "a\u{200b}b",
            "a\nb",
            "a\u{2066}b",
            "\u{feff}ab",
        ] {
            assert!(DisplayName::parse(bad).is_err(), "{bad:?}");
        }
    }
}
