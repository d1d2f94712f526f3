//! Passwords and the rules for new ones.

use super::{characters, text};

/// A password of 8 to 256 arbitrary characters, prepared for comparison (RFC 8265 §4.2.2): its letters are composed, and
/// all its spaces are U+0020. The type has no `Debug`, so that it cannot be logged by mistake.
pub struct Password {
    prepared: String,
    /// The characters as they were sent, if they are different. Older hashes were made of these.
    sent: Option<String>,
}

/// The requirements of a site for new passwords.
#[derive(Debug, Clone, Copy)]
pub struct PasswordRules<'a> {
    pub chars_min: u32,
    pub site_name: &'a str,
}

impl PasswordRules<'static> {
    /// The requirements that hold on every site.
    pub const LEAST: PasswordRules<'static> = PasswordRules {
        chars_min: 8,
        site_name: "",
    };
}

/// The common passwords, one per line, and comment lines that begin with `#`.
const COMMON: &str = include_str!("../../data/common-passwords.txt");

impl Password {
    pub const CHARS_MAX: u32 = 256;

    /// Parses a new password for the user of this name: long enough, and not one that is guessed first (OWASP ASVS 5.0,
    /// 6.2.4 and 6.2.11). Its composition is up to its owner (6.2.5). Every form that sets a password calls this.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn parse(
        text: &str,
        username: &str,
        rules: &PasswordRules<'_>,
    ) -> Result<Password, String> {
        let given = Password::given(text)?;
        if given.prepared.chars().count() < rules.chars_min as usize {
            return Err(format!(
                "Field must be at least {} characters long.",
                rules.chars_min
            ));
        }
        let refused = |why: &str| Err(format!("{why} Please choose another one."));
        if is_common(&given.prepared) {
            return refused("This password is too common.");
        }
        if is_like(&given.prepared, username) {
            return refused("This password is the same as your username.");
        }
        if is_like(&given.prepared, rules.site_name) {
            return refused("This password is the same as the name of this site.");
        }
        Ok(given)
    }

    /// Parses a password that is only compared. It is not trimmed, because spaces are significant.
    ///
    /// # Errors
    /// A sentence for the user if it is empty or too long.
    pub fn given(text: &str) -> Result<Password, String> {
        if text.is_empty() {
            return Err("This field is required.".into());
        }
        let sent = text::at_most(text.to_owned(), Self::CHARS_MAX)?;
        let prepared = prepared(&sent);
        let sent = (sent != prepared).then_some(sent);
        Ok(Password { prepared, sent })
    }

    /// Returns the bytes that a new hash is made of.
    pub fn as_bytes(&self) -> &[u8] {
        self.prepared.as_bytes()
    }

    /// Returns the bytes that an older hash may have been made of, if they are different.
    pub fn as_sent(&self) -> Option<&[u8]> {
        self.sent.as_deref().map(str::as_bytes)
    }
}

/// Prepares a password for comparison: `OpaqueString` of RFC 8265 §4.2.
fn prepared(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if characters::is_space(c) { ' ' } else { c })
        .collect();
    characters::composed(&spaced)
}

/// Checks the password against the list of common ones. Searching the list from its beginning takes microseconds, much
/// less than the hash that follows.
fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    common().any(|common| common == password)
}

/// Returns the common passwords, all in lower case.
fn common() -> impl Iterator<Item = &'static str> {
    COMMON.lines().filter(|line| !line.starts_with('#'))
}

/// Checks whether a password and a name are the same but for case and white space.
fn is_like(password: &str, name: &str) -> bool {
    let bare = |text: &str| {
        let seen = text.chars().filter(|c| !c.is_whitespace());
        seen.flat_map(char::to_lowercase).collect::<String>()
    };
    let name = bare(name);
    !name.is_empty() && bare(password) == name
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const RULES: PasswordRules<'_> = PasswordRules {
        chars_min: 8,
        site_name: "The Family Site",
    };

    fn refusal(text: &str) -> String {
        let parsed = Password::parse(text, "alice_liddell", &RULES);
        parsed.err().unwrap_or_default()
    }

    #[test]
    fn the_list_has_three_thousand_passwords_that_are_long_enough() {
        let all: HashSet<&str> = common().collect();
        assert_eq!((all.len(), common().count()), (3_000, 3_000));
        for password in all {
            assert!(password.len() >= 8 && password.is_ascii(), "{password}");
            assert_eq!(password, password.to_ascii_lowercase());
        }
    }

    #[test]
    fn a_common_password_is_refused_with_the_reason() {
        for common in [
            "password1",
            "PassWord1",
            "12345678",
            "qwertyuiop",
            "wonderful1",
        ] {
            assert!(refusal(common).contains("too common"), "{common}");
        }
        for username in ["alice_liddell", "Alice_Liddell", " ALICE_LIDDELL"] {
            assert!(refusal(username).contains("your username"), "{username}");
        }
        for site in ["The Family Site", "thefamilysite", "THE FAMILY SITE"] {
            assert!(refusal(site).contains("name of this site"), "{site}");
        }
    }

    #[test]
    fn any_other_password_is_accepted() {
        let long = "🐎".repeat(256);
        for good in [
            "correct horse",
            "correct horse battery",
            "        x",
            "        ",
            "aaaaaaab",
            "alice_liddell1",
            "пароль на двоих",
            &long,
        ] {
            assert_eq!(refusal(good), "", "{good}");
        }
    }

    #[test]
    fn password_length_is_counted_in_characters() {
        let short = "🐎".repeat(7);
        assert_eq!(refusal(&short), "Field must be at least 8 characters long.");
        let long = "🐎".repeat(257);
        assert_eq!(
            refusal(&long),
            "Field cannot be longer than 256 characters."
        );
        assert_eq!(refusal(""), "This field is required.");
    }

    #[test]
    fn a_password_is_the_same_however_it_is_encoded() {
        let prepared = |text| Password::given(text).ok().map(|password| password.prepared);
        let composed = "mañana über café 7";
        let decomposed = "man\u{303}ana u\u{308}ber cafe\u{301}\u{a0}7";
        assert_eq!(prepared(decomposed), prepared(composed));
        assert_ne!(prepared("ﬁ"), prepared("fi"));
        assert_ne!(prepared("A"), prepared("a"));
        let sent = |text| {
            Password::given(text)
                .ok()
                .and_then(|password| password.sent)
        };
        assert_eq!(sent(decomposed).as_deref(), Some(decomposed));
        assert_eq!(sent(composed), None);
    }
}
