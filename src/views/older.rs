use maud::{Markup, html};

use super::Drawing;
use crate::model::{Page, Post};

/// Where older posts are: the path of the page and, for the script, of the fragment.
pub(crate) struct Older<'a> {
    pub(crate) page: &'a str,
    pub(crate) fragment: Option<&'a str>,
}

/// The link to the next page, unless this is the last.
pub(super) fn older(drawing: &Drawing<'_>, page: &Page<Post>, place: &Older<'_>) -> Markup {
    let link = |path: &str, next| format!("{}?before={next}", drawing.base.url(path));
    html! {
        @if let Some(next) = page.next {
            p.older {
                a rel="next" href=(link(place.page, next)) data-fragment=[place.fragment.map(|path| link(path, next))] {
                    "Older posts"
                }
            }
        }
    }
}
