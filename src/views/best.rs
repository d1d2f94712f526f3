//! The page of the best posts.

use maud::{Markup, html};

use super::{
    Layout,
    rivers::{self, River},
};
use crate::{model::BestOf, words::say};

/// Renders the best posts of some days, with links to those of other days.
pub(crate) fn page(layout: &Layout<'_>, here: BestOf, river: &River<'_>) -> Markup {
    layout.page(
        say("Best posts"),
        &html! {
            header.heading {
                h1 { (say("Best posts")) }
                p.hint { (say("What was liked and commented on most, among the posts that you can see.")) }
            }
            nav.tabs aria-label=(say("Days")) {
                @for one in BestOf::ALL {
                    " " a href={ (layout.render.base.url_encoded("/best?days=")) (one) } aria-current=[(one == here).then_some("page")] {
                        (match one { BestOf::Day => say("Last day"), BestOf::Week => say("Last 7 days"), BestOf::Month => say("Last 30 days") })
                    }
                }
            }
            (rivers::river(layout, river))
        },
    )
}
