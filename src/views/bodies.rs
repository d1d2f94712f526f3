//! The text of a post, comment or bio, with its links, mentions and tags.

use std::collections::VecDeque;

use maud::{Markup, html};

use super::RenderContext;
use crate::model::{Body, Piece, marked_places, shown_link};

/// The beginning of the lines of a quote.
const QUOTED: &str = "> ";

/// The line before and the one after a block of code.
const FENCE: &str = "```";

/// Lines of one kind that follow each other.
#[derive(Debug, PartialEq, Eq)]
enum Block<'b> {
    Plain(Vec<Line<'b>>),
    /// Lines that began with [`QUOTED`], without that.
    Quote(Vec<Line<'b>>),
    /// The lines between two fences.
    Code(Vec<Line<'b>>),
}

/// The parts of a line.
type Line<'b> = Vec<Part<'b>>;

/// A part of a line: words, or a link, a mention or a tag.
#[derive(Debug, PartialEq, Eq)]
enum Part<'b> {
    Words(&'b str),
    Linked(&'b Piece),
}

/// Renders a text with its links, quotes and code. External links get `rel="nofollow ugc"`: the site does not vouch for them.
/// A link has its address as a title if it is shown shortened, or stands among characters that can turn its reading order.
pub(super) fn body(body: &Body, render: &RenderContext<'_>) -> Markup {
    let is_turned = body.has_direction_controls();
    if !may_have_blocks(body) {
        return html! { @for piece in &body.0 { (self::piece(piece, is_turned, render)) } };
    }
    let lines = |lines: &[Line<'_>]| {
        html! {
            @for (n, line) in lines.iter().enumerate() {
                @if n > 0 { "\n" }
                @for part in line { (self::part(part, is_turned, render)) }
            }
        }
    };
    html! {
        @for block in &blocks(body) {
            @match block {
                Block::Plain(plain) => (lines(plain)),
                Block::Quote(quoted) => blockquote { (lines(quoted)) },
                Block::Code(code) => pre { code { (lines(code)) } },
            }
        }
    }
}

fn part(part: &Part<'_>, is_turned: bool, render: &RenderContext<'_>) -> Markup {
    html! {
        @match part {
            Part::Words(words) => (marked(words, render)),
            Part::Linked(piece) => (self::piece(piece, is_turned, render)),
        }
    }
}

fn piece(piece: &Piece, is_turned: bool, render: &RenderContext<'_>) -> Markup {
    html! {
        @match piece {
            Piece::Words(words) => (marked(words, render)),
            Piece::Link(url) => a href=(url) title=[(shown_link(url) != *url || is_turned).then_some(url)]
                rel="nofollow ugc noopener noreferrer" { (shown_link(url)) },
            Piece::Mention(name) => a.mention href=(render.base.url(&name.path())) { "@" (marked(name.as_str(), render)) },
            Piece::Tag(tag) => a.tag href=(render.base.url(&tag.path())) { "#" (marked(tag.as_typed(), render)) },
        }
    }
}

/// Returns whether a text has quotes or code, which cannot stand in a paragraph.
pub(super) fn has_blocks(body: &Body) -> bool {
    let is_block = |block: &Block<'_>| !matches!(block, Block::Plain(_));
    may_have_blocks(body) && blocks(body).iter().any(is_block)
}

/// Returns whether a text is worth a look for blocks. Most are not.
fn may_have_blocks(body: &Body) -> bool {
    body.0.iter().any(|piece| {
        matches!(piece, Piece::Words(words) if words.contains(QUOTED) || words.contains(FENCE))
    })
}

/// Returns the blocks of a text. A fence without a second one is a line like others.
fn blocks(body: &Body) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut rest = VecDeque::from(lines(body));
    while let Some(mut line) = rest.pop_front() {
        if begins_with(&line, FENCE)
            && let Some(end) = rest.iter().position(|line| begins_with(line, FENCE))
        {
            blocks.push(Block::Code(rest.drain(..end).collect()));
            rest.pop_front();
            continue;
        }
        if let Some(Part::Words(words)) = line.first_mut()
            && let Some(quoted) = words.strip_prefix(QUOTED)
        {
            *words = quoted;
            match blocks.last_mut() {
                Some(Block::Quote(lines)) => lines.push(line),
                _ => blocks.push(Block::Quote(vec![line])),
            }
            continue;
        }
        match blocks.last_mut() {
            Some(Block::Plain(lines)) => lines.push(line),
            _ => blocks.push(Block::Plain(vec![line])),
        }
    }
    blocks
}

fn begins_with(line: &Line<'_>, beginning: &str) -> bool {
    matches!(line.first(), Some(Part::Words(words)) if words.starts_with(beginning))
}

/// Returns the lines of a text. One line at least.
fn lines(body: &Body) -> Vec<Line<'_>> {
    let mut lines = vec![Vec::new()];
    for piece in &body.0 {
        let Piece::Words(words) = piece else {
            lines
                .last_mut()
                .expect("there is one")
                .push(Part::Linked(piece));
            continue;
        };
        for (n, words) in words.split('\n').enumerate() {
            if n > 0 {
                lines.push(Vec::new());
            }
            if !words.is_empty() {
                lines
                    .last_mut()
                    .expect("there is one")
                    .push(Part::Words(words));
            }
        }
    }
    lines
}

/// Renders a part of a text, with marks on what the search of the page looks for.
fn marked(text: &str, render: &RenderContext<'_>) -> Markup {
    let places = render.marks.map(|query| marked_places(query, text));
    let places = places.unwrap_or_default();
    let ends = places.iter().map(|place| place.end);
    html! {
        @for (from, place) in std::iter::once(0).chain(ends).zip(&places) {
            (text[from..place.start]) mark { (text[place.clone()]) }
        }
        (text[places.last().map_or(0, |place| place.end)..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the blocks of a text: a letter for the kind, and the lines.
    fn kinds(text: &str) -> Vec<String> {
        let words = |lines: &[Line<'_>]| {
            let lines = lines.iter().map(|line| {
                let parts = line.iter().map(|part| match part {
                    Part::Words(words) => (*words).to_owned(),
                    Part::Linked(_) => "LINK".to_owned(),
                });
                parts.collect::<String>()
            });
            lines.collect::<Vec<_>>().join("|")
        };
        let body = Body::parse(text);
        let kinds = blocks(&body);
        let kinds = kinds.iter().map(|block| match block {
            Block::Plain(lines) => format!("p {}", words(lines)),
            Block::Quote(lines) => format!("q {}", words(lines)),
            Block::Code(lines) => format!("c {}", words(lines)),
        });
        kinds.collect()
    }

    #[test]
    fn lines_after_a_sign_are_quotes_and_those_between_fences_are_code() {
        assert_eq!(kinds("a\n\nb"), ["p a||b"]);
        assert_eq!(
            kinds("> one\n> two http://e.org\nthree"),
            ["q one|two LINK", "p three"]
        );
        assert_eq!(
            kinds("see\n```sh\n> ls\n\n```\nright?"),
            ["p see", "c > ls|", "p right?"]
        );
        for plain in ["```", "a ``` b", ">_<", ">no", "```\nwithout an end", ""] {
            assert_eq!(kinds(plain), [format!("p {}", plain.replace('\n', "|"))]);
        }
        assert_eq!(kinds("```\n```"), ["c "]);
        for (text, expected) in [
            ("> a", true),
            ("```\na\n```", true),
            ("Tea & <cake> at four", false),
            ("```", false),
        ] {
            assert_eq!(has_blocks(&Body::parse(text)), expected, "{text}");
        }
    }
}
