//! Finds the route of a path.

use super::{Answers, BodyKind, ROUTES, Route};
use crate::{
    error::{Error, Result},
    http::{self, Method},
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
    let beside = ROUTES.iter().find(|route| first(route.path) == first(path));
    beside.map_or(Answers::Page, |route| route.answers)
}

/// Returns whether a path fits a pattern, segment by segment.
fn fits(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let fits = pattern.split('/').all(|expected| {
        let parameter = expected.starts_with(':');
        segments.next().is_some_and(|segment| {
            if parameter {
                !segment.is_empty()
            } else {
                segment == expected
            }
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
}
