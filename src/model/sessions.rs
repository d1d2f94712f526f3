use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{Role, SessionId, Timestamp, User};

/// A signed-in browser and the person in front of it.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    pub user: User,
    pub role: Role,
    pub persistent: bool,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
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

impl Session {
    /// When the session ends if it is not used again.
    pub fn expires_at(&self, lifetimes: &Lifetimes) -> Timestamp {
        lifetimes.end(self.persistent, self.created_at, self.last_seen_at)
    }
}

impl Lifetimes {
    /// When such a session ends if it is not used again.
    pub fn end(
        &self,
        persistent: bool,
        created_at: Timestamp,
        last_seen_at: Timestamp,
    ) -> Timestamp {
        let (idle, most) = if persistent {
            (self.persistent_idle, self.persistent_most)
        } else {
            (self.idle, self.most)
        };
        last_seen_at.plus(idle).min(created_at.plus(most))
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
