//! The link to the next page of a list.

use maud::{Markup, html};

use super::RenderContext;
use crate::model::Cursor;

/// The next page of a list: path of the page and, for the script, of the fragment. Both are percent-encoded and may
/// have a query.
pub(crate) struct Older<'a> {
    pub(crate) page: &'a str,
    pub(crate) fragment: Option<&'a str>,
}

/// Renders the link to the next page, unless this is the last one.
pub(super) fn older(
    render: &RenderContext<'_>,
    next: Option<Cursor>,
    place: &Older<'_>,
    words: &str,
) -> Markup {
    let link = |path: &str, next| {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{}{joint}before={next}", render.base.url_encoded(path))
    };
    html! {
        @if let Some(next) = next {
            p.older {
                a rel="next" href=(link(place.page, next)) data-fragment=[place.fragment.map(|path| link(path, next))] {
                    (words)
                }
            }
        }
    }
}
