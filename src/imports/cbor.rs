//! DAG-CBOR, the form of CBOR that repositories of Bluesky are written in (<https://ipld.io/specs/codecs/dag-cbor/spec/>).
//!
//! This is our own reader because the form is small: lengths stand before everything, keys are texts, and the only tag is
//! that of a link. `serde_ipld_dagcbor` would bring ten more crates for it.

use std::collections::BTreeMap;

/// The most levels of a value.
const DEPTH_MAX: u32 = 32;

/// The tag of a link, whose bytes begin with a zero.
const LINK_TAG: u64 = 42;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CborValue {
    Number(i64),
    Bytes(Vec<u8>),
    Text(String),
    List(Vec<CborValue>),
    Map(BTreeMap<String, CborValue>),
    /// The bytes of the CID of another block.
    Link(Vec<u8>),
    /// True, false, nothing, or a fraction.
    Other,
}

/// The value of a member that is missing.
static MISSING: CborValue = CborValue::Other;

impl CborValue {
    /// Reads a value at the beginning of some bytes.
    pub(super) fn read(bytes: &[u8]) -> Option<CborValue> {
        CborBytes(bytes).value(DEPTH_MAX)
    }

    /// Returns a member of a map.
    pub(super) fn get(&self, key: &str) -> &CborValue {
        match self {
            CborValue::Map(members) => members.get(key).unwrap_or(&MISSING),
            _ => &MISSING,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            CborValue::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn link(&self) -> Option<&[u8]> {
        match self {
            CborValue::Link(cid) => Some(cid),
            _ => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            CborValue::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Returns a number that counts something.
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            CborValue::Number(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }

    /// Returns the items of a list.
    pub(super) fn items(&self) -> &[CborValue] {
        match self {
            CborValue::List(items) => items,
            _ => &[],
        }
    }
}

/// The bytes that are left.
struct CborBytes<'b>(&'b [u8]);

impl<'b> CborBytes<'b> {
    /// Reads a value of at most so many levels. Returns none if it is damaged.
    fn value(&mut self, depth: u32) -> Option<CborValue> {
        let depth = depth.checked_sub(1)?;
        let first = self.take(1)?[0];
        let (kind, info) = (first >> 5, first & 0x1f);
        if kind == 7 {
            let bytes = match info {
                20..=22 => 0,
                25 => 2,
                26 => 4,
                27 => 8,
                _ => return None,
            };
            self.take(bytes)?;
            return Some(CborValue::Other);
        }
        let number = self.number(info)?;
        let length = usize::try_from(number).ok();
        Some(match kind {
            0 => CborValue::Number(i64::try_from(number).ok()?),
            1 => CborValue::Number(-1 - i64::try_from(number).ok()?),
            2 => CborValue::Bytes(self.take(length?)?.to_vec()),
            3 => CborValue::Text(self.text(length?)?),
            4 => CborValue::List(
                (0..number)
                    .map(|_| self.value(depth))
                    .collect::<Option<_>>()?,
            ),
            5 => {
                let member = |_| {
                    let CborValue::Text(key) = self.value(1)? else {
                        return None;
                    };
                    Some((key, self.value(depth)?))
                };
                CborValue::Map((0..number).map(member).collect::<Option<_>>()?)
            }
            _ if number == LINK_TAG => match self.value(1)? {
                CborValue::Bytes(bytes) if bytes.first() == Some(&0) => {
                    CborValue::Link(bytes[1..].to_vec())
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Reads the number behind the first byte.
    fn number(&mut self, info: u8) -> Option<u64> {
        let bytes = match info {
            0..24 => return Some(info.into()),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        let bytes = self.take(bytes)?.iter();
        Some(bytes.fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn text(&mut self, length: usize) -> Option<String> {
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_damaged_ones_are_none() {
        let map = b"\xa2\x61a\x82\x01\x20\x61b\xd8\x2a\x43\x00\x01\x02";
        let read = CborValue::read(map).expect("a map");
        let list = [CborValue::Number(1), CborValue::Number(-1)];
        assert_eq!(read.get("a").items(), list);
        assert_eq!(read.get("b").link(), Some([1, 2].as_slice()));
        assert_eq!(read.get("c"), &CborValue::Other);
        for length in 0..map.len() {
            assert_eq!(CborValue::read(&map[..length]), None, "{length}");
        }
        // A list that says it has more items than memory, and one that is too deep.
        assert_eq!(
            CborValue::read(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
            None
        );
        assert_eq!(CborValue::read(&[0x81; 100]), None);
    }
}
