//! The target of a request: its path inside the site, and the paths that a browser may be sent to.

use crate::model::BasePath;

/// The beginning of paths that are answered in JSON. The door refuses in JSON below it as well.
pub const FOR_PROGRAMS: &str = "/api/";

/// The beginning of addresses at which scripts post.
const HOOKS: &str = "/hook/";

/// A path of the pages' script, which speaks JSON as programs do.
const SEEN: &str = "/seen";

/// The most bytes that a path to go to after a form may have.
const NEXT_BYTES_MAX: usize = 512;

/// Returns the path of a request's target inside the site, without its query.
pub(crate) fn path_of<'u>(url: &'u str, base: &BasePath) -> &'u str {
    base.strip(url).split('?').next().unwrap_or_default()
}

/// Returns whether a path is answered in JSON, errors included.
pub(crate) fn is_for_programs(path: &str) -> bool {
    path.starts_with(FOR_PROGRAMS) || path.starts_with(HOOKS) || path == SEEN
}

/// Returns whether this is a path under the site's base that leads nowhere else.
pub(super) fn is_inside(path: &str, base: &BasePath) -> bool {
    let rest = path.strip_prefix(base.as_str());
    is_local_path(path) && rest.is_some_and(|rest| rest.starts_with('/'))
}

fn is_local_path(next: &str) -> bool {
    next.len() <= NEXT_BYTES_MAX
        && next.starts_with('/')
        && !matches!(next.as_bytes().get(1), Some(b'/' | b'\\'))
        // It becomes a header unchanged, so characters outside ASCII must be percent-encoded.
        && next.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_stays_on_this_site() {
        for good in ["/", "/user/alice", "/post/x/%D0%BF?a=b#c", "/feed/"] {
            assert!(is_local_path(good), "{good}");
        }
        let long = format!("/{}", "a".repeat(512));
        for bad in [
            "",
            "//evil",
            "/\\evil",
            "\\/evil",
            "https://evil",
            "evil",
            "/a\nb",
            "/ a",
            "\t/a",
            "/a\\b",
            "javascript:x",
            "/ж",
            &long,
        ] {
            assert!(!is_local_path(bad), "{bad:?}");
        }
    }
}
