//! One page of a list, and the place where the next one begins.

use std::{fmt, str::FromStr};

use super::{Timestamp, id::base32};

/// The position of the last item that was shown, in the order of its list: an event's id, or a row's. The next page
/// begins below it. Opaque in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub i64);

/// The part of a list that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    pub before: Option<Cursor>,
    pub size: u32,
    /// The time at which it is read: what is hidden until then is shown again.
    pub now: Timestamp,
}

/// One page of a list that is read from the newest to the oldest.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// `None` on the last page.
    pub next: Option<Cursor>,
}

/// A page without anything.
impl<T> Default for Page<T> {
    fn default() -> Page<T> {
        Page {
            items: Vec::new(),
            next: None,
        }
    }
}

impl Slice {
    /// Returns the first page.
    pub fn first(size: u32, now: Timestamp) -> Slice {
        Slice {
            before: None,
            size,
            now,
        }
    }
}

impl<T> Page<T> {
    /// Makes a page of up to `size + 1` items: one more than `size` says that there is a next page.
    pub fn cut(mut items: Vec<T>, size: u32, position: impl Fn(&T) -> i64) -> Page<T> {
        let size = size as usize;
        let more = items.len() > size;
        items.truncate(size);
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| Cursor(position(last)));
        Page { items, next }
    }

    /// Returns the cursor of the next page as text.
    pub fn next_text(&self) -> Option<String> {
        self.next.map(|cursor| cursor.to_string())
    }
}

impl Cursor {
    /// Returns the position that every item of the next page is below. The first page has no cursor and no bound.
    pub fn upper_bound(before: Option<Cursor>) -> i64 {
        before.map_or(i64::MAX, |cursor| cursor.0)
    }
}

/// Length of a cursor in an address, in characters of base32.
const CURSOR_CHARS: u32 = 13;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let digits = base32::encode(self.0.saturating_abs(), CURSOR_CHARS);
        write!(f, "{sign}{digits}")
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Cursor, ()> {
        let (digits, sign) = text.strip_prefix('-').map_or((text, 1), |rest| (rest, -1));
        let number = base32::decode(digits, CURSOR_CHARS).ok_or(())?;
        Ok(Cursor(sign * number))
    }
}
