//! The page of a search.

use maud::{Markup, html};

use super::{
    Layout,
    rivers::{self, River},
    searches,
};
use crate::{
    model::{KeptSearch, SearchQuery, search_path},
    words::{fill, later, message, say},
};

/// What a search can say, with an example of each.
const OPERATORS: [(&str, &str); 17] = [
    ("sea weather", later("both words, in any order")),
    ("\"sea weather\"", later("these words, one after the other")),
    ("sea OR lake", later("one of the words")),
    ("sea -weather", later("the first word without the second")),
    ("weath*", later("words that begin so")),
    ("from:ann", later("posts from ann; from:me are yours")),
    ("in:garden", later("posts in the group garden")),
    ("to:me", later("direct messages")),
    ("commented:ann", later("posts that ann commented on")),
    ("liked:me", later("posts that you like")),
    ("#boat", later("posts with a tag")),
    ("has:picture", later("posts with pictures")),
    ("has:link", later("texts with a link")),
    ("before:2026-05-01", later("older texts")),
    ("after:2026-05", later("texts from May on")),
    ("is:saved", later("posts that you saved")),
    ("is:unread", later("posts with new comments")),
];

/// Renders what was found.
pub(crate) fn page(
    layout: &Layout<'_>,
    query: &SearchQuery,
    kept: &[KeptSearch],
    river: &River<'_>,
) -> Markup {
    let own = kept.iter().find(|kept| kept.query == query.as_typed());
    layout.page(
        &fill("{query} · Search", &[("query", query.as_typed())]),
        &html! {
            (heading(layout, query))
            (searches::keep_form(query, own, &layout.render))
            (rivers::river(layout, river))
        },
    )
}

/// Renders the page of a search that looks for nothing.
pub(crate) fn empty(layout: &Layout<'_>, query: &SearchQuery, kept: &[KeptSearch]) -> Markup {
    let base = layout.render.base;
    layout.page(
        say("Search"),
        &html! {
            (heading(layout, query))
            @if !kept.is_empty() { (searches::card(kept, &layout.render)) }
            section.card {
                h2 { (say("What you can look for")) }
                dl.facts {
                    @for (example, meaning) in OPERATORS {
                        dt { a href=(base.url_encoded(&search_path(example))) { code { (example) } } }
                        dd { (say(meaning)) }
                    }
                }
                p.hint { (say("Case and accents make no difference: “cafe” finds “Café”.")) }
            }
        },
    )
}

fn heading(layout: &Layout<'_>, query: &SearchQuery) -> Markup {
    html! {
        header.heading { h1 { (say("Search")) } }
        form.card.search role="search" action=(layout.render.base.url("/search")) {
            label for="q" { (say("Search posts and comments")) }
            div.line {
                input #q type="search" name="q" value=(query.as_typed()) autocomplete="off" dir="auto"
                    maxlength=(SearchQuery::CHARS_MAX);
                " " button { (say("Search")) }
            }
        }
        @for remark in &query.remarks { p.hint { (message(remark)) } }
        p.hint {
            (say("Looking for somebody?")) " "
            a href=(layout.render.base.url_encoded(&people_path(query))) { (say("Find people")) }
        }
    }
}

/// Returns the path of the page that finds people by the same words.
fn people_path(query: &SearchQuery) -> String {
    search_path(query.as_typed()).replacen("/search", "/people", 1)
}
