//! Feeds as they are found: RSS, RDF, Atom and JSON Feed, read by feed-rs. `mending` helps it with what it refuses or loses
//! although people publish it.

mod mending;

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use feed_rs::model::{Entry, Feed, FeedType, Text};
use url::Url;

use self::mending::parse;
use super::html;
use crate::model::{Message, ReadEntry, ReadFeed, Timestamp};

/// The most entries of a feed that are looked at: the first ones, which are the newest ones by custom.
const ENTRIES_MAX: usize = 100;

/// The characters of an entry's own text that are shown if it has a title.
const EXCERPT_CHARS: usize = 500;

/// The room that a link must leave for the text.
const TEXT_CHARS_MIN: usize = 12;

/// The most characters of a title.
const TITLE_CHARS_MAX: usize = 300;

/// Reads a feed. `url` is where it came from; a post has at most `chars_max` characters.
///
/// # Errors
/// A sentence for the person who wants to read it. With `Page`, the address of a feed that the page names.
pub(super) fn read(bytes: &[u8], url: &Url, chars_max: u32) -> Result<ReadFeed, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace());
    let bytes = &bytes[start.unwrap_or(bytes.len())..];
    if bytes.is_empty() {
        return Err(Unreadable::Nonsense("The answer is empty.".into()));
    }
    let found = parse(bytes, url);
    let feed = match found {
        Some(feed) if feed.title.is_some() || !feed.entries.is_empty() => feed,
        _ if is_page(bytes) => return Err(page(bytes, url)),
        _ => {
            return Err(Unreadable::Nonsense(
                "It is neither RSS, Atom nor a JSON Feed, or it is damaged.".into(),
            ));
        }
    };
    Ok(convert(&feed, url, chars_max))
}

/// The reason why bytes are no feed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// A web page, and the feed that it names.
    Page(Option<Url>),
    Nonsense(String),
}

fn is_page(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1_024)]).to_lowercase();
    start.contains("<!doctype html") || start.contains("<html") || start.contains("<head")
}

fn page(bytes: &[u8], url: &Url) -> Unreadable {
    let feeds = html::feeds(&String::from_utf8_lossy(bytes));
    let named = feeds.first().and_then(|address| url.join(address).ok());
    Unreadable::Page(named)
}

fn convert(feed: &Feed, url: &Url, chars_max: u32) -> ReadFeed {
    let is_rss = !matches!(feed.feed_type, FeedType::Atom | FeedType::JSON);
    let links = feed.links.iter();
    let page = links
        .filter(|link| {
            !matches!(
                link.rel.as_deref(),
                Some("self" | "hub" | "next" | "prev-archive")
            )
        })
        .find_map(|link| web_address(&link.href, url));
    let title = feed.title.as_ref().map(|title| plain(title, is_rss));
    let base = page.clone().unwrap_or_else(|| url.clone());
    let mut entries: Vec<&Entry> = feed.entries.iter().collect();
    if entries.iter().all(|entry| date(entry).is_some()) {
        entries.sort_by_key(|entry| Reverse(date(entry)));
    }
    ReadFeed {
        title: shortened(&title.unwrap_or_default(), TITLE_CHARS_MAX),
        page: page.map(String::from),
        entries: entries
            .into_iter()
            .take(ENTRIES_MAX)
            .filter_map(|entry| read_entry(entry, &base, is_rss, chars_max))
            .collect(),
    }
}

fn date(entry: &Entry) -> Option<DateTime<Utc>> {
    entry.published.or(entry.updated)
}

