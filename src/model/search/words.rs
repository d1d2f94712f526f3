//! Words, as searches find them.
//!
//! A text becomes a list of words that have neither case nor accents ([`folded`]). A word is a run of letters and digits.
//! Scripts without spaces have no such runs, so each of their characters is a word, and so is each emoji: what somebody
//! types in these is then looked for as a phrase.

use std::ops::Range;

use crate::model::characters::{
    CharacterKind, folded, is_apostrophe, is_default_ignorable, kind_of,
};

/// The most characters of a word that are compared.
const WORD_CHARS_MAX: usize = 64;

/// The words that lose their vowel before an apostrophe in French and Italian. What follows is a word of its own.
const ELIDED: [&str; 17] = [
    "l", "d", "j", "n", "s", "c", "m", "t", "qu", "jusqu", "lorsqu", "puisqu", "dell", "all",
    "nell", "sull", "un",
];

/// The most characters of such a word. A longer run is not looked at.
const ELIDED_CHARS_MAX: usize = 6;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextWord {
    /// The word without case and accents.
    pub key: String,
    /// Its place in the text, in bytes. Several words can have the same place: `½` is found by 1 and 2.
    pub place: Range<usize>,
}

/// Splits a text into its words.
pub fn words(text: &str) -> Vec<TextWord> {
    let mut found = Vec::new();
    let mut run = WordRun::default();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let end = at + c.len_utf8();
        match kind_of(c) {
            CharacterKind::Letter => {
                if run.is_single {
                    run.finish(&mut found);
                }
                run.push(c, at..end, false);
            }
            // A character of such a script takes its marks along.
            CharacterKind::Single => {
                run.finish(&mut found);
                run.push(c, at..end, true);
            }
            CharacterKind::Mark if !run.is_empty() => run.push_mark(c, end),
            CharacterKind::Other if is_default_ignorable(c) => {}
            CharacterKind::Other if is_apostrophe(c) && run.goes_on_after_apostrophe(next) => {}
            CharacterKind::Mark | CharacterKind::Other => run.finish(&mut found),
        }
    }
    run.finish(&mut found);
    found
}

/// The letters of a word that is being read.
#[derive(Default)]
struct WordRun {
    letters: String,
    place: Range<usize>,
    /// True for a character that is a word alone.
    is_single: bool,
}

impl WordRun {
    fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    fn push(&mut self, c: char, place: Range<usize>, is_single: bool) {
        if self.is_empty() {
            self.place.start = place.start;
            self.is_single = is_single;
        }
        self.place.end = place.end;
        self.letters.push(c);
    }

    fn push_mark(&mut self, c: char, end: usize) {
        self.letters.push(c);
        self.place.end = end;
    }

    /// Returns whether an apostrophe after this run is inside a word, as in `don't`, and not between two.
    fn goes_on_after_apostrophe(&self, next: Option<char>) -> bool {
        let is_letter = |c: char| kind_of(c) == CharacterKind::Letter;
        let Some(next) = next.filter(|c| is_letter(*c)) else {
            return false;
        };
        let begins_with_vowel =
            folded(next.encode_utf8(&mut [0; 4])).starts_with(['a', 'e', 'h', 'i', 'o', 'u', 'y']);
        let is_short = self.letters.chars().nth(ELIDED_CHARS_MAX).is_none();
        let is_elided =
            begins_with_vowel && is_short && ELIDED.contains(&folded(&self.letters).as_str());
        self.letters.ends_with(is_letter) && !self.is_single && !is_elided
    }

    /// Ends the word. A letter that stands for several, such as `½` or `㈱`, may be several words.
    fn finish(&mut self, found: &mut Vec<TextWord>) {
        self.is_single = false;
        let letters = std::mem::take(&mut self.letters);
        if letters.is_empty() {
            return;
        }
        let mut key = String::new();
        let mut end = |key: &mut String| {
            if !key.is_empty() {
                found.push(TextWord {
                    key: std::mem::take(key),
                    place: self.place.clone(),
                });
            }
        };
        let mut is_single = false;
        for c in folded(&letters).chars() {
            let kind = kind_of(c);
            let begins =
                kind == CharacterKind::Single || kind == CharacterKind::Letter && is_single;
            if begins || kind == CharacterKind::Other {
                end(&mut key);
                is_single = kind == CharacterKind::Single;
            }
            if kind != CharacterKind::Other && key.chars().count() < WORD_CHARS_MAX {
                key.push(c);
            }
        }
        end(&mut key);
    }
}
