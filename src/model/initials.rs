//! The coloured initials that are displayed for people without a picture.

use std::{fmt, str::FromStr};

/// The number of background colours.
pub const HUES: u8 = 12;

/// The number of a background colour, below [`HUES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hue(pub(super) u8);

/// One or two capital letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initials(String);

/// The initials of people without any letter in their names.
const UNKNOWN: &str = "?";

impl Hue {
    pub fn index(self) -> usize {
        self.0.into()
    }
}

impl fmt::Display for Hue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Hue {
    type Err = ();

    /// Accepts only the spelling that `Display` produces.
    fn from_str(text: &str) -> Result<Hue, ()> {
        let hue = text.parse().map(Hue).map_err(|_| ())?;
        if hue.0 < HUES && hue.to_string() == text {
            Ok(hue)
        } else {
            Err(())
        }
    }
}

impl Initials {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the first letters of the first and the last word of a name, or else the first letter of another name.
    pub(super) fn of(name: &str, otherwise: &str) -> Initials {
        let words = name.split_whitespace();
        let mut letters = words.filter_map(|word| word.chars().find_map(Initials::letter));
        let first = letters.next();
        let first = first.or_else(|| otherwise.chars().find_map(Initials::letter));
        let last = letters.next_back();
        Initials(first.into_iter().chain(last).collect()).or_unknown()
    }

    /// Returns the capital form of a letter or digit. Only the first character is used where the capital form has
    /// several.
    fn letter(c: char) -> Option<char> {
        c.to_uppercase()
            .next()
            .filter(|letter| letter.is_alphanumeric())
    }

    /// Replaces empty initials with a question mark.
    fn or_unknown(self) -> Initials {
        if self.0.is_empty() {
            Initials(UNKNOWN.to_owned())
        } else {
            self
        }
    }
}

impl FromStr for Initials {
    type Err = ();

    /// Accepts only initials that a user can have.
    fn from_str(text: &str) -> Result<Initials, ()> {
        let are_letters = text.chars().all(|c| Initials::letter(c) == Some(c));
        if text == UNKNOWN || are_letters && (1..=2).contains(&text.chars().count()) {
            Ok(Initials(text.to_owned()))
        } else {
            Err(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Timestamp, User, UserId, UserName};

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        for (username, name, expected) in [
            ("alice", "", "A"),
            ("_9", "", "9"),
            ("___", "", "?"),
            ("bob", "Robert Builder", "RB"),
            ("bob", "  ann-marie von der Höhe ", "AH"),
            ("bob", "élodie", "É"),
            ("bob", "ßeta ﬁve", "SF"),
            ("bob", "Анна К.", "АК"),
            ("bob", "👋 🎉", "B"),
            ("bob", "नमस्ते दुनिया", "नद"),
        ] {
            let user = User {
                id: UserId(-1),
                username: UserName::stored(username.to_owned()),
                name: name.to_owned(),
                created_at: Timestamp(0),
                avatar: None,
                feed: crate::model::FeedId(-1),
            };
            assert_eq!(user.initials().as_str(), expected, "{name}");
            assert_eq!(user.initials().as_str().parse(), Ok(user.initials()));
            assert_eq!(user.hue().to_string().parse(), Ok(user.hue()));
        }
        for wrong in ["", "ABC", "a", "<", "A<", "??", " A", "A\0", "👋"] {
            assert_eq!(wrong.parse::<Initials>(), Err(()), "{wrong:?}");
        }
        for wrong in ["12", "-1", "00", "+1", "", "x"] {
            assert_eq!(wrong.parse::<Hue>(), Err(()), "{wrong:?}");
        }
    }
}
