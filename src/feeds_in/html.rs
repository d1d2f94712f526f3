//! HTML as plain text. html5ever splits it into tokens (WHATWG HTML §13.2.5); what they mean for a text is decided here.

use std::cell::{Cell, RefCell};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};

/// The content of a piece of HTML.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HtmlContent {
    /// The text, with an empty line between paragraphs.
    pub(super) text: String,
    /// The address of the first picture, as it is written.
    pub(super) picture: Option<String>,
    /// The addresses of feeds that a page names, as they are written.
    pub(super) feeds: Vec<String>,
}

/// The elements whose content is no text.
const SILENT: [&str; 9] = [
    "script", "style", "template", "iframe", "noembed", "noframes", "textarea", "title", "svg",
];

/// The elements that stand in lines of their own, and those with an empty line around them.
const BLOCKS: [&str; 22] = [
    "address",
    "article",
    "aside",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "section",
    "table",
    "td",
    "tr",
    "ul",
];
const PARAGRAPHS: [&str; 9] = ["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"];

/// The media types of feeds, in the links of a page.
const FEED_TYPES: [&str; 3] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
];

/// The most bytes of the text of an entry that are looked at, and of a page. The time for a tag grows with the square of its
/// attributes.
const BYTES_MAX: usize = 16 * 1024;
const PAGE_BYTES_MAX: usize = 64 * 1024;

/// The most bytes of a post in an archive, which is the longest that a site of today takes.
const POST_BYTES_MAX: usize = 256 * 1024;

/// Reads the beginning of a piece of HTML. With `keeps_links`, the address of a link follows its words.
pub(super) fn read(html: &str, keeps_links: bool) -> HtmlContent {
    content(beginning(html, BYTES_MAX), keeps_links)
}

/// Returns the text of a post of another site, with the addresses of links. An address in the `title` of a link counts
/// instead of a shortened one.
pub(crate) fn whole_text(html: &str) -> String {
    let reader = HtmlReader {
        keeps_links: true,
        is_titled: true,
        ..HtmlReader::default()
    };
    tokens(beginning(html, POST_BYTES_MAX), reader).text
}

/// Returns the addresses of feeds that a page names at its beginning.
pub(super) fn feeds(page: &str) -> Vec<String> {
    content(beginning(page, PAGE_BYTES_MAX), false).feeds
}

fn beginning(html: &str, bytes_max: usize) -> &str {
    &html[..html.floor_char_boundary(bytes_max)]
}

fn content(html: &str, keeps_links: bool) -> HtmlContent {
    let reader = HtmlReader {
        keeps_links,
        ..HtmlReader::default()
    };
    tokens(html, reader)
}

fn tokens(html: &str, reader: HtmlReader) -> HtmlContent {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(reader, TokenizerOpts::default());
    // The reader never asks for a script to be run, so that everything is taken.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.finished()
}

/// Reads the text of a piece of HTML, without the addresses of links.
pub(super) fn text(html: &str) -> String {
    read(html, false).text
}

/// Collects the content while tokens come.
#[derive(Default)]
struct HtmlReader {
    keeps_links: bool,
    /// True if the title of a link may be its whole address.
    is_titled: bool,
    content: RefCell<HtmlContent>,
    /// The element whose content is skipped, and how many of it are open.
    silent: RefCell<Option<(String, u32)>>,
    /// The line ends that are due before the next word.
    breaks: Cell<usize>,
    has_space: Cell<bool>,
    is_preformatted: Cell<bool>,
    /// The address of the open link, and where its words begin.
    link: RefCell<Option<(String, usize)>>,
}

