//! Usernames.

use super::{RESERVED_USERNAMES, UserId, folded, text};

/// A username as typed: 1 to 15 letters, digits and underscores. Names that differ only in case belong to one user. Those
/// of imaginary friends have a `~` and a number at the end, so that nobody can choose them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserName(String);

impl UserName {
    pub const CHARS_MAX: u32 = 15;
    /// The letters of a name that stand in the username of an imaginary friend.
    const IMAGINED_CHARS: usize = 10;

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

    /// Returns the username of an imaginary friend, from its name and the number of its row: `jo~12`.
    pub fn imagined(name: &str, id: UserId) -> UserName {
        let letters = folded(name);
        let letters = letters.chars().filter(char::is_ascii_alphanumeric);
        let beginning: String = letters.take(Self::IMAGINED_CHARS).collect();
        UserName(format!("{beginning}~{}", id.0))
    }

    /// Checks whether this is the name of an imaginary friend.
    pub fn is_imagined(&self) -> bool {
        self.0.contains('~')
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
        let Some((letters, number)) = text.split_once('~') else {
            return UserName::spelled(text).map_err(|_| ());
        };
        let is_imagined = letters.len() <= UserName::IMAGINED_CHARS
            && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && number
                .parse()
                .is_ok_and(|id: i64| id > 0 && id.to_string() == number);
        is_imagined.then(|| UserName(text.to_owned())).ok_or(())
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
        let imagined = UserName::imagined("J. Müller & 語 Sons", UserId(12));
        assert_eq!(imagined.as_str(), "jmullerson~12");
        assert_eq!(imagined.as_str().parse(), Ok(imagined.clone()));
        assert!(imagined.is_imagined() && UserName::parse("jo~12").is_err());
        for wrong in [
            "jo~",
            "jo~0",
            "jo~01",
            "j_o~1",
            "jo~1~2",
            "jo~-1",
            "jo~+1",
            "abcdefghijk~1",
        ] {
            assert!(wrong.parse::<UserName>().is_err(), "{wrong}");
        }
        // A name may be older than the list of reserved names.
        assert!("lists".parse::<UserName>().is_ok());
    }
}
