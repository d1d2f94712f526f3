//! Mending of feeds for feed-rs: it is given a feed as it is or, if that fails, mended more and more.

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
};

use chrono::DateTime;
use encoding_rs::{Encoding, WINDOWS_1252};
use feed_rs::{model::Feed, parser};
use regex::{Regex, bytes};
use serde_json::Value;
use url::Url;

use crate::feeds_in::dates;

/// The most entries that feed-rs is given, and the most objects of JSON. It takes about a kilobyte for each.
const ENTRIES_PARSED_MAX: usize = 2_000;
const JSON_OBJECTS_MAX: usize = 50_000;

/// The namespaces of Atom 0.3 and 1.0 (RFC 4287).
pub(super) const ATOM_0_3: &str = "http://purl.org/atom/ns#";
pub(super) const ATOM_1_0: &str = "http://www.w3.org/2005/Atom";

/// The version that feed-rs reads, whichever of its line a feed names.
static RSS_VERSION: LazyLock<bytes::Regex> = LazyLock::new(|| {
    let pattern = r#"<rss\b([^>]*?)\sversion\s*=\s*["'][^"']*["']"#;
    bytes::Regex::new(pattern).expect("a pattern")
});
static RSS_TAG: LazyLock<bytes::Regex> =
    LazyLock::new(|| bytes::Regex::new(r"<rss\b").expect("a pattern"));
/// Ampersands: in sections of raw text, as references, and those that are neither.
static BARE_AMPERSAND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?s)<!\[CDATA\[.*?\]\]>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);|&",
    )
    .expect("a pattern")
});
/// The beginning of an entry.
static ENTRY: LazyLock<bytes::Regex> = LazyLock::new(|| {
    bytes::Regex::new(r"<(?:[A-Za-z0-9_.-]+:)?(?:item|entry)[\s/>]").expect("a pattern")
});
/// The encoding that an XML declaration names.
static DECLARED: LazyLock<bytes::Regex> = LazyLock::new(|| {
    bytes::Regex::new(r#"^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9_.:-]+)"#).expect("a pattern")
});
static ATOM_0_3_DATES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<(/?)(modified|issued|created|tagline)\b").expect("a pattern"));

/// Parses a feed as it is or, if that fails, mended more and more.
pub(super) fn parse(bytes: &[u8], url: &Url) -> Option<Feed> {
    if bytes.starts_with(b"{") {
        if bytes.split(|b| *b == b'{').count() > JSON_OBJECTS_MAX {
            return None;
        }
        return with_feed_rs(bytes, url).or_else(|| with_feed_rs(&mended_json(bytes)?, url));
    }
    let bytes = with_fewer_entries(bytes);
    let known = with_known_version(&bytes);
    let has_some = |feed: &Feed| feed.title.is_some() || !feed.entries.is_empty();
    if let Some(feed) = with_feed_rs(&known, url).filter(has_some) {
        return Some(feed);
    }
    let text = decoded(&known);
    let text = atom_1_0(without_declaration(&text));
    let whole = with_feed_rs(text.as_bytes(), url).filter(has_some);
    whole.or_else(|| {
        let escaped = BARE_AMPERSAND.replace_all(&text, |found: &regex::Captures<'_>| {
            if found[0] == *"&" {
                "&amp;".to_owned()
            } else {
                found[0].to_owned()
            }
        });
        let mended = with_feed_rs(escaped.as_bytes(), url).filter(has_some);
        mended.or_else(|| with_feed_rs(completed(&escaped)?.as_bytes(), url))
    })
}

/// Leaves out the entries behind the first ones, which are the newest by custom.
fn with_fewer_entries(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = ENTRY.find_iter(bytes).nth(ENTRIES_PARSED_MAX) else {
        return Cow::Borrowed(bytes);
    };
    let mut kept = bytes[..first.start()].to_vec();
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1_024)]).into_owned();
    let end = if start.contains("<rdf:RDF") {
        "</rdf:RDF>"
    } else if start.contains("<rss") {
        "</channel></rss>"
    } else {
        "</feed>"
    };
    kept.extend_from_slice(end.as_bytes());
    Cow::Owned(kept)
}

