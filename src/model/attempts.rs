//! Attempts to sign in, to confirm a password or to register, as the rate limit counts them: by network and by name.

use std::net::IpAddr;

use sha2::{Digest, Sha256};

use super::Network;

/// One attempt to prove an identity, as the rate limit counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub counter: AddressCounter,
    /// The name that the attempt also counts against. `None` where nobody but the owner can make attempts: the name
    /// needs no protection there, and others cannot lock its owner out.
    pub name: Option<NameHash>,
}

/// The counter of an address. An address has one for passwords and one for registrations: taken names keep nobody behind
/// the same address from signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressCounter(String);

impl AddressCounter {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The SHA-256 of a username as typed, in lower case. The name itself is not stored, because people sometimes type
/// their password into the wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameHash(pub [u8; 32]);

impl Attempt {
    /// Creates an attempt with a password that counts against the address alone.
    pub fn from(client: IpAddr) -> Attempt {
        Attempt {
            counter: AddressCounter(Network::of_client(client).to_string()),
            name: None,
        }
    }

    /// Creates an attempt to register.
    pub fn to_register(client: IpAddr) -> Attempt {
        Attempt {
            counter: AddressCounter(format!("register {}", Network::of_client(client))),
            name: None,
        }
    }

    /// Counts the attempt against this username too, whether or not an account has it.
    pub fn at(self, username: &str) -> Attempt {
        let name = username.trim().to_lowercase();
        Attempt {
            name: Some(NameHash(Sha256::digest(name.as_bytes()).into())),
            ..self
        }
    }
}
