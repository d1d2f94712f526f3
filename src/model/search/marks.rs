//! The places of found words in a text.

use std::ops::Range;

use super::{SearchQuery, words};

/// Returns the places in a text that a query looks for, in bytes, in order and apart from each other.
pub(crate) fn marked_places(query: &SearchQuery, text: &str) -> Vec<Range<usize>> {
    let words = words(text);
    let mut places: Vec<Range<usize>> = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let lengths = query.phrases().filter(|phrase| phrase.begins(&words[n..]));
        let Some(length) = lengths.map(|phrase| phrase.words.len()).max() else {
            continue;
        };
        let place = word.place.start..words[n + length - 1].place.end;
        match places.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => places.push(place),
        }
    }
    places
}