/// Returns an entry as a post. None if nothing of it can be shown.
fn read_entry(entry: &Entry, base: &Url, is_rss: bool, chars_max: u32) -> Option<ReadEntry> {
    let own_link = entry
        .links
        .iter()
        .filter(|link| {
            !matches!(
                link.rel.as_deref(),
                Some("enclosure" | "self" | "replies" | "edit")
            )
        })
        .find_map(|link| web_address(&link.href, base));
    let link =
        own_link.or_else(|| web_address(&entry.id, base).filter(|_| entry.id.contains("://")));
    let title = entry
        .title
        .as_ref()
        .map(|title| plain(title, is_rss))
        .unwrap_or_default();
    let title = shortened(&title.replace('\n', " "), TITLE_CHARS_MAX);
    let body = entry
        .content
        .as_ref()
        .and_then(|content| Some((content.body.as_deref()?, content.content_type.to_string())))
        .or_else(|| {
            let summary = entry.summary.as_ref()?;
            Some((summary.content.as_str(), summary.content_type.to_string()))
        });
    let mut in_text = None;
    let body = body.map(|(text, kind)| {
        if is_rss || kind.contains("html") {
            let content = html::read(text, title.is_empty());
            in_text = content.picture;
            content.text
        } else {
            text.trim().to_owned()
        }
    });
    let message = message(
        &title,
        &body.unwrap_or_default(),
        link.as_ref(),
        chars_max as usize,
    )?;
    let message = Message::imported(&message, chars_max).ok()?;
    Some(ReadEntry {
        id: entry.id.trim().to_owned(),
        picture: picture(entry, in_text.as_deref(), link.as_ref().unwrap_or(base))
            .map(String::from),
        link: link.map(String::from),
        message,
        written_at: date(entry).map(|at| Timestamp(at.timestamp_millis().max(0))),
    })
}

/// Returns the address of an entry's picture: one that it brings along, or the first one in its text.
fn picture(entry: &Entry, in_text: Option<&str>, base: &Url) -> Option<Url> {
    let is_image = |kind: &str| kind.starts_with("image/");
    let media = entry.media.iter().flat_map(|media| &media.content);
    let brought = media
        .filter(|content| {
            content
                .content_type
                .as_ref()
                .is_some_and(|kind| is_image(kind.as_ref()))
        })
        .find_map(|content| content.url.as_ref().map(ToString::to_string));
    let enclosed = || {
        let mut links = entry.links.iter();
        let link = links.find(|link| {
            let kind = link.media_type.as_deref().unwrap_or_default();
            link.rel.as_deref() == Some("enclosure") && is_image(kind)
        });
        link.map(|link| link.href.clone())
    };
    let thumbnail = || {
        let mut thumbnails = entry.media.iter().flat_map(|media| &media.thumbnails);
        thumbnails
            .next()
            .map(|thumbnail| thumbnail.image.uri.clone())
    };
    let address = brought
        .or_else(enclosed)
        .or_else(|| in_text.map(str::to_owned))
        .or_else(thumbnail)?;
    web_address(&address, base)
}

/// Puts the text of a post together: the title, the beginning of the text, the link.
fn message(title: &str, body: &str, link: Option<&Url>, chars_max: usize) -> Option<String> {
    let link = link
        .map(Url::as_str)
        .filter(|link| link.chars().count() + TEXT_CHARS_MIN <= chars_max);
    let left = chars_max - link.map_or(0, |link| link.chars().count() + 2);
    // Sites of short texts repeat the text as a title.
    let bare_title = title.trim_end_matches(['…', '.']);
    let is_repeated = !bare_title.is_empty() && body.replace('\n', " ").starts_with(bare_title);
    let text = match (title.is_empty() || is_repeated, body.is_empty()) {
        (true, _) => body.to_owned(),
        (false, true) => title.to_owned(),
        (false, false) => format!("{title}\n\n{}", shortened(body, EXCERPT_CHARS)),
    };
    let text = shortened(&text, left);
    let message = match link {
        Some(link) if text.contains(link) => text,
        Some(link) if text.is_empty() => link.to_owned(),
        Some(link) => format!("{text}\n\n{link}"),
        None => text,
    };
    (!message.is_empty()).then_some(message)
}

fn plain(text: &Text, is_rss: bool) -> String {
    if is_rss || text.content_type.to_string().contains("html") {
        html::text(&text.content)
    } else {
        text.content.trim().to_owned()
    }
}

/// Returns an address of the web that is written in a feed.
fn web_address(text: &str, base: &Url) -> Option<Url> {
    let text = text.trim();
    let address = (!text.is_empty()).then(|| base.join(text).ok())??;
    matches!(address.scheme(), "http" | "https").then_some(address)
}

/// Cuts a text between two words, if it is longer than that.
fn shortened(text: &str, chars_max: usize) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(chars_max.saturating_sub(1)) else {
        return text.to_owned();
    };
    if text[end..].chars().nth(1).is_none() {
        return text.to_owned();
    }
    let cut = &text[..end];
    let at = cut.rfind(char::is_whitespace).filter(|at| *at > end / 2);
    format!("{}…", cut[..at.unwrap_or(end)].trim_end())
}

#[cfg(test)]
mod tests;
