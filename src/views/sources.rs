//! The pages on which a person or an admin of a group imports feeds of other sites.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Filled, Layout, RenderContext,
    forms::{self, token},
    names,
    settings::{self, Section},
    times::{self, rfc3339},
};
use crate::model::{Group, Source};

/// Renders the page. `path` is its own.
pub(crate) fn page(
    layout: &Layout<'_>,
    group: Option<&Group>,
    path: &str,
    sources: &[Source],
    is_on: bool,
    filled: &Filled<'_>,
) -> Markup {
    let render = &layout.render;
    let content = html! {
        section.card {
            h2 { "Imported feeds" }
            @if let Some(group) = group {
                p.hint { "Entries of these feeds become posts in " (names::group_link(group, render)) ", by whoever added the feed." }
            } @else {
                p.hint { "Entries of these feeds become posts of yours. Names in them mention nobody here." }
            }
            @if sources.is_empty() { p.empty { "No feeds yet." } }
            @else {
                ul.rows { @for source in sources { li { (row(source, path, render)) } } }
            }
        }
        @if is_on {
            form.card.form method="post" action=(render.base.url(path)) {
                h2 { "Import a feed" }
                (token(render.form_token))
                (forms::problem(filled.problems))
                div.field {
                    label for="url" { "Address of a feed or of a page that has one" }
                    input #url name="url" type="text" inputmode="url" value=((filled.value)("url")) autocomplete="off"
                        autocapitalize="none" spellcheck="false" required placeholder="https://example.org/feed";
                    (forms::field_problem("url", filled.problems))
                }
                p.hint { "Its newest entries become posts at once, and later ones as they come. RSS, Atom and JSON Feed are read." }
                div.actions { button.primary { "Import" } }
            }
        } @else {
            p.card.hint { "This site does not read feeds of other sites. Its operator can turn that on (feeds_in.enabled)." }
        }
    };
    match group {
        Some(group) => {
            let title = format!("Imported feeds: {}", group.shown_name());
            layout.page(&title, &html! { h1 { (title) } (content) })
        }
        None => settings::page(layout, Section::Sources, &content),
    }
}

/// Renders a source, and when it was read or why it was not.
fn row(source: &Source, path: &str, render: &RenderContext<'_>) -> Markup {
    let action = |what: &str| format!("{}/{}/{what}", render.base.url(path), source.id);
    let zone = render.zone;
    html! {
        div {
            p {
                strong dir="auto" {
                    @if source.title.is_empty() { (source.url) } @else { (source.title) }
                }
            }
            p.hint { a href=(source.page.as_deref().unwrap_or(&source.url)) rel="noopener nofollow ugc" { (source.url) } }
            p.hint {
                @match (source.read_at, &source.problem) {
                    (Some(at), _) => { "Read " (times::time(at, zone)) },
                    (None, Some(_)) => "Never read",
                    (None, None) => "Waiting to be read",
                }
                @if source.next_at.is_none() { " · not read any more" }
            }
            @if let Some(problem) = &source.problem { p.field-error { (problem) } }
        }
        form method="post" action=(action("read")) { (token(render.form_token)) button { "Read now" } }
        form method="post" action=(action("remove")) { (token(render.form_token)) button { "Remove" } }
    }
}

/// Returns a source in `data.json`.
pub(crate) fn exported(source: &Source) -> Value {
    json!({
        "url": source.url,
        "title": source.title,
        "read_at": source.read_at.map(rfc3339),
    })
}

/// Renders a source in a section of the archive.
pub(crate) fn in_section(source: &Source) -> Markup {
    html! { (source.title) " · " (source.url) }
}
