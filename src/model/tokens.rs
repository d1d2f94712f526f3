//! Tokens of the API: access tokens, refresh tokens and personal tokens.

use std::{fmt, str::FromStr, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{
    FamilyId, FeedKeyId, PersonalTokenId, Problems, SessionId, Timestamp, Token, TokenHash, text,
};

/// The credential that a request came with. Its streams are closed when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Holder {
    Session(SessionId),
    /// An access token, and all others of its family.
    Family(FamilyId),
    Personal(PersonalTokenId),
    /// A key in the address of a member's own feeds.
    FeedKey(FeedKeyId),
}

/// A bearer token as sent (RFC 6750 §2.1), before it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer {
    /// Possibly a JSON Web Token of ours.
    Access(String),
    /// A personal token, by its hash.
    Personal(TokenHash),
    /// Neither of these.
    Malformed,
}

/// The permissions of a personal token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// GET and HEAD only.
    Read,
    Write,
}

/// A token that a member created for a script. The site stores only its hash.
#[derive(Debug, Clone)]
pub struct PersonalToken {
    pub id: PersonalTokenId,
    pub name: String,
    pub scope: Scope,
    /// `None` if it is valid until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// Recorded every five minutes at most.
    pub last_used_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// The form that creates a personal token.
#[derive(Debug)]
pub struct NewToken {
    pub name: TokenName,
    pub scope: Scope,
    pub lifetime: Option<Duration>,
}

/// The owner's name for a token or for an address of a script; 1 to 50 characters.
#[derive(Debug)]
pub struct TokenName(String);

/// A program that was signed in with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    pub id: FamilyId,
    pub refreshed_at: Timestamp,
    pub created_at: Timestamp,
}

/// The token that a program exchanges for a new access token. Programs treat it as opaque. It consists of two random
/// halves: the series, which a family keeps for life, and the turn, which changes with each exchange. One row therefore
/// recognizes all earlier tokens of a family without storing them: they have the right series and another turn.
pub struct RefreshToken {
    text: String,
}

/// The reasons why a token is refused. The texts are part of the API contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    Expired,
    Signature,
    Revoked,
    Malformed,
}

impl Bearer {
    /// The length of what [`Token::random`] makes: 32 bytes in base64url.
    const SECRET_CHARS: usize = 43;
    const PREFIX: &str = "qf_";

    /// Classifies the text that follows `Authorization: Bearer`.
    pub fn parse(text: &str) -> Bearer {
        match text.strip_prefix(Bearer::PREFIX) {
            Some(secret) if secret.len() == Bearer::SECRET_CHARS && is_base64url(secret) => {
                Bearer::Personal(Token::given(text).hash())
            }
            Some(_) => Bearer::Malformed,
            None if text.is_empty() => Bearer::Malformed,
            None => Bearer::Access(text.to_owned()),
        }
    }

    /// Creates a personal token.
    pub fn random() -> Token {
        Token::given(&format!("{}{}", Bearer::PREFIX, Token::random().as_str()))
    }
}

impl Scope {
    pub const ALL: [Scope; 2] = [Scope::Read, Scope::Write];

    /// Returns the name in forms, in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Write => "write",
        }
    }
}

impl FromStr for Scope {
    type Err = ();

    fn from_str(text: &str) -> Result<Scope, ()> {
        let found = Scope::ALL.into_iter().find(|scope| scope.name() == text);
        found.ok_or(())
    }
}

impl NewToken {
    /// The lifetimes on offer, in days. 0 means until the token is revoked.
    pub const DAYS: [u32; 4] = [30, 90, 365, 0];

    /// Parses the form.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(field: impl Fn(&str) -> &'f str) -> Result<NewToken, Problems> {
        let mut problems = Problems::default();
        let name = problems.check("name", TokenName::parse(field("name")));
        let scope = field("scope").parse();
        let scope = problems.check(
            "scope",
            scope.map_err(|()| "Choose what the token may be used for.".to_owned()),
        );
        let days = field("days").parse().ok();
        let days = days.filter(|days| NewToken::DAYS.contains(days));
        let days = problems.check(
            "days",
            days.ok_or_else(|| "Choose how long the token is valid.".to_owned()),
        );
        match (name, scope, days) {
            (Some(name), Some(scope), Some(days)) => Ok(NewToken {
                name,
                scope,
                lifetime: (days > 0).then(|| Duration::from_hours(24 * u64::from(days))),
            }),
            _ => Err(problems),
        }
    }
}

