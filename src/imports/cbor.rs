//! DAG-CBOR, the form of CBOR that repositories of Bluesky are written in (<https://ipld.io/specs/codecs/dag-cbor/spec/>).
//!
//! This is our own reader because the form is small: lengths stand before everything, keys are texts, and the only tag is
//! that of a link. `serde_ipld_dagcbor` would bring ten more crates for it.

use std::collections::BTreeMap;

use super::ImportError;

/// The most levels of a value.
const DEPTH_MAX: u32 = 32;

/// The most values of a block, the keys of its maps among them. In memory each takes up to some hundred bytes.
const VALUES_MAX: u32 = 50_000;

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
    ///
    /// # Errors
    /// A sentence if it is damaged, or has too many values.
    pub(super) fn read(bytes: &[u8]) -> Result<CborValue, ImportError> {
        let mut bytes = CborBytes {
            rest: bytes,
            values: 0,
        };
        let value = bytes.value(DEPTH_MAX);
        value.ok_or_else(|| {
            let why = if bytes.values > VALUES_MAX {
                format!("a block of the repository has more than {VALUES_MAX} values")
            } else {
                "the CAR file is damaged, or cut off".into()
            };
            ImportError::Archive(why)
        })
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

/// The bytes that are left, and the number of values before them.
struct CborBytes<'b> {
    rest: &'b [u8],
    values: u32,
}

impl<'b> CborBytes<'b> {
    /// Reads a value of at most so many levels. Returns none if it is damaged, or one too many.
    fn value(&mut self, depth: u32) -> Option<CborValue> {
        self.values += 1;
        if self.values > VALUES_MAX {
            return None;
        }
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
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
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
            refused(&map[..length], "damaged");
        }
        // A list that says it has more items than memory, and one that is too deep.
        refused(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01", "damaged");
        refused(&[0x81; 100], "damaged");
    }

    fn refused(bytes: &[u8], words: &str) {
        let why = CborValue::read(bytes).expect_err("it is refused");
        assert!(why.to_string().contains(words), "{why}");
    }

    #[test]
    fn a_block_of_too_many_values_is_refused() {
        let list = |count: u16| {
            let mut list = vec![0x99];
            list.extend(count.to_be_bytes());
            list.extend(vec![0xa0; count.into()]);
            list
        };
        let read = CborValue::read(&list(49_999)).expect("a list");
        assert_eq!(read.items().len(), 49_999);
        refused(&list(50_000), "more than 50000 values");
    }
}
