//! Finds links, mentions and tags in a text.

mod grammar;

use super::{UserName, characters::folded};

/// A parsed text. Its pieces in order, with their `@` and `#`, are the text exactly as it was written; only the wide
/// forms of the two signs (U+FF20, U+FF03) become `@` and `#`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Body(pub Vec<Piece>);

/// A part of a text, by how it is displayed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    Words(String),
    Link(String),
    /// `@name`. Only the database knows whether such a user exists.
    Mention(UserName),
    Tag(Tag),
}

/// A tag without its `#`: letters, digits, underscores, and joiners between them, with at least one letter. It keeps the
/// spelling that was typed; tags that differ only in case, accents or encoding are equal.
#[derive(Debug, Clone)]
pub struct Tag {
    typed: String,
    /// The typed text, [folded].
    key: String,
}

/// The number of characters of a link that are displayed.
const LINK_CHARS_SHOWN: usize = 40;

/// The most people that one text can notify.
const MENTIONS_MAX: usize = 20;

/// The most tags that one text is listed under.
const TAGS_MAX: usize = 20;

impl Body {
    /// Splits a text into pieces.
    pub fn parse(text: &str) -> Body {
        let mut pieces = Vec::new();
        let mut words_from = 0;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            if let Some((piece, bytes)) = grammar::piece(&text[..at], &text[at..]) {
                if words_from < at {
                    pieces.push(Piece::Words(text[words_from..at].to_owned()));
                }
                pieces.push(piece);
                at += bytes;
                words_from = at;
            } else {
                at += c.len_utf8();
            }
        }
        if words_from < text.len() {
            pieces.push(Piece::Words(text[words_from..].to_owned()));
        }
        Body(pieces)
    }

    /// Returns the mentioned names as typed, each once, [`MENTIONS_MAX`] at most.
    pub fn mentions(&self) -> Vec<&UserName> {
        let mut found: Vec<&UserName> = Vec::new();
        for piece in &self.0 {
            let Piece::Mention(name) = piece else {
                continue;
            };
            if !found.iter().any(|other| other.is(name)) {
                found.push(name);
            }
        }
        found.truncate(MENTIONS_MAX);
        found
    }

    /// Returns the tags, each once, [`TAGS_MAX`] at most.
    pub fn tags(&self) -> Vec<&Tag> {
        let mut found: Vec<&Tag> = Vec::new();
        for piece in &self.0 {
            if let Piece::Tag(tag) = piece
                && !found.contains(&tag)
            {
                found.push(tag);
            }
        }
        found.truncate(TAGS_MAX);
        found
    }

    /// Checks whether the words between the links have characters that change the order of others (UAX #9 §2).
    pub fn has_direction_controls(&self) -> bool {
        let is_control = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        self.0
            .iter()
            .any(|piece| matches!(piece, Piece::Words(words) if words.contains(is_control)))
    }

    /// Turns mentions of unknown users back into plain words.
    pub fn keep_mentions(&mut self, known: impl Fn(&UserName) -> bool) {
        for piece in &mut self.0 {
            if let Piece::Mention(name) = piece
                && !known(name)
            {
                *piece = Piece::Words(format!("@{}", name.as_str()));
            }
        }
    }
}

impl Tag {
    pub const CHARS_MAX: usize = 50;

    /// Returns the tag in the spelling of its author.
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// Returns the key that the tag is stored and found by.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the path of the tag's page, without the site's base and not percent-encoded.
    pub fn path(&self) -> String {
        format!("/tag/{}", self.typed.to_lowercase())
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Tag) -> bool {
        self.key == other.key
    }
}

impl Eq for Tag {}

impl std::hash::Hash for Tag {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// Parses a tag from a path, without its `#`.
impl std::str::FromStr for Tag {
    type Err = ();

    fn from_str(text: &str) -> Result<Tag, ()> {
        // The key counts too: some signs become several letters, or none that a tag may have.
        let is_tag = |text: &str| {
            text.chars().count() <= Tag::CHARS_MAX && grammar::tag_length(text) == Some(text.len())
        };
        let key = folded(text);
        if !is_tag(text) || !is_tag(&key) {
            return Err(());
        }
        let typed = text.to_owned();
        Ok(Tag { typed, key })
    }
}

/// Shortens a link for display to [`LINK_CHARS_SHOWN`] characters.
pub fn shown_link(url: &str) -> String {
    if url.chars().count() <= LINK_CHARS_SHOWN {
        return url.to_owned();
    }
    let mut shown: String = url.chars().take(LINK_CHARS_SHOWN - 1).collect();
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests;
