//! The searches that a person keeps.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Layout, RenderContext,
    exports::{self, Export},
    forms::token,
    marks,
    phrases::phrase,
};
use crate::{
    model::{KeptSearch, Problems, SearchId, SearchQuery, search_path},
    words::{fill, message, say},
};

/// Renders the searches of a person for the side column. The script asks for their marks.
pub(crate) fn card(searches: &[KeptSearch], render: &RenderContext<'_>) -> Markup {
    html! {
        section.card {
            h2 { (say("Searches")) }
            ul.people { @for search in searches { li { (link(search, &[], render)) } } }
            p.all { a href=(render.base.url("/searches")) { (say("All searches")) } }
        }
    }
}

fn link(search: &KeptSearch, news: &[SearchId], render: &RenderContext<'_>) -> Markup {
    html! {
        a href=(render.base.url_encoded(&search_path(&search.query))) data-mark=(marks::of_search(search.id)) { bdi { (search.title) } }
        @if news.contains(&search.id) { " " span.badge { (say("new")) } }
    }
}

/// Renders the page of all searches of a person.
pub(crate) fn index(
    layout: &Layout<'_>,
    searches: &[KeptSearch],
    news: &[SearchId],
    problems: &Problems,
) -> Markup {
    let render = &layout.render;
    layout.page(
        say("Searches"),
        &html! {
            header.heading {
                h1 { (say("Searches")) }
                p.hint { (say("Searches that you saved. Only you see them. “new” stands beside those that found something since you looked.")) }
            }
            @for problem in [Problems::FORM, "q", "title"].iter().filter_map(|field| problems.about(field)) {
                p.field-error role="alert" { (message(problem)) }
            }
            section.card aria-label=(say("My searches")) {
                @if searches.is_empty() {
                    p.empty { (say("No searches yet. Every search has a button that saves it.")) }
                }
                ul.people { @for search in searches { li { (link(search, news, render)) (delete_form(search, render)) } } }
            }
            p { a href=(render.base.url("/search")) { (say("New search")) } }
        },
    )
}

/// Renders the form that saves a search, or that deletes it if it is saved.
pub(super) fn keep_form(
    query: &SearchQuery,
    kept: Option<&KeptSearch>,
    render: &RenderContext<'_>,
) -> Markup {
    html! {
        @if let Some(kept) = kept {
            div.kept {
                (phrase("Saved as {title}.", &[("title", &html! { bdi { (kept.title) } })])) " " (delete_form(kept, render))
            }
        } @else {
            form.kept method="post" action=(render.base.url("/searches")) {
                (token(render.form_token))
                input type="hidden" name="q" value=(query.as_typed());
                button.quiet { (say("Save this search")) }
            }
        }
    }
}

fn delete_form(search: &KeptSearch, render: &RenderContext<'_>) -> Markup {
    html! {
        form method="post" action={ (render.base.url("/search")) "/" (search.id) "/delete" } {
            (token(render.form_token))
            button.quiet aria-label=(fill("Delete the search {title}", &[("title", &search.title)])) { (say("Delete")) }
        }
    }
}

/// Returns a search in `data.json`.
pub(crate) fn exported(search: &KeptSearch) -> Value {
    json!({ "title": search.title, "query": search.query })
}

/// Renders a search in a section of the archive.
pub(crate) fn in_archive(export: &Export<'_>, search: &KeptSearch) -> Markup {
    let title = html! { bdi { (search.title) } };
    exports::at_home(export, &search_path(&search.query), &title)
}
