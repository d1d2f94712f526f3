//! Access tokens: JSON Web Tokens (RFC 7519) in the compact form of RFC 7515 §7.1, with HS256 (RFC 7518 §3.2) as
//! the only algorithm. As RFC 8725 asks, the algorithm is never taken from the token (§3.1); issuer, audience and
//! type tell our tokens from others (§3.8, §3.9, §3.11); everything else is refused.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::model::{FamilyId, Role, Timestamp, TokenFault, User};

/// Length of a token; ours have some 500 bytes, names included.
const TOKEN_BYTES_MAX: usize = 4 * 1024;

/// Difference that two clocks may have, in seconds. Our own clock is the only one, but it may have been set back.
const LEEWAY_SECONDS: i64 = 5;

const ALGORITHM: &str = "HS256";
const AUDIENCE: &str = "quartfeed-api";
const KIND: &str = "access";

/// Key that signs access tokens.
pub struct Key {
    mac: Hmac<Sha256>,
    /// Identifier of the key, which does not reveal it.
    pub id: i64,
}

/// Claims of an access token. Names and role are for display: permissions are read from the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    /// Id of the user.
    pub sub: String,
    pub username: String,
    pub role: String,
    pub jti: String,
    /// Issue time in seconds since the Unix epoch, like the next two.
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    pub typ: String,
    /// True if the token was made with the password and not with a refresh token.
    pub fresh: bool,
    pub family: i64,
}

/// Header of a token.
#[derive(Deserialize)]
struct TokenHeader {
    alg: String,
    /// Extensions that must be understood (RFC 7515 §4.1.11). None is.
    crit: Option<serde_json::Value>,
}

/// Holder of a new token.
pub struct TokenSubject<'s> {
    pub user: &'s User,
    pub role: Role,
    pub family: FamilyId,
    pub fresh: bool,
}

impl Key {
    /// Creates a key and derives its identifier.
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

    /// Makes a token for the site called `issuer`. It is valid from `now` on for `ttl` seconds.
    pub fn issue(
        &self,
        issuer: &str,
        subject: &TokenSubject<'_>,
        now: Timestamp,
        ttl: u32,
    ) -> String {
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

    /// Signs claims.
    pub fn sign(&self, claims: &Claims) -> String {
        let encoded = |value: String| BASE64_URL_SAFE_NO_PAD.encode(value);
        let header = serde_json::json!({ "alg": ALGORITHM, "typ": "JWT" }).to_string();
        let claims = serde_json::json!(claims).to_string();
        let signed = format!("{}.{}", encoded(header), encoded(claims));
        let tag = self.tag(&signed).finalize().into_bytes();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
    }

    /// Returns the claims of a token if this key has signed it for this site and it is valid now.
    ///
    /// # Errors
    /// `Malformed` if it is not a token of our kind, `Signature` if another key or algorithm signed it or it was
    /// changed afterwards, `Expired` if its time is over.
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
        let header: TokenHeader = read(&decoded(header)?)?;
        if header.crit.is_some() {
            return Err(TokenFault::Malformed);
        }
        // The comparison takes constant time.
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

    /// Computes the signature.
    fn tag(&self, signed: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(signed.as_bytes());
        mac
    }
}

impl Claims {
    /// Returns when the token expires.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp(self.exp.saturating_mul(1_000))
    }
}

/// Decodes canonical base64url only: no padding, no other letters, no bits left over. A token has one spelling.
fn decoded(part: &str) -> Result<Vec<u8>, TokenFault> {
    BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenFault::Malformed)
}

/// Parses JSON. serde refuses a name that occurs twice (RFC 7519 §4 allows that).
fn read<'j, T: Deserialize<'j>>(json: &'j [u8]) -> Result<T, TokenFault> {
    serde_json::from_slice(json).map_err(|_| TokenFault::Malformed)
}

/// Returns whole seconds since the Unix epoch.
fn seconds(time: Timestamp) -> i64 {
    time.0.div_euclid(1_000)
}

#[cfg(test)]
mod tests;
