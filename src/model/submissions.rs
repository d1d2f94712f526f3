use std::ops::Range;

use sha2::{Digest, Sha256};

/// Of the number of a request with a key: forty bits tell a person's keys apart, twenty-four their texts.
const TEXT_BITS: i64 = 0xff_ffff;

/// A form as it was sent: the same one sent twice has the same number. Of the key that was drawn into it, of where it
/// goes and of what it says, so that other words behind the same key are another form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission(pub i64);

impl Submission {
    /// None if the form carries no key.
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

    /// Of a request of a program, which promises to use a key for one request only: so its number says whether other
    /// words came behind the same key. The upper bits are the key's, the lower ones those of the words.
    pub fn keyed(key: &str, path: &str, text: &str) -> Option<Submission> {
        let whole = Submission::of(key, path, text)?;
        let key = Submission::of(key, path, "")?;
        Some(Submission(key.of_same_key().start | whole.0 & TEXT_BITS))
    }

    /// The numbers of all requests with the same key.
    pub fn of_same_key(self) -> Range<i64> {
        let start = self.0 & !TEXT_BITS;
        start..start.saturating_add(TEXT_BITS + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_form_is_the_same_submission() {
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
    fn other_words_behind_the_same_key_are_told_from_another_key() {
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
