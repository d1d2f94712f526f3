//! The page of a search.

use maud::{Markup, html};

use super::{
    Layout,
    rivers::{self, River},
    searches,
};
use crate::{
    model::{KeptSearch, SearchQuery, search_path},
    words::say,
};

/// What a search can say, with an example of each.
const OPERATORS: [(&str, &str); 17] = [
    ("sea weather", "both words, in any order"),
    ("\"sea weather\"", "these words, one after the other"),
    ("sea OR lake", "one of the words"),
    ("sea -weather", "the first word without the second"),
    ("weath*", "words that begin so"),
    ("from:ann", "posts from ann; from:me are yours"),
    ("in:garden", "posts in the group garden"),
    ("to:me", "direct messages"),
    ("commented:ann", "posts that ann commented on"),
    ("liked:me", "posts that you like"),
    ("#boat", "posts with a tag"),
    ("has:picture", "posts with pictures"),
    ("has:link", "texts with a link"),
    ("before:2026-05-01", "older texts"),
    ("after:2026-05", "texts from May on"),
    ("is:saved", "posts that you saved"),
    ("is:unread", "posts with new comments"),
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
        &format!("{} · Search", query.as_typed()),
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
        "Search",
        &html! {
            (heading(layout, query))
            @if !kept.is_empty() { (searches::card(kept, &layout.render)) }
            section.card {
                h2 { (say("What you can look for")) }
                dl.facts {
                    @for (example, meaning) in OPERATORS {
                        dt { a href=(base.url_encoded(&search_path(example))) { code { (example) } } }
                        dd { (meaning) }
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
        @for remark in &query.remarks { p.hint { (remark) } }
        p.hint {
            "Looking for somebody? "
            a href=(layout.render.base.url_encoded(&people_path(query))) { (say("Find people")) }
        }
    }
}

/// Returns the path of the page that finds people by the same words.
fn people_path(query: &SearchQuery) -> String {
    search_path(query.as_typed()).replacen("/search", "/people", 1)
}
