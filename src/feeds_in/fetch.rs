//! Fetching a feed: one GET, its redirects, and all their limits.

use std::{
    collections::HashMap,
    io::Read,
    time::{Duration, Instant},
};

use ureq::{
    Agent, Body, Error,
    http::{HeaderMap, Response, StatusCode},
};
use url::Url;

use super::{
    document::{self, Unreadable},
    painter::Painter,
};
use crate::{
    config::FeedsInSettings,
    model::{NewImage, Reading, Source, SourceAttempt, Timestamp},
    outgoing::{self, KeptConnections, OutgoingRules, host, left},
};

/// The time that a feed may take, with all its redirects, and the time for one picture.
const DEADLINE: Duration = Duration::from_secs(20);
const PICTURE_DEADLINE: Duration = Duration::from_secs(10);

/// The most bytes of a feed, unpacked.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The most redirects and pages in front of a feed.
const HOPS_MAX: usize = 5;

/// The media types that are asked for.
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5";

/// An HTTP client that reaches the internet alone, and what the operator allows beside it.
pub(super) struct Fetcher {
    agent: Agent,
    chars_max: u32,
}

impl Fetcher {
    pub(super) fn new(settings: &FeedsInSettings, chars_max: u32) -> Fetcher {
        let rules = OutgoingRules {
            allowed: &settings.allowed_addresses,
            refused: &settings.refused_addresses,
        };
        Fetcher {
            agent: outgoing::client(&rules, "feed reader", ACCEPT, &KeptConnections::Some),
            chars_max,
        }
    }

    /// Reads a source once.
    pub(super) fn read(&self, source: &Source, now: Timestamp) -> SourceAttempt {
        let mut hops = Hops::default();
        let reading = match Url::parse(&source.url) {
            Ok(url) => self.follow(source, url, &mut hops, now),
            Err(error) => Err(error.to_string()),
        };
        let reading = reading.unwrap_or_else(|problem| Reading::Failed {
            problem,
            wait: None,
        });
        let is_read = matches!(reading, Reading::Feed { .. } | Reading::Unchanged);
        SourceAttempt {
            moved_to: hops.moved_to.filter(|_| is_read),
            reading,
        }
    }

    /// Follows redirects, and pages that name a feed, up to the feed.
    fn follow(
        &self,
        source: &Source,
        mut url: Url,
        hops: &mut Hops,
        now: Timestamp,
    ) -> Result<Reading, String> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let mut answer = self.get(source, &url, hops.count == 0, deadline)?;
            let status = answer.status();
            if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
                let location = answer
                    .headers()
                    .get("location")
                    .and_then(|to| to.to_str().ok());
                let to = location.and_then(|to| url.join(to).ok());
                let to = to.ok_or_else(|| format!("{status}, without an address"))?;
                let is_lasting = matches!(status.as_u16(), 301 | 308);
                hops.go(to.clone(), is_lasting)?;
                url = to;
                continue;
            }
            match status.as_u16() {
                200 => {}
                304 => return Ok(Reading::Unchanged),
                410 => return Ok(Reading::Gone),
                _ => {
                    return Ok(Reading::Failed {
                        problem: format!("{} answered {status}.", host(&url)),
                        wait: retry_after(answer.headers(), now),
                    });
                }
            }
            let header = |name: &str| {
                let value = answer.headers().get(name)?.to_str().ok()?;
                (value.len() <= 200).then(|| value.to_owned())
            };
            let (etag, modified) = (header("etag"), header("last-modified"));
            let bytes = body(&mut answer)?;
            match document::read(&bytes, &url, self.chars_max) {
                Ok(feed) => {
                    return Ok(Reading::Feed {
                        feed,
                        etag,
                        modified,
                        pictures: HashMap::new(),
                    });
                }
                // The page is where people look for a feed, and the feed is what they mean.
                Err(Unreadable::Page(Some(named))) if source.read_at.is_none() => {
                    hops.go(named.clone(), true)?;
                    url = named;
                }
                Err(Unreadable::Page(Some(_))) => {
                    return Err("It answers with a web page now, and not with a feed.".into());
                }
                Err(Unreadable::Page(None)) => {
                    return Err("This is a web page, and it names no feed.".into());
                }
                Err(Unreadable::Nonsense(why)) => return Err(why),
            }
        }
    }

    /// Fetches and encodes a picture. None if that is not possible.
    pub(super) fn picture(
        &self,
        address: &str,
        painter: &Painter,
        deadline: Instant,
    ) -> Option<NewImage> {
        let mut url = Url::parse(address).ok()?;
        let fetched_by = deadline.min(Instant::now() + PICTURE_DEADLINE);
        for _ in 0..=HOPS_MAX {
            if !matches!(url.scheme(), "http" | "https") {
                return None;
            }
            let request = self.agent.get(url.as_str()).header("Accept", "image/*");
            let request = request
                .config()
                .timeout_global(Some(left(fetched_by)))
                .build();
            let mut answer = request.call().ok()?;
            match answer.status().as_u16() {
                200 => return painter.paint(answer.body_mut().as_reader(), deadline),
                301 | 302 | 303 | 307 | 308 => {
                    let to = answer.headers().get("location")?.to_str().ok()?;
                    url = url.join(to).ok()?;
                }
                _ => return None,
            }
        }
        None
    }

    fn get(
        &self,
        source: &Source,
        url: &Url,
        is_first: bool,
        deadline: Instant,
    ) -> Result<Response<Body>, String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!(
                "It leads to {url}, which is no address of the web."
            ));
        }
        let mut request = self.agent.get(url.as_str());
        // They belong to the address that was asked before.
        for (name, value) in [
            ("If-None-Match", &source.etag),
            ("If-Modified-Since", &source.modified),
        ] {
            if let Some(value) = value.as_ref().filter(|_| is_first) {
                request = request.header(name, value);
            }
        }
        let request = request
            .config()
            .timeout_global(Some(left(deadline)))
            .build();
        request.call().map_err(|error| reason(&error, url))
    }
}

/// The way from the address of a source to its feed.
#[derive(Default)]
struct Hops {
    count: usize,
    /// The address that takes the place of the first one.
    moved_to: Option<String>,
    is_temporary: bool,
}

impl Hops {
    fn go(&mut self, to: Url, is_lasting: bool) -> Result<(), String> {
        self.count += 1;
        if self.count > HOPS_MAX {
            return Err("It leads from one address to the next, without end.".into());
        }
        self.is_temporary |= !is_lasting;
        if !self.is_temporary {
            self.moved_to = Some(to.into());
        }
        Ok(())
    }
}

/// Reads a body to its end.
fn body(answer: &mut Response<Body>) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let reader = answer.body_mut().as_reader().take(BYTES_MAX + 1);
    let read = { reader }.read_to_end(&mut bytes);
    read.map_err(|error| format!("It broke off: {error}."))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(format!(
            "It is larger than {} MiB.",
            BYTES_MAX / (1024 * 1024)
        ));
    }
    Ok(bytes)
}

/// Returns how long a site asks to wait, in seconds or up to a date (RFC 9110 §10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = super::dates::parse(text)?.as_millisecond();
    u64::try_from(at - now.0).ok().map(Duration::from_millis)
}

/// Says why there is no answer.
fn reason(error: &Error, url: &Url) -> String {
    outgoing::reason(
        error,
        url,
        DEADLINE,
        "this site reads feeds from the internet only",
    )
}
