use std::{fmt, str::FromStr};

use super::{EventId, id::base32};

/// Where the next page of a river goes on: below the last post that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub EventId);

/// One page of anything that is read from the newest to the oldest.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// None on the last page.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// From up to `size + 1` items, of which the last says only that there is more.
    pub fn cut(mut items: Vec<T>, size: u32, position: impl Fn(&T) -> EventId) -> Page<T> {
        let size = size as usize;
        let more = items.len() > size;
        items.truncate(size);
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| Cursor(position(last)));
        Page { items, next }
    }
}

const CURSOR_CHARS: u32 = 13;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base32::encode(self.0.0, CURSOR_CHARS))
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Cursor, ()> {
        base32::decode(text, CURSOR_CHARS)
            .map(|id| Cursor(EventId(id)))
            .ok_or(())
    }
}
