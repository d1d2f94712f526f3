use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{Role, SessionId, Timestamp, User, WarningId, Whereabouts};

/// A signed-in browser and the person in front of it.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    pub user: User,
    pub role: Role,
    pub life: Life,
    /// When the password was given last, and where.
    pub fresh_at: Timestamp,
    pub fresh_in: Whereabouts,
    /// When the browser is to get its next token; none if it keeps this one.
    pub rotates_at: Option<Timestamp>,
    /// Which of its tokens the browser showed.
    pub shown: Shown,
    /// There is a [`Warning`] for the person.
    pub has_warning: bool,
}

/// How long there has been a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    pub persistent: bool,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// A token of a session, as the database knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The one it has.
    Current,
    /// One that was sent to the browser and is used for the first time now.
    Pending,
    /// One that was replaced then.
    Retired(Timestamp),
}

/// A session as its owner reads of it.
#[derive(Debug, Clone)]
pub struct SessionSeen {
    pub id: SessionId,
    pub life: Life,
    /// Where it was used last.
    pub seen_in: Whereabouts,
}

/// A session that is about to begin.
pub struct NewSession {
    pub token: TokenHash,
    pub persistent: bool,
    /// It begins with the password.
    pub is_fresh: bool,
    pub whereabouts: Whereabouts,
}

/// An old token of a session was used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub id: WarningId,
    pub browser: String,
}

/// How long a session lasts without use, and how long at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    pub idle: Duration,
    pub most: Duration,
    /// The same for "Stay signed in".
    pub persistent_idle: Duration,
    pub persistent_most: Duration,
}

/// What a browser shows to prove its session: 32 random bytes, kept by the browser alone.
pub struct Token(String);

/// SHA-256 of a token: all that the database knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

impl Life {
    /// When the session ends if it is not used again.
    pub fn expires_at(&self, lifetimes: &Lifetimes) -> Timestamp {
        let (idle, most) = if self.persistent {
            (lifetimes.persistent_idle, lifetimes.persistent_most)
        } else {
            (lifetimes.idle, lifetimes.most)
        };
        self.last_seen_at.plus(idle).min(self.created_at.plus(most))
    }
}

impl Token {
    pub fn random() -> Token {
        Token(BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// A token from a cookie; whether it is worth anything is for the database to say.
    pub fn given(text: &str) -> Token {
        Token(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}
