//! Access tokens: JSON Web Tokens (RFC 7519) in the compact form of RFC 7515 §7.1, with the one algorithm HS256
//! (RFC 7518 §3.2), read as RFC 8725 asks: the algorithm is ours to say and never the token's (§3.1), what is ours is
//! told from what is not by issuer, audience and type (§3.8, §3.9, §3.11), and everything else is refused.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::model::{FamilyId, Role, Timestamp, TokenFault, User};

/// Ours have some 500 bytes, names included.
const TOKEN_BYTES_MAX: usize = 4 * 1024;

/// Two clocks may differ by so much, in seconds; ours is the only one, but it may have been set back.
const LEEWAY_SECONDS: i64 = 5;

const ALGORITHM: &str = "HS256";
const AUDIENCE: &str = "quartfeed-api";
const KIND: &str = "access";

/// What signs access tokens.
pub struct Key {
    mac: Hmac<Sha256>,
    /// Names the key without giving it away.
    pub id: i64,
}

/// What an access token says. Names and role are for those who show them: rights are read from the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    /// The user's id.
    pub sub: String,
    pub username: String,
    pub role: String,
    pub jti: String,
    /// Seconds since the Unix epoch, as the next two.
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    pub typ: String,
    /// It was made with the password, and not with a refresh token.
    pub fresh: bool,
    pub family: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions that must be understood (RFC 7515 §4.1.11): we understand none.
    crit: Option<serde_json::Value>,
}

/// For whom a token is made.
pub struct Subject<'s> {
    pub user: &'s User,
    pub role: Role,
    pub family: FamilyId,
    pub fresh: bool,
}

impl Key {
    pub fn new(secret: &[u8]) -> Key {
        let mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of every length");
        let mut naming = mac.clone();
        naming.update(b"the name of this key");
        let mut id = [0; 8];
        id.copy_from_slice(&naming.finalize().into_bytes()[..8]);
        Key {
            mac,
            id: i64::from_le_bytes(id),
        }
    }

    /// A token that is good from now on for so many seconds, at the site called `issuer`.
    pub fn issue(&self, issuer: &str, subject: &Subject<'_>, now: Timestamp, ttl: u32) -> String {
        let now = seconds(now);
        self.sign(&Claims {
            iss: issuer.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: subject.user.id.0.to_string(),
            username: subject.user.username.as_str().to_owned(),
            role: subject.role.name().to_owned(),
            jti: BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()),
            iat: now,
            nbf: now,
            exp: now + i64::from(ttl),
            typ: KIND.to_owned(),
            fresh: subject.fresh,
            family: subject.family.0,
        })
    }

    pub fn sign(&self, claims: &Claims) -> String {
        let encoded = |value: String| BASE64_URL_SAFE_NO_PAD.encode(value);
        let header = serde_json::json!({ "alg": ALGORITHM, "typ": "JWT" }).to_string();
        let claims = serde_json::json!(claims).to_string();
        let signed = format!("{}.{}", encoded(header), encoded(claims));
        let tag = self.tag(&signed).finalize().into_bytes();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
    }

    /// What a token says that this key has signed, for this site, and that is good now.
    ///
    /// # Errors
    /// `Malformed` if it is no token of the kind we make, `Signature` if another key or algorithm signed it or it was
    /// changed since, `Expired`.
    pub fn verify(&self, token: &str, issuer: &str, now: Timestamp) -> Result<Claims, TokenFault> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenFault::Malformed);
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, tag] = parts.as_slice() else {
            return Err(TokenFault::Malformed);
        };
        let signed = &token[..header.len() + 1 + claims.len()];
        let (tag, payload) = (decoded(tag)?, decoded(claims)?);
        let header: Header = read(&decoded(header)?)?;
        if header.crit.is_some() {
            return Err(TokenFault::Malformed);
        }
        // Compared in constant time.
        if header.alg != ALGORITHM || self.tag(signed).verify_slice(&tag).is_err() {
            return Err(TokenFault::Signature);
        }
        let claims: Claims = read(&payload)?;
        let is_ours = claims.iss == issuer && claims.aud == AUDIENCE && claims.typ == KIND;
        let now = seconds(now);
        let is_from_the_future = claims.nbf.max(claims.iat) > now + LEEWAY_SECONDS;
        if !is_ours || is_from_the_future {
            return Err(TokenFault::Malformed);
        }
        if claims.exp.saturating_add(LEEWAY_SECONDS) <= now {
            return Err(TokenFault::Expired);
        }
        Ok(claims)
    }

    fn tag(&self, signed: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(signed.as_bytes());
        mac
    }
}

impl Claims {
    pub fn expires_at(&self) -> Timestamp {
        Timestamp(self.exp.saturating_mul(1_000))
    }
}

/// Canonical base64url only: no padding, no other letters, no bits left over. One token has one spelling.
fn decoded(part: &str) -> Result<Vec<u8>, TokenFault> {
    BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenFault::Malformed)
}

/// A name that stands there twice is refused by serde (RFC 7519 §4 lets us).
fn read<'j, T: Deserialize<'j>>(json: &'j [u8]) -> Result<T, TokenFault> {
    serde_json::from_slice(json).map_err(|_| TokenFault::Malformed)
}

fn seconds(time: Timestamp) -> i64 {
    time.0.div_euclid(1_000)
}

#[cfg(test)]
mod tests;
