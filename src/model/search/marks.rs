//! The places of found words in a text.

use std::ops::Range;

use super::{SearchPhrase, SearchQuery, TextWord, words};

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

impl SearchPhrase {
    /// Checks whether words of a text begin with the phrase.
    fn begins(&self, text: &[TextWord]) -> bool {
        let is_same = |(n, wanted): (usize, &String)| {
            let is_last = n + 1 == self.words.len();
            let key = &text[n].key;
            key == wanted || is_last && self.is_beginning && key.starts_with(wanted.as_str())
        };
        text.len() >= self.words.len() && self.words.iter().enumerate().all(is_same)
    }
}
