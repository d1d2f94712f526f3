//! Sessions of signed-in browsers and the tokens in their cookies.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{Role, SessionId, Timestamp, User, WarningId, Whereabouts};

/// A session of a signed-in browser, with its user.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    pub user: User,
    pub role: Role,
    pub life: Life,
    /// Time and place of the last password entry.
    pub fresh_at: Timestamp,
    pub fresh_in: Whereabouts,
    /// The time at which the browser gets its next token. `None` if it keeps this one.
    pub rotates_at: Option<Timestamp>,
    /// The state of the token that the request carried.
    pub token_state: TokenState,
    /// True if there is a [`Warning`] to display.
    pub has_warning: bool,
}

/// The times that decide when a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    pub persistent: bool,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// The state of a session token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// The token that is in use.
    Current,
    /// A new token that was sent to the browser and is used for the first time now.
    Pending,
    /// A token that was replaced at this time.
    Retired(Timestamp),
}

/// A session, as its owner sees it in the settings.
#[derive(Debug, Clone)]
pub struct SessionSeen {
    pub id: SessionId,
    pub life: Life,
    /// The browser and network of its last use.
    pub seen_in: Whereabouts,
}

/// A session that is about to be stored.
pub struct NewSession {
    pub token: TokenHash,
    pub persistent: bool,
    /// True if the session starts with a password entry, which then counts as recent.
    pub is_fresh: bool,
    pub whereabouts: Whereabouts,
}

/// A warning that an old token of a session was used again, so the cookie may have been stolen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub id: WarningId,
    pub browser: String,
}

/// The lifetimes of sessions: without use (`idle`) and in total (`most`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    pub idle: Duration,
    pub most: Duration,
    /// The lifetime without use, for "Stay signed in".
    /// The total lifetime, for "Stay signed in".
    pub persistent_idle: Duration,
    pub persistent_most: Duration,
}

/// The secret in a session cookie: 32 random bytes. Only the browser keeps it.
pub struct Token(String);

/// The SHA-256 of a token. The database stores nothing else of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

impl Life {
    /// Returns when the session ends unless it is used again.
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
    /// Creates a token from 256 random bits.
    pub fn random() -> Token {
        Token(BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// Wraps the text of a cookie. Only the database knows whether it is a valid token.
    pub fn given(text: &str) -> Token {
        Token(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the hash that the database knows the token by.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}
