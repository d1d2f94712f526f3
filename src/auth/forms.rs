//! The origin of a form: the two checks that every request passes that changes something.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::model::Timestamp;

/// Length of an HMAC-SHA-256.
const TAG_BYTES: usize = 32;

/// The time for which a name of the doctor holds, in milliseconds.
const DOCTOR_MILLIS: i64 = 60_000;

/// Key of the site that makes and checks the hidden token of forms: an HMAC over the name of the browser.
pub struct FormKey(Hmac<Sha256>);

/// Token in a form of a page. It is masked with a new pad each time, so that compressing a page with text chosen by
/// an attacker does not reveal it (BREACH).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormToken(String);

impl FormKey {
    /// Creates a key.
    pub fn new(secret: &[u8]) -> FormKey {
        FormKey(Hmac::new_from_slice(secret).expect("HMAC takes keys of every length"))
    }

    /// Makes a token for a browser.
    pub fn token(&self, browser: &str) -> FormToken {
        let pad: [u8; TAG_BYTES] = rand::random();
        let tag: [u8; TAG_BYTES] = self.mac(browser).finalize().into_bytes().into();
        let masked = pad.iter().zip(tag).map(|(pad, tag)| pad ^ tag);
        let bytes: Vec<u8> = pad.iter().copied().chain(masked).collect();
        FormToken(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Returns whether the token was made for this browser. The comparison takes constant time. A missing token is
    /// never accepted.
    pub fn accepts(&self, token: &str, browser: &str) -> bool {
        let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(token) else {
            return false;
        };
        if bytes.len() != 2 * TAG_BYTES {
            return false;
        }
        let (pad, masked) = bytes.split_at(TAG_BYTES);
        let tag: Vec<u8> = pad
            .iter()
            .zip(masked)
            .map(|(pad, masked)| pad ^ masked)
            .collect();
        self.mac(browser).verify_slice(&tag).is_ok()
    }

    /// Computes the HMAC of a browser.
    fn mac(&self, browser: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(b"form\0");
        mac.update(browser.as_bytes());
        mac
    }
}

/// Returns the name under which `quartfeed doctor` asks the running site. It holds for a minute, and no browser has it.
pub fn doctors_name(now: Timestamp) -> String {
    format!("doctor {}", now.0 / DOCTOR_MILLIS)
}

impl FormToken {
    /// Returns an empty token for a fragment that many browsers share: each one fills in its own.
    pub fn empty() -> FormToken {
        FormToken(String::new())
    }

    /// Returns the token as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns whether the browser says that a request comes from this site (W3C Fetch Metadata; RFC 6454 §7). Other
/// clients say nothing, and then the token alone decides.
pub fn same_site(fetch_site: Option<&str>, origin: Option<&str>, own_origins: &[String]) -> bool {
    match (fetch_site, origin) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => own_origins
            .iter()
            .any(|own| own.eq_ignore_ascii_case(origin)),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_repeatedly_and_for_its_browser_only() {
        let key = FormKey::new(&[7; 32]);
        let (one, two) = (key.token("alice"), key.token("alice"));
        assert_ne!(one, two, "the mask is new each time");
        for token in [&one, &two, &one] {
            assert!(key.accepts(token.as_str(), "alice"));
            assert!(!key.accepts(token.as_str(), "bob"));
            assert!(!FormKey::new(&[8; 32]).accepts(token.as_str(), "alice"));
        }
    }

    #[test]
    fn a_missing_or_damaged_token_is_refused() {
        let key = FormKey::new(&[7; 32]);
        let token = key.token("");
        let cut = &token.as_str()[1..];
        for wrong in ["", "=", "AAAA", cut, &"A".repeat(86), &"é".repeat(43)] {
            assert!(!key.accepts(wrong, ""), "{wrong}");
        }
    }

    #[test]
    fn requests_from_other_sites_are_recognized() {
        let own = ["http://pi:5000".to_owned()];
        assert!(same_site(
            Some("same-origin"),
            Some("https://evil.example"),
            &own
        ));
        assert!(!same_site(Some("cross-site"), Some("http://pi:5000"), &own));
        assert!(!same_site(Some("same-site"), None, &own));
        assert!(same_site(None, Some("http://PI:5000"), &own));
        assert!(!same_site(None, Some("null"), &own));
        assert!(!same_site(None, Some("http://pi:5001"), &own));
        assert!(same_site(None, None, &own));
    }
}
