//! Where a form comes from: the two gates that every request that changes something passes.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const TAG_BYTES: usize = 32;

/// Makes and checks the hidden token of forms: an HMAC over what names the browser, under a key of the site.
pub struct FormKey(Hmac<Sha256>);

/// A token as it stands in a page. Masked with a new pad each time, so that a page that is compressed beside
/// chosen text does not give it away (BREACH).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormToken(String);

impl FormKey {
    pub fn new(secret: &[u8]) -> FormKey {
        FormKey(Hmac::new_from_slice(secret).expect("HMAC takes keys of every length"))
    }

    pub fn token(&self, browser: &str) -> FormToken {
        let pad: [u8; TAG_BYTES] = rand::random();
        let tag: [u8; TAG_BYTES] = self.mac(browser).finalize().into_bytes().into();
        let masked = pad.iter().zip(tag).map(|(pad, tag)| pad ^ tag);
        let bytes: Vec<u8> = pad.iter().copied().chain(masked).collect();
        FormToken(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Whether the token was made for this browser. Compared in constant time; a missing one never fits.
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

    fn mac(&self, browser: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(b"form\0");
        mac.update(browser.as_bytes());
        mac
    }
}

impl FormToken {
    /// For fragments that many browsers share: each fills in its own.
    pub fn to_be_filled_in() -> FormToken {
        FormToken(String::new())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a browser says of where a request comes from (W3C Fetch Metadata; RFC 6454 §7).
/// Other clients say nothing, and then the token alone decides.
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
    fn a_token_serves_its_own_browser_again_and_again() {
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
    fn what_is_missing_or_broken_is_no_token() {
        let key = FormKey::new(&[7; 32]);
        let token = key.token("");
        let cut = &token.as_str()[1..];
        for wrong in ["", "=", "AAAA", cut, &"A".repeat(86), &"é".repeat(43)] {
            assert!(!key.accepts(wrong, ""), "{wrong}");
        }
    }

    #[test]
    fn another_site_is_told_from_this_one() {
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
