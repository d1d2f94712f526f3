//! Usernames.

use super::{RESERVED_USERNAMES, text};

/// A username as typed: 1 to 15 letters, digits and underscores. Names that differ only in case belong to one user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserName(String);

impl UserName {
    pub const CHARS_MAX: u32 = 15;

    /// Parses a username.
    ///
    /// # Errors
    /// A sentence for the user if it is empty, too long or reserved, or contains a forbidden character.
    pub fn parse(text: &str) -> Result<UserName, String> {
        let name = UserName::spelled(text.trim())?;
        if is_reserved(&name.0) {
            return Err("This username is reserved. Please choose another one.".into());
        }
        Ok(name)
    }

    /// Parses a name that somebody may have already, although it was reserved later.
    fn spelled(text: &str) -> Result<UserName, String> {
        let text = text::at_most(text::not_empty(text.to_owned())?, Self::CHARS_MAX)?;
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return Err("Use only the letters A to Z, digits and underscores.".into());
        }
        Ok(UserName(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path of the user's profile, without the site's base.
    pub fn path(&self) -> String {
        format!("/user/{}", self.0)
    }

    /// Checks whether two names belong to one user: they may differ in case.
    pub fn is(&self, other: &UserName) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }

    /// Wraps a name from the database, which was parsed before it was stored.
    pub(crate) fn stored(text: String) -> UserName {
        UserName(text)
    }
}

/// Parses a username in a path. Fails for names that no user can have.
impl std::str::FromStr for UserName {
    type Err = ();

    fn from_str(text: &str) -> Result<UserName, ()> {
        UserName::spelled(text).map_err(|_| ())
    }
}

/// Checks whether nobody may choose a name, in whatever case it is written.
pub(super) fn is_reserved(name: &str) -> bool {
    let mut reserved = RESERVED_USERNAMES.iter();
    reserved.any(|reserved| reserved.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_short_ascii_and_not_reserved() {
        for good in ["a", "Alice_99", "ABCDEFGHIJKLMNO", "  alice  "] {
            assert!(UserName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "   ",
            "ABCDEFGHIJKLMNOP",
            "al ice",
            "älice",
            "a-b",
            "a/b",
            "Login",
            "API",
            "a\0b",
        ] {
            assert!(UserName::parse(bad).is_err(), "{bad:?}");
        }
        let too_long = UserName::parse("ABCDEFGHIJKLMNOP").expect_err("16 letters");
        assert_eq!(too_long, "Field cannot be longer than 15 characters.");
    }

    #[test]
    fn a_username_in_a_path_is_not_trimmed() {
        assert!("alice".parse::<UserName>().is_ok());
        assert!(" alice".parse::<UserName>().is_err());
        // A name may be older than the list of reserved names.
        assert!("lists".parse::<UserName>().is_ok());
    }
}
