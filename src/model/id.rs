//! Row ids that cannot be mistaken for another table's.

use std::{fmt, str::FromStr};

use super::Timestamp;

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
id!(
    /// A comment. The same number as the event that told of it.
    CommentId
);

id!(
    /// A run of bytes that pictures are made of.
    BlobId
);
id!(
    /// An invitation.
    InvitationId
);
id!(
    /// A program that was signed in with a password, and all tokens that came of it.
    FamilyId
);
id!(
    /// A token that somebody made for a script.
    PersonalTokenId
);

id!(
    /// Something that a person is told until they have read it.
    WarningId
);

/// Ids that stand in addresses as plain numbers.
macro_rules! spelled_as_number {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ();

            /// Only the one spelling that `Display` gives is an id; everything else names nothing.
            fn from_str(text: &str) -> Result<$name, ()> {
                let id = text.parse().map($name).map_err(|_| ())?;
                if id.0 > 0 && id.to_string() == text {
                    Ok(id)
                } else {
                    Err(())
                }
            }
        }
    )+};
}

spelled_as_number!(
    CommentId,
    FamilyId,
    InvitationId,
    PersonalTokenId,
    SessionId,
    WarningId
);

/// A post. Its id is its address as well, so it must not be guessable from another's: 36 of its bits are random. The
/// 27 above them count slots of 16 seconds since 2020 (enough until 2088), so that posts of one evening lie side by
/// side in the file: with random bits alone every post dirtied a page of its own, which wears out a memory card.
/// People see it as thirteen letters and digits of Crockford's base 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PostId(pub i64);

/// A picture. Made and spelled as a post's id is, for the same reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageId(pub i64);

const CHARS: u32 = 13;
const RANDOM_BITS: u32 = 36;
const SLOT_BITS: u32 = 27;
const SLOT_MILLIS: i64 = 16_000;
/// 2020-01-01T00:00:00Z.
const SLOTS_BEGIN_MILLIS: i64 = 1_577_836_800_000;

/// Ids that are addresses.
macro_rules! spelled_in_base32 {
    ($($name:ident),+) => {$(
        impl $name {
            /// A new one, for what is made now.
            pub fn new(now: Timestamp) -> $name {
                $name(unguessable(now))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base32::encode(self.0, CHARS))
            }
        }

        impl FromStr for $name {
            type Err = ();

            /// Only the one spelling that `Display` gives is an id; everything else names nothing.
            fn from_str(text: &str) -> Result<$name, ()> {
                base32::decode(text, CHARS).map($name).ok_or(())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

spelled_in_base32!(ImageId, PostId);

fn unguessable(now: Timestamp) -> i64 {
    let slot = ((now.0 - SLOTS_BEGIN_MILLIS) / SLOT_MILLIS).max(0) & ((1 << SLOT_BITS) - 1);
    let random = rand::random::<i64>() & ((1 << RANDOM_BITS) - 1);
    slot << RANDOM_BITS | random
}

impl PostId {
    /// The permalink of a post that begins with these words, under the site's base; not percent-encoded.
    pub fn path(self, slug: &str) -> String {
        format!("/post/{self}/{slug}")
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
        for id in [
            PostId(0),
            PostId(i64::MAX),
            PostId::new(Timestamp(i64::MAX)),
        ] {
            assert_eq!(id.to_string().len(), 13);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn ids_of_one_evening_are_neighbours_and_no_clock_breaks_them() {
        let [one, two, later] =
            [0, 1_000, 3_600_000].map(|after| PostId::new(Timestamp(1_790_000_000_000 + after)));
        assert_eq!(one.0 >> RANDOM_BITS, two.0 >> RANDOM_BITS);
        assert!(later > one && one != two);
        for clock in [i64::MIN / 2, -1, 0, i64::MAX] {
            assert!(PostId::new(Timestamp(clock)).0 >= 0, "{clock}");
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
