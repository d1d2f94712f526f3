//! Targets of links: two spellings of one address are equal.

use super::{Body, Piece, PostId, SearchQuery};

/// The beginnings of parameters by which sites follow readers. They change nothing about what is shown.
const TRACKING: [&str; 6] = ["utm_", "fbclid", "gclid", "igshid", "mc_cid", "mc_eid"];

/// The beginning of the place of a post.
const POST_PATH: &str = "post/";

/// The target of a link, without what does not matter: scheme, `www.`, a last slash, a fragment, parameters of trackers and
/// the order of the others. A post of a site is its id alone, because one site has many addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTarget {
    /// Host and path, or the path of a post.
    place: String,
    /// The parameters, sorted.
    parameters: Vec<String>,
}

/// The posts that link to a post, as far as they were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkCount {
    pub posts: usize,
    /// True if there may be more.
    pub is_least: bool,
}

impl LinkTarget {
    /// Reads the target of a link. None if it has no host.
    pub fn of(url: &str) -> Option<LinkTarget> {
        let (_, rest) = url.split_once("://")?;
        // Applications in a browser keep their pages in the fragment.
        let rest = match rest.split_once('#') {
            Some((_, fragment)) if fragment.starts_with(['!', '/']) => rest,
            Some((before, _)) => before,
            None => rest,
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let host = host.rsplit('@').next()?.to_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let host = host.strip_suffix(":443").unwrap_or(host);
        let host = host.strip_suffix(":80").unwrap_or(host);
        if host.is_empty() {
            return None;
        }
        if let Some(post) = post_in(path) {
            return Some(LinkTarget::of_post(post));
        }
        let is_kept = |parameter: &&str| {
            !parameter.is_empty() && !TRACKING.iter().any(|name| parameter.starts_with(name))
        };
        let mut parameters: Vec<String> = query
            .split('&')
            .filter(is_kept)
            .map(str::to_owned)
            .collect();
        parameters.sort();
        Some(LinkTarget {
            place: format!("{host}{}", path.trim_end_matches('/')),
            parameters,
        })
    }

    /// Returns the target of links to a post.
    pub fn of_post(post: PostId) -> LinkTarget {
        LinkTarget {
            place: format!("{POST_PATH}{post}"),
            parameters: Vec::new(),
        }
    }

    /// Returns the posts to which a text links, on whatever site.
    pub fn posts_in(body: &Body) -> impl Iterator<Item = PostId> {
        body.0.iter().filter_map(|piece| match piece {
            Piece::Link(url) if url.contains("/post/") => LinkTarget::of(url)?.post(),
            _ => None,
        })
    }

    /// Returns the post that this leads to, if it is one.
    fn post(&self) -> Option<PostId> {
        self.place.strip_prefix(POST_PATH)?.parse().ok()
    }

    /// Returns the targets of all links in a text.
    pub fn all_in(body: &Body) -> impl Iterator<Item = LinkTarget> {
        body.0.iter().filter_map(|piece| match piece {
            Piece::Link(url) => LinkTarget::of(url),
            _ => None,
        })
    }

    /// Returns whether a text has a link to this.
    pub fn is_linked_in(&self, body: &Body) -> bool {
        LinkTarget::all_in(body).any(|target| target == *self)
    }

    /// Returns a search that finds every text with a link to this, and perhaps others.
    pub fn search(&self) -> String {
        let mut search = String::new();
        for part in [&self.place].into_iter().chain(&self.parameters) {
            let chars_left = SearchQuery::CHARS_MAX - search.chars().count();
            // Half a word would find nothing.
            let end = part.char_indices().nth(chars_left.saturating_sub(3));
            let part = match end {
                None => part.as_str(),
                Some((end, _)) => {
                    let last = part[..end].rfind(|c: char| !c.is_alphanumeric());
                    &part[..last.unwrap_or(0)]
                }
            };
            if !part.is_empty() {
                let gap = if search.is_empty() { "" } else { " " };
                search += &format!("{gap}\"{}\"", part.replace('"', " "));
            }
        }
        search
    }
}

/// Returns the post that a path leads to, on whatever site under whatever path.
fn post_in(path: &str) -> Option<PostId> {
    let mut segments = path.split('/').skip_while(|segment| *segment != "post");
    segments.next()?;
    segments.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_equal() {
        let post = PostId(7);
        for (one, other, are_equal) in [
            ("http://example.org", "https://www.example.org/", true),
            ("http://Example.org/a/", "http://example.org/a#part", true),
            ("http://example.org/A", "http://example.org/a", false),
            ("http://example.org:80/a", "http://example.org/a", true),
            ("http://example.org:81/a", "http://example.org/a", false),
            ("http://e.org/?b=1&a=2", "http://e.org?a=2&b=1", true),
            ("http://e.org/?v=1", "http://e.org/?v=2", false),
            (
                "http://e.org/a?utm_source=x&v=1",
                "http://e.org/a?v=1",
                true,
            ),
            ("http://e.org/a?fbclid=x", "http://e.org/a", true),
            ("http://e.org/#/a", "http://e.org/#/b", false),
            (
                &format!("http://pi:5000/post/{post}/some-words"),
                &format!("https://feed.example/path/post/{post}#comment-7"),
                true,
            ),
            ("http://e.org/post/1", "http://e.org/post/2", false),
        ] {
            let (a, b) = (LinkTarget::of(one), LinkTarget::of(other));
            assert!(a.is_some() && b.is_some(), "{one} {other}");
            assert_eq!(a == b, are_equal, "{one} {other}: {a:?} {b:?}");
        }
        assert_eq!(LinkTarget::of("mailto:a@example.org"), None);
        assert_eq!(LinkTarget::of("http:///a"), None);
    }

    #[test]
    fn a_search_for_a_target_has_its_parts_as_phrases() {
        let target = LinkTarget::of("https://example.org/a?v=b&c=\"d").expect("a target");
        assert_eq!(target.search(), "\"example.org/a\" \"c= d\" \"v=b\"");
        let long = format!(
            "https://example.org/{}?a={}",
            "word/".repeat(70),
            "b".repeat(400)
        );
        let search = LinkTarget::of(&long).expect("a target").search();
        assert!(search.chars().count() <= SearchQuery::CHARS_MAX, "{search}");
        assert!(search.ends_with("/word\""), "{search}");
        let body = Body::parse("see http://www.example.org/a/?c=%22d&v=b today");
        assert!(!target.is_linked_in(&body));
        let body = Body::parse("see http://www.example.org/b today");
        let target = LinkTarget::of("http://example.org/b").expect("a target");
        assert!(target.is_linked_in(&body));
    }
}
