//! Words and phrases, and how they are found in texts.

use crate::model::{
    characters::{folded, is_word, is_written_without_spaces},
    text,
};

/// A word or phrase to hide.
#[derive(Debug, Clone)]
pub struct Phrase {
    typed: String,
    /// The typed text, [folded], with single spaces.
    key: String,
}

impl Phrase {
    /// The most characters of a word or phrase.
    pub const CHARS_MAX: u32 = 100;

    /// Parses a word or phrase.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn parse(text: &str) -> Result<Phrase, String> {
        let typed = text::not_empty(text::clean_line(text)?)?;
        let typed = text::at_most(typed, Phrase::CHARS_MAX)?;
        let phrase = Phrase::stored(typed);
        // A key that is empty would be in every text.
        text::not_empty(phrase.key.clone())?;
        Ok(phrase)
    }

    /// Wraps a phrase from the database, which was parsed before it was stored.
    pub(crate) fn stored(typed: String) -> Phrase {
        let key = Phrase::key_of(&typed);
        Phrase { typed, key }
    }

    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// Returns the form that finds the phrase in texts.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns whether it is one word.
    pub fn is_word(&self) -> bool {
        !self.key.contains(' ')
    }

    /// Returns the form of a text in which phrases are looked for.
    pub(super) fn key_of(text: &str) -> String {
        let folded = folded(text);
        let words: Vec<&str> = folded.split_whitespace().collect();
        words.join(" ")
    }

    /// Checks whether a text, as [`Phrase::key_of`] returns it, has the phrase. Words count as a whole, except in
    /// scripts that are written without spaces.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let is_part =
            |c: Option<char>| c.is_some_and(|c| is_word(c) && !is_written_without_spaces(c));
        let (first, last) = (self.key.chars().next(), self.key.chars().next_back());
        text.match_indices(&self.key).any(|(at, found)| {
            let (before, after) = (&text[..at], &text[at + found.len()..]);
            let goes_on_before = is_part(first) && is_part(before.chars().next_back());
            let goes_on_after = is_part(last) && is_part(after.chars().next());
            !goes_on_before && !goes_on_after
        })
    }
}
