//! Row ids, one type per table, so that the id of one table cannot be used for another.

use std::{fmt, str::FromStr};

use super::{EventId, Timestamp};

/// Declares the row ids, and `with_row_ids`, a macro that calls another macro with the names of all of them.
/// `$d` is a dollar sign, which the declaration of the inner macro needs.
macro_rules! ids {
    ($d:tt $($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
            #[serde(transparent)]
            pub struct $name(pub i64);
        )+

        /// Calls a macro with the names of all row ids, so that the store need not list them again.
        macro_rules! with_row_ids {
            ($d apply:ident) => { $d apply!($($name,)+ PostId, ImageId); };
        }
    };
}

ids!(
    $
    /// A user.
    UserId,
    /// A feed, which posts are published in.
    FeedId,
    /// A session of a signed-in browser.
    SessionId,
    /// A comment. It has the number of the event that announced it, or, if it was imported, a negative one.
    CommentId,
    /// A blob: the bytes of a rendition, stored once.
    BlobId,
    /// An invitation.
    InvitationId,
    /// A program that was signed in with a password, and with it all tokens that were issued to it.
    FamilyId,
    /// A personal token, which a member created for a script.
    PersonalTokenId,
    /// A list that a member has put together.
    ListId,
    /// A key in the address of a member's own feeds.
    FeedKeyId,
    /// An address at which a script posts.
    HookId,
    /// A search that a member keeps.
    SearchId,
    /// A feed of another site that is imported.
    SourceId,
    /// A warning that is displayed to a user until they confirm it.
    WarningId,
    /// An address to which new posts and comments are sent.
    WebhookId,
    /// Something that is sent to a webhook.
    DeliveryId,
);

pub(crate) use with_row_ids;

/// Implements `Display` and `FromStr` for ids that are plain numbers in addresses.
macro_rules! spelled_as_number {
    ($($name:ident),+ where $is_one:expr) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ();

            /// Accepts only the spelling that `Display` produces, so that each thing has one address.
            fn from_str(text: &str) -> Result<$name, ()> {
                let id = text.parse().map($name).map_err(|_| ())?;
                let is_one: fn(i64) -> bool = $is_one;
                if is_one(id.0) && id.to_string() == text {
                    Ok(id)
                } else {
                    Err(())
                }
            }
        }
    )+};
}

spelled_as_number!(
    DeliveryId,
    FamilyId,
    FeedKeyId,
    HookId,
    InvitationId,
    PersonalTokenId,
    SessionId,
    SearchId,
    SourceId,
    WarningId,
    WebhookId
    where |id| id > 0
);
// The numbers of imported comments are negative.
spelled_as_number!(CommentId where |id| id != 0 && id >= EventId::imported(Timestamp(0)).0);

/// A post. The id is also the address, so it must not be guessable from another id: 36 of its bits are random. The 27
/// bits above them count slots of 16 seconds since 2020 (enough until 2088), so that posts of one evening are stored
/// next to each other. With random bits alone every new post would change a database page of its own, which wears out
/// memory cards. The id is displayed as thirteen letters and digits in Crockford's base 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PostId(pub i64);

/// A picture. Its ids are made and spelled like those of [`PostId`], for the same reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageId(pub i64);

const CHARS: u32 = 13;
const RANDOM_BITS: u32 = 36;
const SLOT_BITS: u32 = 27;
const SLOT_MILLIS: i64 = 16_000;
/// 2020-01-01T00:00:00Z.
const SLOTS_BEGIN_MILLIS: i64 = 1_577_836_800_000;

/// Implements creation, `Display` and `FromStr` for ids that are spelled in base 32.
macro_rules! spelled_in_base32 {
    ($($name:ident),+) => {$(
        impl $name {
            /// Creates an id for something that is made now.
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

            /// Accepts only the spelling that `Display` produces, so that each thing has one address.
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

/// Returns a number of the current slot and random bits; see [`PostId`].
fn unguessable(now: Timestamp) -> i64 {
    let slot = ((now.0 - SLOTS_BEGIN_MILLIS) / SLOT_MILLIS).max(0) & ((1 << SLOT_BITS) - 1);
    let random = rand::random::<i64>() & ((1 << RANDOM_BITS) - 1);
    slot << RANDOM_BITS | random
}

impl PostId {
    /// Returns the permalink with this slug, without the site's base and not percent-encoded.
    pub fn path(self, slug: &str) -> String {
        format!("/post/{self}/{slug}")
    }
}

/// Crockford's base 32 in lower case. It leaves out the letters that look like digits, and `u`.
pub(super) mod base32 {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

    /// Encodes a number, which must not be negative, as exactly `chars` digits. Higher bits are lost.
    pub(in super::super) fn encode(number: i64, chars: u32) -> String {
        let digit = |n: u32| {
            let five_bits = (number >> (5 * n)) & 31;
            char::from(ALPHABET[usize::try_from(five_bits).unwrap_or_default()])
        };
        (0..chars).rev().map(digit).collect()
    }

    /// Decodes exactly `chars` digits. Returns `None` for other lengths, other characters and numbers over 63 bits.
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
    fn a_post_id_round_trips_through_its_address() {
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
    fn ids_of_one_evening_are_close_and_any_clock_gives_valid_ids() {
        let [one, two, later] =
            [0, 1_000, 3_600_000].map(|after| PostId::new(Timestamp(1_790_000_000_000 + after)));
        assert_eq!(one.0 >> RANDOM_BITS, two.0 >> RANDOM_BITS);
        assert!(later > one && one != two);
        for clock in [i64::MIN / 2, -1, 0, i64::MAX] {
            assert!(PostId::new(Timestamp(clock)).0 >= 0, "{clock}");
        }
    }

    #[test]
    fn a_post_id_has_only_one_spelling() {
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
