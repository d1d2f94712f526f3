use std::net::IpAddr;

use sha2::{Digest, Sha256};

use super::Network;

/// An attempt to prove who one is, as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub from: Network,
    /// Of whom; none if it is not held against the name, because nobody else could keep its owner waiting then.
    pub name: Option<NameHash>,
}

/// SHA-256 of a name as it was typed, without regard to case: people mistake the fields and type a password there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameHash(pub [u8; 32]);

impl Attempt {
    /// Held against the address alone.
    pub fn from(client: IpAddr) -> Attempt {
        Attempt {
            from: Network::of_client(client),
            name: None,
        }
    }

    /// Held against the name as well, whether anybody has it or not.
    pub fn at(self, username: &str) -> Attempt {
        let name = username.trim().to_lowercase();
        Attempt {
            name: Some(NameHash(Sha256::digest(name.as_bytes()).into())),
            ..self
        }
    }
}