impl TokenSink for HtmlReader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => return self.tag(&tag),
            Token::CharacterTokens(text) if self.silent.borrow().is_none() => self.words(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl HtmlReader {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        let is_start = tag.kind == TagKind::StartTag;
        if self.is_silent(name, is_start) {
            return TokenSinkResult::Continue;
        }
        match name {
            "br" => self.breaks.set((self.breaks.get() + 1).min(2)),
            "a" if is_start => self.begin_link(tag),
            "a" => self.end_link(),
            "img" => self.picture(tag),
            "link" => self.feed(tag),
            _ => {}
        }
        if PARAGRAPHS.contains(&name) {
            self.breaks.set(2);
            self.is_preformatted.set(name == "pre" && is_start);
        } else if BLOCKS.contains(&name) {
            self.breaks.set(self.breaks.get().max(1));
            if name == "li" && is_start {
                self.words("• ");
                self.has_space.set(true);
            }
        }
        if is_start && SILENT.contains(&name) && !tag.self_closing {
            self.silent.replace(Some((name.to_owned(), 1)));
            return match name {
                "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
                "template" | "svg" => TokenSinkResult::Continue,
                _ => TokenSinkResult::RawData(RawKind::Rawtext),
            };
        }
        TokenSinkResult::Continue
    }

    /// Returns whether a tag is inside an element that is skipped, or ends it.
    fn is_silent(&self, name: &str, is_start: bool) -> bool {
        let mut silent = self.silent.borrow_mut();
        let Some((skipped, open)) = &mut *silent else {
            return false;
        };
        if name == skipped {
            *open = if is_start { *open + 1 } else { *open - 1 };
            if *open == 0 {
                *silent = None;
            }
        }
        true
    }

    /// Appends words. Spaces and line ends between them become one space, except in preformatted text.
    fn words(&self, words: &str) {
        let text = &mut self.content.borrow_mut().text;
        for c in words.chars() {
            if c == '\n' && self.is_preformatted.get() {
                self.breaks.set((self.breaks.get() + 1).min(2));
                continue;
            }
            if c.is_whitespace() {
                self.has_space.set(true);
                continue;
            }
            let (breaks, has_space) = (self.breaks.take(), self.has_space.take());
            if !text.is_empty() {
                text.extend(std::iter::repeat_n('\n', breaks));
                if breaks == 0 && has_space {
                    text.push(' ');
                }
            }
            text.push(c);
        }
    }

    fn begin_link(&self, tag: &Tag) {
        let begin = self.content.borrow().text.len();
        let title = attribute(tag, "title").filter(|title| self.is_titled && is_web(title));
        let address = title.or_else(|| attribute(tag, "href"));
        let address = address.filter(|address| is_web(address));
        self.link.replace(address.map(|address| (address, begin)));
    }

    /// Ends a link. Words that are a part of its address, as sites shorten it, become the whole address.
    fn end_link(&self) {
        let Some((address, begin)) = self.link.take() else {
            return;
        };
        let text = &mut self.content.borrow_mut().text;
        let words = text[begin..].trim();
        let bare = |text: &str| {
            let text = text.split_once("://").map_or(text, |(_, rest)| rest);
            text.trim_start_matches("www.").to_owned()
        };
        let shown = bare(words.trim_end_matches(['…', '.', '/']));
        if !shown.is_empty() && bare(&address).starts_with(&shown) && shown.contains('.') {
            let space = text[begin..].len() - text[begin..].trim_start().len();
            text.truncate(begin + space);
            text.push_str(&address);
        } else if self.keeps_links && !words.is_empty() && !words.starts_with(['#', '@']) {
            text.push_str(" (");
            text.push_str(&address);
            text.push(')');
        }
    }

    fn picture(&self, tag: &Tag) {
        let mut content = self.content.borrow_mut();
        // Pictures of one dot count readers.
        let is_dot =
            |name| attribute(tag, name).is_some_and(|size| matches!(size.trim(), "0" | "1"));
        if content.picture.is_none() && !is_dot("width") && !is_dot("height") {
            content.picture = attribute(tag, "src");
        }
    }

    fn feed(&self, tag: &Tag) {
        let is_alternate = attribute(tag, "rel").is_some_and(|rel| {
            let mut words = rel.split_ascii_whitespace();
            words.any(|word| word.eq_ignore_ascii_case("alternate"))
        });
        let media_type = attribute(tag, "type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if is_alternate && FEED_TYPES.contains(&media_type.trim()) {
            self.content
                .borrow_mut()
                .feeds
                .extend(attribute(tag, "href"));
        }
    }

    fn finished(&self) -> HtmlContent {
        self.content.take()
    }
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    let mut attributes = tag.attrs.iter();
    let found = attributes.find(|attribute| &*attribute.name.local == name)?;
    let value = found.value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn is_web(address: &str) -> bool {
    let scheme = address
        .split_once("://")
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| scheme == "http" || scheme == "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_the_text_that_people_see() {
        for (html, expected) in [
            ("plain &amp; simple", "plain & simple"),
            ("<p>one</p><p>two</p>", "one\n\ntwo"),
            ("one<br>two<br></br>three", "one\ntwo\n\nthree"),
            ("<div>one</div><div>two</div>", "one\ntwo"),
            ("<ul><li>one<li>two</ul>", "• one\n• two"),
            ("a <b>bold</b>\n  word", "a bold word"),
            ("<pre>a\nb</pre>", "a\nb"),
            ("a&nbsp;b &eacute; &#x1F600; &lt;b&gt;", "a b é 😀 <b>"),
            ("x<script>alert('<p>')</script>y<style>p{}</style>z", "xyz"),
            ("<script src=x>", ""),
            ("x<template><p>y</p></template>z", "xz"),
            ("<svg><title>x</title></svg>y", "y"),
            ("<a href='javascript:alert(1)'>click</a>", "click"),
            (
                "<a href='https://e.org/a/long/path'>e.org/a/lo…</a>!",
                "https://e.org/a/long/path!",
            ),
            (
                "<a href='https://e.org/a'><span class=invisible>https://</span><span>e.org/a</span></a>",
                "https://e.org/a",
            ),
            ("<table><tr><td>a<td>b</table>", "a\nb"),
            ("a < b and c > d", "a < b and c > d"),
            ("<![CDATA[x]]>y", "y"),
            ("", ""),
        ] {
            assert_eq!(text(html), expected, "{html}");
        }
        let linked = read(
            "see <a href='http://e.org/a'>this</a> by <a href='http://e.org/b'>@bo</a>",
            true,
        );
        assert_eq!(linked.text, "see this (http://e.org/a) by @bo");
    }

    #[test]
    fn an_archived_post_keeps_its_links_whole() {
        for (html, expected) in [
            (
                "<a href='http://ff.im/x' title='http://e.org/a/long/path'>http://e.org/a...</a>",
                "http://e.org/a/long/path",
            ),
            (
                "see <a href='http://e.org/a' title='a title'>this</a>",
                "see this (http://e.org/a)",
            ),
        ] {
            assert_eq!(whole_text(html), expected, "{html}");
        }
    }

    #[test]
    fn pictures_and_feeds_of_a_page_are_named() {
        let page = read(
            "<link rel='stylesheet' href=x><link REL='ALTERNATE' type='application/RSS+xml' href='/feed'>
             <img src=dot.gif width=1 height=1><p><img src='a.png'><img src='b.png'>",
            false,
        );
        assert_eq!(page.picture.as_deref(), Some("a.png"));
        assert_eq!(page.feeds, ["/feed"]);
    }

    #[test]
    fn a_tag_with_many_attributes_takes_a_bounded_time() {
        let names: String = (0..400_000).map(|n| format!(" a{n}")).collect();
        let html = format!("before <p{names}> after");
        assert_eq!(text(&html), "before");
        assert_eq!(feeds(&html), [""; 0]);
        assert_eq!(text(&"é".repeat(BYTES_MAX)).chars().count(), BYTES_MAX / 2);
    }
}
