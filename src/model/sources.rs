//! Sources: feeds of other sites that a person or a group imports.

use std::{collections::HashMap, time::Duration};

use url::Url;

use super::{FeedId, Message, NewImage, SourceId, Timestamp, UserId};

/// A feed of another site that becomes posts here.
#[derive(Debug, Clone)]
pub struct Source {
    pub id: SourceId,
    /// The feed that its entries go to: a person's own or a group's.
    pub feed: FeedId,
    /// The author of the posts.
    pub added_by: UserId,
    pub url: String,
    /// The title that it gives itself; empty before it was read.
    pub title: String,
    /// The page that it belongs to.
    pub page: Option<String>,
    /// The last time at which it could be read.
    pub read_at: Option<Timestamp>,
    /// The time of the next attempt; none if there will be none.
    pub next_at: Option<Timestamp>,
    /// The attempts that failed since it could be read.
    pub failures: u32,
    /// The reason why the last attempt failed.
    pub problem: Option<String>,
    /// What the other site wants to be told the next time (RFC 9110 §13.1).
    pub etag: Option<String>,
    pub modified: Option<String>,
}

/// A feed as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadFeed {
    pub title: String,
    pub page: Option<String>,
    /// The entries in their order, which is the newest first by custom.
    pub entries: Vec<ReadEntry>,
}

/// An entry of a feed as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadEntry {
    /// The id that the feed gives it; empty if it has none.
    pub id: String,
    pub link: Option<String>,
    /// The text of the post.
    pub message: Message,
    pub written_at: Option<Timestamp>,
    /// The address of its first picture.
    pub picture: Option<String>,
}

/// The result of an attempt to read a source.
#[derive(Debug)]
pub enum Reading {
    /// Nothing has changed since the last time.
    Unchanged,
    Feed {
        feed: ReadFeed,
        etag: Option<String>,
        modified: Option<String>,
        /// The pictures of some entries, by their places.
        pictures: HashMap<usize, NewImage>,
    },
    /// It does not exist any more, and will not come back (410).
    Gone,
    Failed {
        problem: String,
        /// The time that the other site asked to wait.
        wait: Option<Duration>,
    },
}

/// A reading, and where the source is now.
#[derive(Debug)]
pub struct SourceAttempt {
    pub reading: Reading,
    /// The new address, if it has moved for good.
    pub moved_to: Option<String>,
}

impl Source {
    /// The most sources of one person or group.
    pub const COUNT_MAX: usize = 20;
    /// The most characters of an address.
    const URL_CHARS_MAX: usize = 2_000;
    /// The longest pause between two attempts.
    pub const LONGEST_PAUSE: Duration = Duration::from_hours(24);

    /// Parses the address of a feed.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn parse_url(text: &str) -> Result<String, String> {
        let text = text.trim();
        let wrong = || {
            "Enter the address of a feed or a page, such as https://example.org/feed.".to_owned()
        };
        if text.is_empty() || text.chars().count() > Source::URL_CHARS_MAX {
            return Err(wrong());
        }
        let text = match text.split_once(':') {
            Some(("feed", rest)) if !rest.starts_with("//") => rest.to_owned(),
            Some(("feed", rest)) => format!("https:{rest}"),
            _ if text.contains("://") => text.to_owned(),
            _ => format!("https://{text}"),
        };
        let mut url = Url::parse(&text).map_err(|_| wrong())?;
        url.set_fragment(None);
        let is_web = matches!(url.scheme(), "http" | "https");
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        let is_open = url.username().is_empty() && url.password().is_none();
        if is_web && has_host && is_open {
            Ok(url.into())
        } else {
            Err(wrong())
        }
    }

    /// Returns the time of the next attempt after one that went well or failed now. Failures double the pause.
    pub fn next_attempt(
        now: Timestamp,
        interval: Duration,
        failures: u32,
        wait: Option<Duration>,
    ) -> Timestamp {
        let pause = interval.saturating_mul(1 << failures.min(10));
        let pause = pause.max(wait.unwrap_or_default());
        now.plus(pause.min(Source::LONGEST_PAUSE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_source_is_one_of_the_web() {
        for (text, expected) in [
            ("https://e.org/feed#x", "https://e.org/feed"),
            ("e.org", "https://e.org/"),
            ("feed://e.org/a", "https://e.org/a"),
            ("feed:http://e.org/a", "http://e.org/a"),
            ("http://BÜCHER.example/", "http://xn--bcher-kva.example/"),
        ] {
            assert_eq!(Source::parse_url(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "",
            "file:///etc/passwd",
            "ftp://e.org",
            "javascript:alert(1)",
            "http://a:b@e.org/",
            "http://",
            "a b",
        ] {
            assert!(Source::parse_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn failures_make_the_pause_longer_up_to_a_day() {
        let (now, interval) = (Timestamp(0), Duration::from_mins(30));
        let after = |failures, wait| Source::next_attempt(now, interval, failures, wait).0 / 60_000;
        assert_eq!(after(0, None), 30);
        assert_eq!(after(1, None), 60);
        assert_eq!(after(3, None), 240);
        assert_eq!(after(99, None), 1_440);
        assert_eq!(after(0, Some(Duration::from_mins(90))), 90);
        assert_eq!(after(0, Some(Duration::from_hours(999))), 1_440);
    }
}
