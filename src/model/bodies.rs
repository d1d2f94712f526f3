//! Finds links, mentions and tags in a text.

use super::{UserName, text::is_mark};

/// A parsed text. Its pieces in order, with their `@` and `#`, are the text exactly as it was written.
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

/// A tag without its `#`: letters, digits and underscores, not digits alone. It keeps the spelling that was typed; tags
/// that differ only in case are equal.
#[derive(Debug, Clone)]
pub struct Tag(String);

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
            let before = text[..at].chars().next_back();
            if let Some((piece, bytes)) = piece(before, &text[at..]) {
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
        &self.0
    }

    /// Returns the key that the tag is stored and found by: its lower-case form.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// Returns the path of the tag's page, without the site's base and not percent-encoded.
    pub fn path(&self) -> String {
        format!("/tag/{}", self.key())
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Tag) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Tag {}

impl std::hash::Hash for Tag {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// Parses a tag from a path, without its `#`.
impl std::str::FromStr for Tag {
    type Err = ();

    fn from_str(text: &str) -> Result<Tag, ()> {
        // The lower-case form counts, because some letters become two in lower case.
        let chars = text.to_lowercase().chars().count();
        let is_tag = (1..=Tag::CHARS_MAX).contains(&chars)
            && text.chars().all(is_word)
            && !text.chars().all(char::is_numeric);
        is_tag.then(|| Tag(text.to_owned())).ok_or(())
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

/// Recognizes a mention, tag or link at the start of `rest`. Returns it with its length in bytes.
fn piece(before: Option<char>, rest: &str) -> Option<(Piece, usize)> {
    if before.is_some_and(|c| is_word(c) || matches!(c, '@' | '#' | '&' | '/')) {
        return None;
    }
    match rest.as_bytes()[0] {
        b'@' => mention(&rest[1..]),
        b'#' => tag(&rest[1..]),
        b'h' | b'H' => link(rest),
        _ => None,
    }
}

fn mention(rest: &str) -> Option<(Piece, usize)> {
    let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    // `@name@example.org` is an account on another site.
    if rest[end..].starts_with('@') {
        return None;
    }
    let name = rest[..end].parse().ok()?;
    Some((Piece::Mention(name), 1 + end))
}

fn tag(rest: &str) -> Option<(Piece, usize)> {
    let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let tag = rest[..end].parse().ok()?;
    Some((Piece::Tag(tag), 1 + end))
}

fn link(rest: &str) -> Option<(Piece, usize)> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        rest.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let host = rest[scheme.len()..].chars().next()?;
    if !host.is_alphanumeric() && host != '[' {
        return None;
    }
    let end = rest
        .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`'))
        .unwrap_or(rest.len());
    let url = without_sentence_end(&rest[..end]);
    Some((Piece::Link(url.to_owned()), url.len()))
}

/// Removes closing punctuation from a link, because it usually ends the sentence around it. A closing bracket stays if
/// the link contains its opening bracket.
fn without_sentence_end(mut url: &str) -> &str {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    // Unmatched closing brackets, counted once: counting again for each character would take quadratic time.
    let mut surplus = PAIRS.map(|(opening, closing)| {
        let count = |c: char| url.chars().filter(|&other| other == c).count();
        count(closing).saturating_sub(count(opening))
    });
    while let Some(last) = url.chars().next_back() {
        match PAIRS.iter().position(|(_, closing)| *closing == last) {
            Some(pair) if surplus[pair] > 0 => surplus[pair] -= 1,
            None if ".,;:!?'…’”»*_".contains(last) => {}
            _ => break,
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    url
}

/// Checks for a character that can be part of a name or tag.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let pieces = Body::parse(text).0.into_iter();
        let pieces = pieces.map(|piece| match piece {
            Piece::Words(words) => words,
            Piece::Link(url) => format!("<{url}>"),
            Piece::Mention(name) => format!("[@{}]", name.as_str()),
            Piece::Tag(tag) => format!("[#{}]", tag.as_typed()),
        });
        pieces.collect()
    }

    #[test]
    fn links_mentions_and_tags_are_found_in_a_text() {
        for (text, expected) in [
            (
                "see https://pi.example/a?b=c#d.",
                "see <https://pi.example/a?b=c#d>.",
            ),
            (
                "(https://pi.example/wiki/A_(b))",
                "(<https://pi.example/wiki/A_(b)>)",
            ),
            ("HTTP://PI!", "<HTTP://PI>!"),
            ("https://пример.рф/путь, ok", "<https://пример.рф/путь>, ok"),
            (
                "xhttps://pi https:// http://. http://-",
                "xhttps://pi https:// http://. http://-",
            ),
            (
                "javascript:alert(1) ftp://pi",
                "javascript:alert(1) ftp://pi",
            ),
            ("https://a<b>\"c\"", "<https://a><b>\"c\""),
            ("hi @alice, @Bob_1!", "hi [@alice], [@Bob_1]!"),
            (
                "a@b.example @a@b.example @@c /@d",
                "a@b.example @a@b.example @@c /@d",
            ),
            (
                "@sixteen_letters_ @login @é @",
                "@sixteen_letters_ @login @é @",
            ),
            ("#rust #Über_alles #नमस्ते.", "[#rust] [#Über_alles] [#नमस्ते]."),
            ("#1 #2026 a#b &#39; ## #", "#1 #2026 a#b &#39; ## #"),
            ("#1st", "[#1st]"),
            ("https://pi/#tag @a", "<https://pi/#tag> [@a]"),
            ("", ""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn mentions_and_tags_count_once_and_are_limited() {
        let body = Body::parse("@a @A @b #x #X #y");
        let names: Vec<_> = body.mentions().iter().map(|name| name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        let tags: Vec<_> = body.tags().iter().map(|tag| tag.key()).collect();
        assert_eq!(tags, ["x", "y"]);
        let crowd: String = (0..50).map(|n| format!("@u{n} #t{n} ")).collect();
        let crowd = Body::parse(&crowd);
        assert_eq!((crowd.mentions().len(), crowd.tags().len()), (20, 20));
    }

    #[test]
    fn a_tag_is_found_by_the_key_it_is_stored_under() {
        assert_eq!(
            shown(&format!("#{}", "İ".repeat(30))),
            format!("#{}", "İ".repeat(30))
        );
        let Piece::Tag(tag) = &Body::parse(&format!("#{}", "İ".repeat(25))).0[0] else {
            panic!("it is one");
        };
        assert_eq!(tag.key().parse::<Tag>().as_ref(), Ok(tag));
    }

    /// Hangs if parsing takes more than linear time.
    #[test]
    fn parsing_takes_linear_time() {
        for (piece, count) in [
            ("http://(", 60_000),
            ("http://a", 60_000),
            ("(((((((((", 60_000),
            ("http://a)))))))", 60_000),
            ("@a#a", 60_000),
            ("@", 200_000),
            ("h", 200_000),
        ] {
            let text = piece.repeat(count) + &")".repeat(200_000);
            assert!(!Body::parse(&text).0.is_empty(), "{piece}");
        }
    }

    #[test]
    fn a_mention_of_an_unknown_user_is_plain_text() {
        let mut body = Body::parse("@alice @nobody");
        body.keep_mentions(|name| name.as_str() == "alice");
        let Piece::Words(words) = &body.0[2] else {
            panic!("{body:?}");
        };
        assert_eq!(words, "@nobody");
    }

    #[test]
    fn a_long_link_is_shortened_for_display() {
        let long = format!("https://pi.example/{}", "a".repeat(80));
        assert_eq!(shown_link(&long).chars().count(), 40);
        let fits = format!("https://pi.example/{}", "a".repeat(21));
        assert_eq!(shown_link(&fits), fits);
    }
}
