//! Row ids that cannot be mistaken for another table's.

use std::{fmt, str::FromStr};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
    };
}

id!(
    /// A person.
    UserId
);
id!(
    /// A place that posts are posted to.
    FeedId
);
id!(
    /// A signed-in browser.
    SessionId
);

/// A post: 63 random bits, so that no address can be guessed from another. People see it as thirteen
/// letters and digits of Crockford's base 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PostId(pub i64);

const POST_ID_CHARS: u32 = 13;

impl PostId {
    pub fn random() -> PostId {
        PostId(rand::random::<i64>() & i64::MAX)
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base32::encode(self.0, POST_ID_CHARS))
    }
}

impl FromStr for PostId {
    type Err = ();

    /// Only the one spelling that `Display` gives is an id; everything else names nothing.
    fn from_str(text: &str) -> Result<PostId, ()> {
        base32::decode(text, POST_ID_CHARS).map(PostId).ok_or(())
    }
}

impl serde::Serialize for PostId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Crockford's alphabet in lower case: no letter looks like a digit, and `u` is left out.
pub(super) mod base32 {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

    /// Exactly `chars` digits of a number that is not negative and fits.
    pub(in super::super) fn encode(number: i64, chars: u32) -> String {
        let digit = |n: u32| {
            let five_bits = (number >> (5 * n)) & 31;
            char::from(ALPHABET[usize::try_from(five_bits).unwrap_or_default()])
        };
        (0..chars).rev().map(digit).collect()
    }

    pub(in super::super) fn decode(text: &str, chars: u32) -> Option<i64> {
        if text.len() != usize::try_from(chars).ok()? {
            return None;
        }
        text.bytes().try_fold(0i64, |number, byte| {
            let digit = ALPHABET.iter().position(|&letter| letter == byte)?;
            number
                .checked_mul(32)?
                .checked_add(i64::try_from(digit).ok()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_id_reads_back_from_its_address() {
        for id in [PostId(0), PostId(i64::MAX), PostId::random()] {
            assert_eq!(id.to_string().len(), 13);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn only_one_spelling_names_a_post() {
        let id = PostId(0x0123_4567_89ab_cdef);
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        let wrong = [
            text.to_uppercase(),
            format!("{text}0"),
            text[1..].to_owned(),
            "z".repeat(13), // more than 63 bits
            "é".repeat(6) + "0",
            String::new(),
            "-".repeat(13),
        ];
        for wrong in wrong {
            assert_eq!(wrong.parse::<PostId>(), Err(()), "{wrong:?}");
        }
    }
}
