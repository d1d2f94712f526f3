//! Finds the route of a path.

use super::{Answers, BodyKind, ROUTES, Route};
use crate::{
    error::{Error, Result},
    http::{self, Method},
    model::BasePath,
};

/// Finds the route of a method and a path inside the site.
///
/// # Errors
/// `NotFound` if there is no such path; `MethodNotAllowed` if there is, but not for this method.
pub(crate) fn find(method: &Method, path: &str) -> Result<&'static Route> {
    let method = match method {
        Method::Head => &Method::Get,
        method => method,
    };
    let mut allowed: Vec<String> = Vec::new();
    for route in ROUTES {
        if fits(route.path, path) {
            if route.method == *method {
                return Ok(route);
            }
            allowed.push(route.method.to_string());
        }
    }
    if allowed.is_empty() {
        Err(Error::NotFound)
    } else {
        Err(Error::MethodNotAllowed(allowed.join(", ")))
    }
}

/// The target of a request, inside the site.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SiteTarget<'t> {
    Inside(&'t str),
    /// The base itself, without the slash that all paths of the site begin with.
    Slashless,
}

/// Returns the target of a request inside the site. A proxy may have removed the base or not, and a base may have the name
/// of a route, so the routes decide. Where both readings are a route, `is_from_site` says that a page or script of the site
/// asks: it knows the slash, so that the proxy must have removed the base.
pub(crate) fn inside<'t>(
    base: &BasePath,
    method: &Method,
    target: &'t str,
    is_from_site: impl Fn() -> bool,
) -> SiteTarget<'t> {
    let Some(rest) = target
        .strip_prefix(base.as_str())
        .filter(|_| !base.is_root())
    else {
        return SiteTarget::Inside(target);
    };
    let path = |target: &'t str| target.split('?').next().unwrap_or_default();
    let is_known = |path: &str| ROUTES.iter().any(|route| fits(route.path, path));
    let is_known_as_it_came = is_known(path(target));
    match rest.as_bytes().first() {
        Some(b'/') if is_known(path(rest)) || !is_known_as_it_came => SiteTarget::Inside(rest),
        None | Some(b'?') if !is_known_as_it_came || http::is_safe(method) && !is_from_site() => {
            SiteTarget::Slashless
        }
        _ => SiteTarget::Inside(target),
    }
}

/// Returns which body can be sent to a path with POST. The door asks before it reads one.
pub(crate) fn body_kind(path: &str) -> BodyKind {
    find(&Method::Post, path).map_or(BodyKind::Text, |route| route.body)
}

/// Returns whether a path, with whatever query, can be asked for with GET.
pub(super) fn can_be_visited(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    find(&Method::Get, path).is_ok()
}

/// Returns whether nobody has to sign in for a path, with some method.
pub(super) fn is_open(path: &str) -> bool {
    ROUTES
        .iter()
        .any(|route| route.handler.is_open() && fits(route.path, path))
}

/// Returns what a path without a route answers: whatever the routes beside it do.
pub(super) fn answers_beside(path: &str) -> Answers {
    if http::is_for_programs(path) {
        return Answers::Json;
    }
    let first = |path: &str| path.split('/').nth(1).map(str::to_owned);
    let beside = ROUTES
        .iter()
        .filter(|route| first(route.path) == first(path));
    // Feeds for other programs stand beside pages for people.
    let is_for_people = |route: &&Route| route.answers == Answers::Page;
    let found = beside
        .clone()
        .find(is_for_people)
        .or_else(|| beside.clone().next());
    found.map_or(Answers::Page, |route| route.answers)
}

/// Returns whether a path fits a pattern, segment by segment.
fn fits(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let fits = pattern.split('/').all(|expected| {
        segments
            .next()
            .is_some_and(|segment| match http::parameter(expected) {
                Some((_, ending)) => segment
                    .strip_suffix(ending)
                    .is_some_and(|value| !value.is_empty()),
                None => segment == expected,
            })
    });
    fits && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_segments_only() {
        for (pattern, path, expected) in [
            ("/post/:id", "/post/7", true),
            ("/post/:id", "/post/7/x", false),
            ("/post/:id", "/post/", false),
            ("/post/:id", "/post", false),
            ("/", "/", true),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn an_unknown_path_answers_like_its_neighbours() {
        for (path, expected) in [
            ("/nowhere", Answers::Page),
            ("", Answers::Page),
            ("/user/alice/nothing", Answers::Page),
            ("/api/v1/nothing", Answers::Json),
            ("/api/", Answers::Json),
            ("/sse/nothing", Answers::Stream),
            ("/image/7", Answers::File),
            ("/assets/nothing", Answers::File),
        ] {
            assert_eq!(answers_beside(path), expected, "{path}");
        }
    }

    #[test]
    fn a_base_may_have_the_name_of_a_route() {
        let base = |url: &str| crate::model::BaseUrl::parse(url).expect("an address").path;
        for (url, method, target, expected) in [
            (
                "http://pi/feed",
                "GET",
                "/feed/login?next=x",
                "/login?next=x",
            ),
            ("http://pi/feed", "GET", "/login", "/login"),
            ("http://pi/feed", "GET", "/feedback", "/feedback"),
            ("http://pi/feed", "GET", "/feed/feed", "/feed"),
            ("http://pi/feed", "POST", "/feed", "/feed"),
            ("http://pi/feed", "GET", "/feed/nothing", "/nothing"),
            ("http://pi/user", "GET", "/user/ann", "/user/ann"),
            ("http://pi/user", "GET", "/user/user/ann", "/user/ann"),
            ("http://pi/user", "GET", "/user/login", "/login"),
            ("http://pi/post", "POST", "/post", "/post"),
            ("http://pi/post", "POST", "/post/post", "/post"),
            ("http://pi/post", "GET", "/post/7/words", "/post/7/words"),
            (
                "http://pi/settings",
                "GET",
                "/settings/account",
                "/settings/account",
            ),
            ("http://pi/api", "GET", "/api/v1/me", "/api/v1/me"),
            ("http://pi/api", "GET", "/api/api/v1/me", "/api/v1/me"),
            ("http://pi", "GET", "/user/ann", "/user/ann"),
        ] {
            let method: Method = method.parse().expect("a method");
            let found = inside(&base(url), &method, target, || false);
            assert_eq!(found, SiteTarget::Inside(expected), "{url}: {target}");
        }
        for (url, target) in [
            ("http://pi/feed", "/feed"),
            ("http://pi/feed", "/feed?x"),
            ("http://pi/x", "/x"),
        ] {
            let of = |is_from_site: bool| inside(&base(url), &Method::Get, target, || is_from_site);
            assert_eq!(of(false), SiteTarget::Slashless, "{target}");
            let is_route = url.ends_with("/feed");
            assert_eq!(of(true) == SiteTarget::Inside(target), is_route, "{target}");
        }
    }
}
