//! The pages of a person's imaginary friends.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Filled, Layout,
    exports::Export,
    forms::{self, Field, token},
    names::{self, avatar},
    settings::{self, Section},
    sources, users,
};
use crate::{
    model::{DisplayName, ImaginaryFriend, User},
    words::{count, fill, say},
};

/// Returns the path of the page of an imaginary friend.
pub(super) fn path(friend: &User) -> String {
    format!("{}/{}", Section::Imaginary.path(), friend.username.as_str())
}

/// Renders the page that lists them.
pub(crate) fn page(
    layout: &Layout<'_>,
    friends: &[ImaginaryFriend],
    filled: &Filled<'_>,
) -> Markup {
    let render = &layout.render;
    let content = html! {
        section.card {
            p.hint {
                (say("An imaginary friend is somebody who is not here, but whose pages elsewhere have feeds. Their entries become posts in your home feed, under the name that you give. Nobody else sees them or their posts."))
            }
            @if friends.is_empty() { p.empty { (say("No imaginary friends yet.")) } }
            @else {
                ul.people {
                    @for friend in friends {
                        li {
                            (avatar(&friend.user, "small", render.base))
                            (names::link(&friend.user, render))
                            a href=(render.base.url(&path(&friend.user))) { (feeds(friend)) }
                        }
                    }
                }
            }
        }
        @if layout.offers.imports_feeds {
            form.card.form method="post" action=(render.base.url(Section::Imaginary.path())) {
                h2 { (say("Imagine somebody")) }
                (token(render.form_token))
                (forms::problem(filled.problems))
                (name_field(filled))
                (sources::address(filled))
                div.actions { button.primary { (say("Create")) } }
            }
        } @else { (sources::is_off()) }
    };
    settings::page(layout, Section::Imaginary, &content)
}

/// Returns the words of the link to the feeds of a friend.
fn feeds(friend: &ImaginaryFriend) -> String {
    let failing = friend
        .sources
        .iter()
        .filter(|source| source.problem.is_some());
    let feeds = count(friend.sources.len() as u64, "{n} feed", "{n} feeds");
    match failing.count() as u64 {
        0 => feeds,
        failing => {
            let problems = count(failing, "{n} cannot be read", "{n} cannot be read");
            format!("{feeds}, {problems}")
        }
    }
}

/// Renders the page of an imaginary friend: its feeds, its name, and how to delete it.
pub(super) fn one(
    layout: &Layout<'_>,
    friend: &User,
    filled: &Filled<'_>,
    sources: &Markup,
) -> Markup {
    let render = &layout.render;
    let path = render.base.url(&path(friend));
    let section = Section::Imaginary;
    layout.page(
        friend.shown_name(),
        &html! {
            nav.back aria-label=(say("Settings")) { a href=(render.base.url(section.path())) { (section.title()) } }
            h1 { bdi { (friend.shown_name()) } }
            (sources)
            form.card.form method="post" action={ (path) "/name" } {
                h2 { (say("Name")) }
                (token(render.form_token))
                (name_field(filled))
                div.actions { button { (say("Save")) } }
            }
            form.card.form method="post" action={ (path) "/delete" } {
                h2 { (say("Delete")) }
                (token(render.form_token))
                p.hint { (say("The posts go, and with them your comments on them. This cannot be taken back.")) }
                div.actions { button.danger { (say("Delete this imaginary friend")) } }
            }
        },
    )
}

fn name_field(filled: &Filled<'_>) -> Markup {
    let field = Field {
        name: "name",
        label: say("Name"),
        kind: "text",
        autocomplete: "off",
        required: true,
        hint: Some(fill(
            "Up to {n} characters.",
            &[("n", &DisplayName::CHARS_MAX.to_string())],
        )),
    };
    forms::field(&field, filled)
}

/// Returns an imaginary friend in `data.json`.
pub(crate) fn exported(export: &Export<'_>, friend: &ImaginaryFriend) -> Value {
    let feeds: Vec<Value> = friend.sources.iter().map(sources::exported).collect();
    json!({ "user": users::json(&friend.user, export.document.base), "feeds": feeds })
}

/// Renders an imaginary friend in a section of the archive.
pub(crate) fn in_section(friend: &ImaginaryFriend) -> Markup {
    html! {
        (friend.user.shown_name())
        ul { @for source in &friend.sources { li { (sources::in_section(source)) } } }
    }
}
