//! The grammar of links, mentions and tags: where each begins and ends in the text around it.
//!
//! `assets/mentions.js` begins a mention by the same rule, so that the script offers what becomes a link.

use super::{Piece, Tag};
use crate::model::characters::{
    is_invisible, is_latin, is_mark, is_word, is_written_without_spaces,
};

/// The signs that begin a mention or a tag, also in the wide form that East Asian keyboards write.
const MENTION_SIGNS: [char; 2] = ['@', '\u{ff20}'];
const TAG_SIGNS: [char; 2] = ['#', '\u{ff03}'];

/// Characters that join the parts of a tag: the joiners of several scripts, the middle dots of Catalan and Japanese, the
/// Hebrew signs of abbreviation, and the Tibetan dot between syllables.
const TAG_JOINERS: [char; 8] = [
    '\u{200c}', '\u{200d}', '·', '・', '･', '\u{5f3}', '\u{5f4}', '\u{f0b}',
];

/// Punctuation that ends a link wherever it stands: scripts that are written without spaces put it directly behind the
/// address.
const WIDE_PUNCTUATION: &str = "。、，．！？：；｡､（）「」『』【】《》〈〉｢｣［］｛｝〔〕";

/// Punctuation that usually ends the sentence around a link, and is removed from its end.
const SENTENCE_ENDS: &str = ".,;:!?'…’”»*_“„‘‚«‹›|،؛؟۔।॥([{";

const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];

/// The most characters before a `/` that are searched for the host of an address.
const HOST_CHARS_MAX: usize = 253;

/// Recognizes a mention, tag or link at the start of `rest`, behind the text `before`. Returns it with its length in
/// bytes.
pub(super) fn piece(before: &str, rest: &str) -> Option<(Piece, usize)> {
    let first = rest.chars().next()?;
    let behind = &rest[first.len_utf8()..];
    let (piece, bytes) = match first {
        'h' | 'H' if link_may_follow(before) => return link(rest),
        _ if MENTION_SIGNS.contains(&first) && mention_may_follow(before) => {
            mention(behind, before.ends_with('_'))?
        }
        _ if TAG_SIGNS.contains(&first) && tag_may_follow(before) => tag(behind)?,
        _ => return None,
    };
    Some((piece, first.len_utf8() + bytes))
}

/// A scheme with `//` cannot be the end of a word, but of another scheme, and it can be in a path.
fn link_may_follow(before: &str) -> bool {
    let last = before.chars().next_back();
    !last.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/' || is_sign(c))
}

/// A mention cannot follow a Latin letter or digit, which would make it an e-mail address, nor stand in the path of an
/// address without a scheme. Other scripts need no space before it.
fn mention_may_follow(before: &str) -> bool {
    let Some(last) = before.chars().next_back() else {
        return true;
    };
    if last == '/' {
        let mut place = before.chars().rev().skip(1).take(HOST_CHARS_MAX);
        let mut place = place.by_ref().take_while(|c| !c.is_whitespace()).peekable();
        return place.peek().is_some() && place.all(char::is_alphanumeric);
    }
    let base = before.chars().rev().find(|&c| c != '_' && !is_mark(c));
    let continues = |c: char| c.is_ascii_digit() || is_latin(c);
    !is_sign(last) && !base.is_some_and(continues)
}

/// A tag cannot follow a word, as in `C#`, except in scripts without spaces between words. `&#39;` is an entity.
fn tag_may_follow(before: &str) -> bool {
    let Some(last) = before.chars().next_back() else {
        return true;
    };
    let base = before.chars().rev().find(|&c| !is_mark(c));
    let is_behind_word = is_word(last) && !base.is_some_and(is_written_without_spaces);
    !is_behind_word && !is_sign(last) && !matches!(last, '&' | '/')
}

fn is_sign(c: char) -> bool {
    MENTION_SIGNS.contains(&c) || TAG_SIGNS.contains(&c)
}

/// Recognizes a name. It ends at the first character that no name can have. Underscores around the mention are emphasis.
fn mention(rest: &str, is_emphasised: bool) -> Option<(Piece, usize)> {
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    // `@name@example.org` is an account on another site, and `@josé` is nobody here.
    let goes_on = |c: char| MENTION_SIGNS.contains(&c) || is_latin(c) || is_mark(c);
    if rest[end..].starts_with(goes_on) {
        return None;
    }
    let mut name = &rest[..end];
    if is_emphasised {
        name = name.trim_end_matches('_');
    }
    Some((Piece::Mention(name.parse().ok()?), name.len()))
}

fn tag(rest: &str) -> Option<(Piece, usize)> {
    let length = tag_length(rest)?;
    let tag: Tag = rest[..length].parse().ok()?;
    Some((Piece::Tag(tag), length))
}

/// Returns the length in bytes of the tag at the start of the text, without its `#`. A tag has at least one letter.
pub(super) fn tag_length(text: &str) -> Option<usize> {
    let (mut length, mut last, mut has_letter) = (0, None, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut joins = || {
            let goes_on = chars.peek().is_some_and(|&next| is_word(next));
            // A joiner behind a mark, such as a virama, changes the letter before it.
            TAG_JOINERS.contains(&c) && (goes_on || c == '\u{200d}' && last.is_some_and(is_mark))
        };
        let fits = match last {
            None => is_word(c) && !is_mark(c),
            Some(_) => is_word(c) || joins(),
        };
        if !fits {
            break;
        }
        has_letter |= c.is_alphabetic() && !is_mark(c);
        length += c.len_utf8();
        last = Some(c);
    }
    has_letter.then_some(length)
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
    let url = rest[..link_length(rest)].trim_end_matches(|c| SENTENCE_ENDS.contains(c));
    (url.len() > scheme.len()).then(|| (Piece::Link(url.to_owned()), url.len()))
}

/// Returns the length in bytes of the address at the start of the text. It ends before a character that no address has,
/// and before a closing bracket without its opening bracket.
fn link_length(text: &str) -> usize {
    let mut open = [0_u32; BRACKETS.len()];
    let end = text.find(|c: char| {
        if let Some(kind) = BRACKETS.iter().position(|&(opening, _)| opening == c) {
            open[kind] += 1;
        }
        if let Some(kind) = BRACKETS.iter().position(|&(_, closing)| closing == c) {
            let Some(left) = open[kind].checked_sub(1) else {
                return true;
            };
            open[kind] = left;
        }
        let ends = matches!(c, '<' | '>' | '"' | '`') || WIDE_PUNCTUATION.contains(c);
        ends || c.is_whitespace() || c.is_control() || is_invisible(c)
    });
    end.unwrap_or(text.len())
}
