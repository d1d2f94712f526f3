//! Idempotency keys: they prevent a form or request that is sent twice from taking effect twice.

use std::ops::Range;

use sha2::{Digest, Sha256};

/// The bits of a number that come from the text of a program's request. The other forty bits come from its key.
const TEXT_BITS: i64 = 0xff_ffff;

/// The number of a submitted form. A form that is sent twice has the same number twice. It is computed from the key in
/// the form, the path and the text, so that a changed text with the same key counts as another form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission(pub i64);

impl Submission {
    /// Computes the number of a form. Returns `None` if it has no key.
    pub fn of(key: &str, path: &str, text: &str) -> Option<Submission> {
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
        Some(Submission(i64::from_le_bytes(number)))
    }

    /// Computes the number of an API request. A client promises to use each key for one request only, so the number
    /// must show when a key is used again with another text: the upper bits come from the key, the lower ones from path
    /// and text.
    pub fn keyed(key: &str, path: &str, text: &str) -> Option<Submission> {
        let whole = Submission::of(key, path, text)?;
        let key = Submission::of(key, path, "")?;
        Some(Submission(key.of_same_key().start | whole.0 & TEXT_BITS))
    }

    /// Returns the numbers of all requests with the same key.
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
        let one = Submission::of("key", "/post", "hi");
        assert!(one.is_some() && one == Submission::of("key", "/post", "hi"));
        for (key, path, text) in [
            ("kez", "/post", "hi"),
            ("key", "/pos", "thi"),
            ("key", "/post", "ho"),
        ] {
            assert_ne!(one, Submission::of(key, path, text));
        }
        assert_eq!(Submission::of("", "/post", "hi"), None);
    }

    #[test]
    fn a_reused_key_with_another_text_is_recognized() {
        let number = |key, text| Submission::keyed(key, "/posts", text).expect("a key");
        let one = number("key", "hi");
        assert_eq!(one, number("key", "hi"));
        let other = number("key", "ho");
        assert_ne!(one, other);
        assert!(one.of_same_key().contains(&other.0));
        assert!(!one.of_same_key().contains(&number("kez", "hi").0));
        assert!(Submission(i64::MAX).of_same_key().contains(&(i64::MAX - 1)));
        assert_eq!(Submission::keyed("", "/posts", "hi"), None);
    }
}
