//! Conditional and range requests (RFC 9110 §13 and §14).

use std::ops::Range;

/// Requested part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestedRange {
    Whole,
    /// Bytes from the first to the one after the last.
    Part(Range<u64>),
    /// The requested range lies outside of the body.
    Unsatisfiable,
}

/// Returns the tags of both forms of an answer, by the tag of one of them: as it is, and compressed.
pub(crate) fn tags_of_both(tag: &str) -> [String; 2] {
    let plain = match tag.strip_suffix("-gz\"") {
        Some(start) => format!("{start}\""),
        None => tag.to_owned(),
    };
    let zipped = compressed_tag(&plain);
    [plain, zipped]
}

/// Returns the tag of the compressed form of an answer.
pub(crate) fn compressed_tag(tag: &str) -> String {
    match tag.strip_suffix('"') {
        Some(start) => format!("{start}-gz\""),
        None => tag.to_owned(),
    }
}

/// Returns whether a list of entity tags contains this one. Weak tags match as well (RFC 9110 §8.8.3.2).
pub fn contains_tag(list: &str, tag: &str) -> bool {
    let mut tags = list.split(',').map(str::trim);
    tags.any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

/// Returns the part of a body, with this strong tag and length, that the headers `Range` and `If-Range` ask for. A
/// range that does not parse, several ranges, and a range of an earlier version are answered with the whole body,
/// which is allowed (RFC 9110 §14.2).
pub fn requested_range(
    range: Option<&str>,
    if_range: Option<&str>,
    tag: &str,
    length: u64,
) -> RequestedRange {
    let is_this = if_range.is_none_or(|wanted| wanted.trim() == tag);
    range
        .filter(|_| is_this)
        .and_then(|range| parse_range(range.trim(), length))
        .unwrap_or(RequestedRange::Whole)
}

/// Parses one range of bytes. Returns none for everything else.
fn parse_range(range: &str, length: u64) -> Option<RequestedRange> {
    let (unit, range) = range.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let range = match (first, last) {
        // A range without a first position asks for the last bytes.
        ("", count) => length.saturating_sub(position(count)?)..length,
        (first, "") => position(first)?..length,
        (first, last) => {
            let (first, last) = (position(first)?, position(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    Some(if range.is_empty() {
        RequestedRange::Unsatisfiable
    } else {
        RequestedRange::Part(range)
    })
}

/// Parses a position. A number that is too large for the type becomes the largest.
fn position(text: &str) -> Option<u64> {
    let are_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_everything_else_is_the_whole() {
        let part = RequestedRange::Part;
        for (range, expected) in [
            ("bytes=0-0", part(0..1)),
            ("bytes=0-9", part(0..10)),
            ("Bytes = 2-4", part(2..5)),
            ("bytes=5-", part(5..10)),
            ("bytes=5-99", part(5..10)),
            ("bytes=5-99999999999999999999999", part(5..10)),
            ("bytes=-3", part(7..10)),
            ("bytes=-99", part(0..10)),
            ("bytes=10-", RequestedRange::Unsatisfiable),
            ("bytes=10-12", RequestedRange::Unsatisfiable),
            (
                "bytes=99999999999999999999999-",
                RequestedRange::Unsatisfiable,
            ),
            ("bytes=-0", RequestedRange::Unsatisfiable),
            ("bytes=4-2", RequestedRange::Whole),
            ("bytes=0-1,3-4", RequestedRange::Whole),
            ("bytes=-", RequestedRange::Whole),
            ("bytes=+1-2", RequestedRange::Whole),
            ("bytes=a-b", RequestedRange::Whole),
            ("bytes", RequestedRange::Whole),
            ("items=0-1", RequestedRange::Whole),
            ("", RequestedRange::Whole),
        ] {
            assert_eq!(
                requested_range(Some(range), None, "\"a\"", 10),
                expected,
                "{range}"
            );
        }
    }

    #[test]
    fn a_part_of_something_else_is_the_whole() {
        let of = |if_range| requested_range(Some("bytes=0-1"), if_range, "\"a\"", 10);
        assert_eq!(of(Some("\"a\"")), RequestedRange::Part(0..2));
        for other in ["\"b\"", "W/\"a\"", "Sat, 21 Nov 2026 10:00:00 GMT"] {
            assert_eq!(of(Some(other)), RequestedRange::Whole, "{other}");
        }
    }

    #[test]
    fn a_tag_is_found_in_a_list() {
        for list in ["*", "\"a\"", "W/\"a\"", "\"b\", \"a\""] {
            assert!(contains_tag(list, "\"a\""), "{list}");
        }
        for list in ["", "\"b\"", "a", "\"ab\""] {
            assert!(!contains_tag(list, "\"a\""), "{list}");
        }
    }
}
