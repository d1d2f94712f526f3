//! Idempotency keys: they prevent a form or request that is sent twice from taking effect twice.

use std::ops::Range;

use sha2::{Digest, Sha256};

/// The bits of a request's number that come from its text. The other forty bits come from the sent key.
const TEXT_BITS: i64 = 0xff_ffff;

/// The idempotency key of a form or an API request, reduced to a number. Something that is sent twice has the same
/// number twice. The number also depends on the path and the text, so that the same key with a changed text counts as
/// different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey(pub i64);

impl IdempotencyKey {
    /// Computes the number from the key in a form. Returns `None` if the form has no key.
    pub fn of_form(key: &str, path: &str, text: &str) -> Option<IdempotencyKey> {
        if key.is_empty() {
            return None;
        }
        let mut hash = Sha256::new();
        for part in [key, path, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut number = [0; 8];
        number.copy_from_slice(&hash.finalize()[..8]);
        Some(IdempotencyKey(i64::from_le_bytes(number)))
    }

    /// Computes the number from the `Idempotency-Key` of an API request. A client promises to use each key for one
    /// request only, so the number must show when a key is used again with another text: the upper bits come from key
    /// and path, the lower ones from the text as well.
    pub fn of_request(key: &str, path: &str, text: &str) -> Option<IdempotencyKey> {
        let whole = IdempotencyKey::of_form(key, path, text)?;
        let key = IdempotencyKey::of_form(key, path, "")?;
        Some(IdempotencyKey(
            key.of_same_key().start | whole.0 & TEXT_BITS,
        ))
    }

    /// Returns the numbers that requests with the same key and path can have.
    pub fn of_same_key(self) -> Range<i64> {
        let start = self.0 & !TEXT_BITS;
        start..start.saturating_add(TEXT_BITS + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_identical_form_has_the_same_number() {
        let one = IdempotencyKey::of_form("key", "/post", "hi");
        assert!(one.is_some() && one == IdempotencyKey::of_form("key", "/post", "hi"));
        for (key, path, text) in [
            ("kez", "/post", "hi"),
            ("key", "/pos", "thi"),
            ("key", "/post", "ho"),
        ] {
            assert_ne!(one, IdempotencyKey::of_form(key, path, text));
        }
        assert_eq!(IdempotencyKey::of_form("", "/post", "hi"), None);
    }

    #[test]
    fn a_reused_key_with_another_text_is_recognized() {
        let number = |key, text| IdempotencyKey::of_request(key, "/posts", text).expect("a key");
        let one = number("key", "hi");
        assert_eq!(one, number("key", "hi"));
        let other = number("key", "ho");
        assert_ne!(one, other);
        assert!(one.of_same_key().contains(&other.0));
        assert!(!one.of_same_key().contains(&number("kez", "hi").0));
        assert!(
            IdempotencyKey(i64::MAX)
                .of_same_key()
                .contains(&(i64::MAX - 1))
        );
        assert_eq!(IdempotencyKey::of_request("", "/posts", "hi"), None);
    }
}
