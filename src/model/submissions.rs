use sha2::{Digest, Sha256};

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
}