impl TokenName {
    pub const CHARS_MAX: u32 = 50;

    /// Parses the name.
    ///
    /// # Errors
    /// A sentence for the owner.
    pub fn parse(text: &str) -> Result<TokenName, String> {
        let text = text::not_empty(text::clean_line(text)?)?;
        text::at_most(text, Self::CHARS_MAX).map(TokenName)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RefreshToken {
    /// The halves have whole groups of three bytes, so that each is valid base64url by itself: 144 and 192 random bits.
    const SERIES_BYTES: usize = 18;
    const TURN_BYTES: usize = 24;
    const SERIES_CHARS: usize = 24;
    const CHARS: usize = 56;

    /// Creates the first token of a family.
    pub fn random() -> RefreshToken {
        let series = rand::random::<[u8; RefreshToken::SERIES_BYTES]>();
        RefreshToken::of(&BASE64_URL_SAFE_NO_PAD.encode(series))
    }

    /// Creates the next token of the same family.
    pub fn next(&self) -> RefreshToken {
        RefreshToken::of(self.series())
    }

    /// Parses a token. Returns `None` if it does not have the form of one.
    pub fn parse(text: &str) -> Option<RefreshToken> {
        let fits = text.len() == RefreshToken::CHARS && is_base64url(text);
        fits.then(|| RefreshToken { text: text.into() })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the hash of the whole token.
    pub fn hash(&self) -> TokenHash {
        Token::given(&self.text).hash()
    }

    /// Returns the hash of the series, which all tokens of a family share.
    pub fn series_hash(&self) -> TokenHash {
        Token::given(self.series()).hash()
    }

    /// Creates a token with this series and a random turn.
    fn of(series: &str) -> RefreshToken {
        let turn = rand::random::<[u8; RefreshToken::TURN_BYTES]>();
        RefreshToken {
            text: format!("{series}{}", BASE64_URL_SAFE_NO_PAD.encode(turn)),
        }
    }

    fn series(&self) -> &str {
        &self.text[..RefreshToken::SERIES_CHARS]
    }
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TokenFault::Expired => "Token has expired",
            TokenFault::Signature => "Signature verification failed",
            TokenFault::Revoked => "Token has been revoked",
            TokenFault::Malformed => "Malformed token",
        })
    }
}

fn is_base64url(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_recognized_by_its_form() {
        let token = Bearer::random();
        assert_eq!(
            Bearer::parse(token.as_str()),
            Bearer::Personal(token.hash())
        );
        for wrong in ["", "qf_", "qf_x", &format!("{}A", token.as_str()), "qf_é"] {
            assert_eq!(Bearer::parse(wrong), Bearer::Malformed, "{wrong}");
        }
        let access = Bearer::parse("a.b.c");
        assert_eq!(access, Bearer::Access("a.b.c".into()));
    }

    #[test]
    fn all_refresh_tokens_of_a_family_share_its_series() {
        let first = RefreshToken::random();
        let next = RefreshToken::parse(first.next().as_str()).expect("one of ours");
        assert_eq!(first.series_hash(), next.series_hash());
        assert_ne!(first.hash(), next.hash());
        assert_ne!(
            first.series_hash(),
            RefreshToken::random().series_hash(),
            "another family"
        );
        for wrong in ["", "x", &format!("{}A", first.as_str()), &"é".repeat(28)] {
            assert!(RefreshToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn an_invalid_token_form_has_a_problem_for_each_field() {
        let Err(problems) = NewToken::parse(|_| "") else {
            panic!("nothing was filled in");
        };
        let fields: Vec<_> = problems.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name", "scope", "days"]);
        let typed = |field: &str| match field {
            "name" => " backup ",
            "scope" => "read",
            _ => "30",
        };
        let token = NewToken::parse(typed).expect("all is there");
        assert_eq!(
            (token.name.as_str(), token.scope, token.lifetime),
            ("backup", Scope::Read, Some(Duration::from_hours(720)))
        );
    }
}
