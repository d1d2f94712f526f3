//! The pages on which feeds of other sites are imported: by a person, by an admin of a group, or for an imaginary friend.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Filled, Layout,
    forms::{self, token},
    imaginary, names,
    phrases::phrase,
    settings::{self, Section},
    times::{self, rfc3339},
};
use crate::{
    model::{Group, Source, User},
    words::{fill, message, say},
};

/// Whatever feeds are imported into.
pub(crate) enum Importer {
    Oneself,
    Group(Group),
    /// An imaginary friend.
    Friend(User),
}

impl Importer {
    /// Returns the path of the page.
    pub(crate) fn path(&self) -> String {
        match self {
            Importer::Oneself => Section::Sources.path().to_owned(),
            Importer::Group(group) => format!("{}/sources", group.path()),
            Importer::Friend(friend) => imaginary::path(friend),
        }
    }
}

/// Renders the page.
pub(crate) fn page(
    layout: &Layout<'_>,
    importer: &Importer,
    sources: &[Source],
    filled: &Filled<'_>,
) -> Markup {
    let (render, path) = (&layout.render, importer.path());
    let content = html! {
        section.card {
            h2 { (say("Imported feeds")) }
            @match importer {
                Importer::Oneself => p.hint { (say("Entries of these feeds become posts of yours. Names in them mention nobody here.")) },
                Importer::Group(group) => p.hint {
                    (phrase("Entries of these feeds become posts in {group}, by whoever added the feed.", &[("group", &names::group_link(group, render))]))
                },
                Importer::Friend(friend) => p.hint {
                    (phrase("Entries of these feeds become posts of {who}. Only you see them.", &[("who", &names::link(friend, render))]))
                },
            }
            @if sources.is_empty() { p.empty { (say("No feeds yet.")) } }
            @else {
                ul.rows { @for source in sources { li { (row(source, &path, layout)) } } }
            }
        }
        @if layout.offers.imports_feeds {
            form.card.form method="post" action=(render.base.url(&path)) {
                h2 { (say("Import a feed")) }
                (token(render.form_token))
                (forms::problem(filled.problems))
                (address(filled))
                p.hint { (say("Its newest entries become posts at once, and later ones as they come. RSS, Atom and JSON Feed are read.")) }
                div.actions { button.primary { (say("Import")) } }
            }
        } @else { (is_off()) }
    };
    match importer {
        Importer::Oneself => settings::page(layout, Section::Sources, &content),
        Importer::Group(group) => {
            let title = fill("Imported feeds: {group}", &[("group", group.shown_name())]);
            layout.page(&title, &html! { h1 { (title) } (content) })
        }
        Importer::Friend(friend) => imaginary::one(layout, friend, filled, &content),
    }
}

/// Renders the field for the address of a feed.
pub(super) fn address(filled: &Filled<'_>) -> Markup {
    html! {
        div.field {
            label for="url" { (say("Address of a feed or of a page that has one")) }
            input #url name="url" type="text" inputmode="url" value=((filled.value)("url")) autocomplete="off"
                autocapitalize="none" spellcheck="false" required placeholder="https://example.org/feed";
            (forms::field_problem("url", filled.problems))
        }
    }
}

/// Renders the note that stands where the form would be, on a site that reads no feeds.
pub(super) fn is_off() -> Markup {
    html! {
        p.card.hint { (say("This site does not read feeds of other sites. Its operator can turn that on (feeds_in.enabled).")) }
    }
}

/// Renders a source, and when it was read or why it was not.
fn row(source: &Source, path: &str, layout: &Layout<'_>) -> Markup {
    let render = &layout.render;
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
                    (Some(at), _) => (phrase("Read {time}", &[("time", &times::time(at, zone))])),
                    (None, Some(_)) => (say("Never read")),
                    (None, None) => (say("Waiting to be read")),
                }
                @if source.next_at.is_none() { " · " (say("not read any more")) }
            }
            @if let Some(problem) = &source.problem { p.field-error { (message(problem)) } }
        }
        @if layout.offers.imports_feeds { form method="post" action=(action("read")) { (token(render.form_token)) button { (say("Read now")) } } }
        form method="post" action=(action("remove")) { (token(render.form_token)) button { (say("Remove")) } }
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
