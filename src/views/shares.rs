//! The page on which a post begins with what another program shares.

use maud::{Markup, html};

use super::{Layout, composer, pictures::Compose};
use crate::words::say;

/// Renders the form of a post alone. `draft` is the name under which the script keeps the text.
pub(crate) fn page(layout: &Layout<'_>, compose: &Compose<'_>, draft: &str) -> Markup {
    layout.page(
        say("New post"),
        &html! {
            h1 { (say("New post")) }
            (composer::open(&layout.render, compose, draft))
        },
    )
}