/// Decodes a feed by the encoding that it declares. Without one it is UTF-8, in which some characters may be broken, or
/// Latin-1, if that explains more of them.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let declared = DECLARED
        .captures(bytes)
        .and_then(|found| Encoding::for_label(&found[1]));
    if let Some(encoding) = declared {
        return encoding.decode(bytes).0;
    }
    let text = String::from_utf8_lossy(bytes);
    let (mut broken, mut whole) = (0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if c == char::REPLACEMENT_CHARACTER {
            broken += 1;
        } else {
            whole += 1;
        }
    }
    if broken > whole {
        return WINDOWS_1252.decode(bytes).0;
    }
    text
}

fn with_feed_rs(bytes: &[u8], url: &Url) -> Option<Feed> {
    let parser = parser::Builder::new()
        .base_uri(Some(url.as_str()))
        // Our own reading of HTML leaves no markup.
        .sanitize_content(false)
        .timestamp_parser(|text| {
            let time = dates::parse(text)?;
            DateTime::from_timestamp_millis(time.as_millisecond())
        })
        // An entry without an id would get a random one. Here it gets none, and is known by its link or text.
        .id_generator(|_, _, _| String::new())
        .build();
    // What makes a parser panic can still be mended.
    catch_unwind(AssertUnwindSafe(|| parser.parse(bytes).ok())).ok()?
}

/// Writes the version of RSS that feed-rs knows: all versions of this line are read alike.
fn with_known_version(bytes: &[u8]) -> Cow<'_, [u8]> {
    if RSS_VERSION.is_match(bytes) {
        RSS_VERSION.replace(bytes, &br#"<rss$1 version="2.0""#[..])
    } else {
        RSS_TAG.replace(bytes, &br#"<rss version="2.0""#[..])
    }
}

/// Removes the XML declaration, whose encoding is not that of the text any more.
fn without_declaration(text: &str) -> &str {
    match (text.starts_with("<?xml"), text.find("?>")) {
        (true, Some(end)) => text[end + 2..].trim_start(),
        _ => text,
    }
}

/// Turns Atom 0.3 into Atom 1.0, as far as a reader needs it.
fn atom_1_0(text: &str) -> Cow<'_, str> {
    if !text.contains(ATOM_0_3) {
        return Cow::Borrowed(text);
    }
    let renamed = ATOM_0_3_DATES.replace_all(text, |found: &regex::Captures<'_>| {
        let name = match &found[2] {
            "modified" => "updated",
            "tagline" => "subtitle",
            _ => "published",
        };
        format!("<{}{name}", &found[1])
    });
    let modern = renamed.replace(ATOM_0_3, ATOM_1_0);
    let modern = modern.replace("type=\"text/html\"", "type=\"html\"");
    let modern = modern.replace("type=\"application/xhtml+xml\"", "type=\"xhtml\"");
    Cow::Owned(modern.replace("type=\"text/plain\"", "type=\"text\""))
}

/// Completes a feed that was cut off in the middle of an entry.
fn completed(text: &str) -> Option<String> {
    for (entry, end) in [("</item>", "</channel></rss>"), ("</entry>", "</feed>")] {
        if let Some(at) = text.rfind(entry) {
            return Some(format!("{}{end}", &text[..at + entry.len()]));
        }
    }
    None
}

/// Mends a JSON Feed whose ids are numbers, or which has no title.
fn mended_json(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut feed: Value = serde_json::from_slice(bytes).ok()?;
    let fields = feed.as_object_mut()?;
    fields.entry("title").or_insert_with(|| "".into());
    for item in fields.get_mut("items")?.as_array_mut()? {
        if let Some(id) = item.get_mut("id").filter(|id| !id.is_string()) {
            *id = id.to_string().into();
        }
    }
    serde_json::to_vec(&feed).ok()
}
