//! Users, their profiles, and the forms for registration, profile and sign-in.

use super::{
    FeedId, HUES, Hue, ImageId, Initials, Password, PasswordRules, Problems, Timestamp, UserId,
    text,
};

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

/// A username as typed: 1 to 15 letters, digits and underscores. Names that differ only in case belong to one user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserName(String);

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

/// The registration form.
pub struct NewUser {
    pub username: UserName,
    pub password: Password,
    pub name: DisplayName,
    pub email: Email,
}

/// The profile form.
pub struct ProfileEdit {
    pub username: UserName,
    pub name: DisplayName,
    pub bio: Bio,
}

/// The sign-in form. Any password is accepted here, because it is only compared.
pub struct Credentials {
    pub username: String,
    pub password: Password,
}

/// Names that routes use or may use later, and names that could be mistaken for the site itself.
pub const RESERVED_USERNAMES: &[&str] = &[
    "about",
    "account",
    "admin",
    "administrator",
    "anonymous",
    "api",
    "assets",
    "avatar",
    "block",
    "blocks",
    "comment",
    "confirm",
    "device",
    "discussions",
    "docs",
    "everyone",
    "everything",
    "export",
    "favicon",
    "feed",
    "follow",
    "group",
    "groups",
    "health",
    "help",
    "home",
    "image",
    "images",
    "invitation",
    "invite",
    "join",
    "login",
    "logout",
    "me",
    "moderator",
    "mute",
    "notifications",
    "people",
    "post",
    "posts",
    "profile",
    "quartfeed",
    "register",
    "remove-follower",
    "requests",
    "reset",
    "robots",
    "root",
    "search",
    "security",
    "settings",
    "setup",
    "sse",
    "support",
    "system",
    "tag",
    "theme",
    "unblock",
    "unfollow",
    "unmute",
    "user",
    "users",
    "welcome",
];

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
        let words = self.shown_name().split_whitespace();
        let mut letters = words.filter_map(|word| word.chars().find_map(Initials::letter));
        let first = letters.next();
        let first = first.or_else(|| self.username.as_str().chars().find_map(Initials::letter));
        let last = letters.next_back();
        Initials(first.into_iter().chain(last).collect()).or_unknown()
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

impl UserName {
    pub const CHARS_MAX: u32 = 15;

    /// Parses a username.
    ///
    /// # Errors
    /// A sentence for the user if it is empty, too long or reserved, or contains a forbidden character.
    pub fn parse(text: &str) -> Result<UserName, String> {
        let text = text::at_most(text::not_empty(text.trim().to_owned())?, Self::CHARS_MAX)?;
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return Err("Use only the letters A to Z, digits and underscores.".into());
        }
        if RESERVED_USERNAMES
            .iter()
            .any(|reserved| reserved.eq_ignore_ascii_case(&text))
        {
            return Err("This name is kept for the site itself. Please choose another.".into());
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
        let parsed = UserName::parse(text).map_err(|_| ())?;
        if parsed.0 == text {
            Ok(parsed)
        } else {
            Err(())
        }
    }
}

impl DisplayName {
    pub const CHARS_MAX: u32 = 50;

    /// Parses a name, which must have visible characters or be empty.
    pub fn parse(text: &str) -> Result<DisplayName, String> {
        let text = text::at_most(text::clean_line(text)?, Self::CHARS_MAX)?;
        if !text.is_empty() && !text::can_be_seen(&text) {
            return Err("Nothing of this name can be seen.".into());
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
        Err("This is not an e-mail address; it may be left empty.".into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NewUser {
    /// Parses the form.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(
        field: impl Fn(&str) -> &'f str,
        rules: &PasswordRules<'_>,
    ) -> Result<NewUser, Problems> {
        let mut problems = Problems::default();
        let username = problems.check("username", UserName::parse(field("username")));
        let password = problems.check(
            "password",
            Password::parse(field("password"), field("username"), rules),
        );
        let name = problems.check("name", DisplayName::parse(field("name")));
        let email = problems.check("email", Email::parse(field("email")));
        match (username, password, name, email) {
            (Some(username), Some(password), Some(name), Some(email)) => Ok(NewUser {
                username,
                password,
                name,
                email,
            }),
            _ => Err(problems),
        }
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

impl Credentials {
    /// Parses the form.
    ///
    /// # Errors
    /// An empty field, or a password longer than any valid one.
    pub fn parse<'f>(field: impl Fn(&str) -> &'f str) -> Result<Credentials, Problems> {
        let mut problems = Problems::default();
        let username = problems.check(
            "username",
            text::not_empty(field("username").trim().to_owned()),
        );
        let password = problems.check("password", Password::given(field("password")));
        match (username, password) {
            (Some(username), Some(password)) => Ok(Credentials { username, password }),
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_has_its_letters_its_length_and_is_nobody_elses() {
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
    fn a_name_in_a_path_has_no_spaces_around_it() {
        assert!("alice".parse::<UserName>().is_ok());
        assert!(" alice".parse::<UserName>().is_err());
    }

    #[test]
    fn a_display_name_cannot_hide_or_turn_text() {
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

    #[test]
    fn every_wrong_field_is_named() {
        let filled = |name: &str| if name == "email" { "nobody" } else { "" };
        let Err(problems) = NewUser::parse(filled, &PasswordRules::LEAST) else {
            panic!("nothing was filled in");
        };
        let fields: Vec<_> = problems.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["username", "password", "email"]);
    }
}
