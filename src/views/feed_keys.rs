//! The settings page for the addresses of a person's own feeds.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Filled, Layout,
    forms::{self, token},
    phrases::phrase,
    settings::{self, Section},
    times::{self, rfc3339},
};
use crate::{
    model::{FeedKey, FeedPurpose},
    words::say,
};

/// A key that was just made, shown this one time.
pub(crate) struct MadeKey {
    /// The address that those of its feeds begin with.
    pub(crate) address: String,
    pub(crate) purpose: FeedPurpose,
}

/// Renders the page.
pub(crate) fn page(
    layout: &Layout<'_>,
    keys: &[FeedKey],
    made: Option<&MadeKey>,
    filled: &Filled<'_>,
) -> Markup {
    let (render, zone) = (&layout.render, layout.render.zone);
    let content = html! {
        @if let Some(made) = made {
            section.card role="status" {
                h2 { (say("Your new address")) }
                p { (say("Copy it now: it is not shown again. Whoever has it can read these feeds.")) }
                @for ending in endings(made.purpose) {
                    p.secret {
                        code.token { (made.address) (ending) }
                    }
                }
                p.hint { (say("With the ending .json instead of .atom it is a JSON Feed.")) }
            }
        }
        section.card {
            h2 { (say("Addresses for feed readers")) }
            p.hint { (say("Feed readers cannot sign in. An address with a key lets them read what you can read, and nothing else.")) }
            @if keys.is_empty() { p.empty { (say("No addresses yet.")) } }
            @else {
                ul.rows {
                    @for key in keys {
                        li {
                            div {
                                p { strong { (title(key.purpose)) } }
                                p.hint {
                                    (phrase("Created {time}", &[("time", &times::time(key.created_at, zone))])) " · "
                                    @match key.last_used_at {
                                        Some(used) => { (phrase("last used {time}", &[("time", &times::day(used, zone))])) }
                                        None => { (say("never used")) }
                                    }
                                }
                            }
                            form method="post" action={ (render.base.url("/settings/feeds")) "/" (key.id) "/revoke" } {
                                (token(render.form_token))
                                button { (say("Revoke")) }
                            }
                        }
                    }
                }
            }
        }
        form.card.form method="post" action=(render.base.url("/settings/feeds")) {
            h2 { (say("New address")) }
            (token(render.form_token))
            (forms::problem(filled.problems))
            div.field {
                label for="purpose" { (say("For")) }
                select #purpose name="purpose" {
                    @for purpose in FeedPurpose::ALL {
                        option value=(purpose.name()) selected[(filled.value)("purpose") == purpose.name()] { (title(purpose)) }
                    }
                }
                (forms::field_problem("purpose", filled.problems))
            }
            div.actions { button.primary { (say("Create address")) } }
        }
    };
    settings::page(layout, Section::Feeds, &content)
}

fn title(purpose: FeedPurpose) -> &'static str {
    match purpose {
        FeedPurpose::Home => say("Home"),
        FeedPurpose::Everything => say("Everything, people, groups and tags"),
        FeedPurpose::Lists => say("My lists"),
        FeedPurpose::Searches => say("Searches in everything but direct messages"),
        FeedPurpose::Directs => say("Direct messages"),
    }
}

/// Returns the endings of the addresses for a purpose.
fn endings(purpose: FeedPurpose) -> &'static [&'static str] {
    match purpose {
        FeedPurpose::Home => &["/home.atom"],
        FeedPurpose::Everything => &[
            "/everything.atom",
            "/user/NAME.atom",
            "/group/NAME.atom",
            "/tag/TAG.atom",
        ],
        FeedPurpose::Lists => &["/list/NAME.atom"],
        FeedPurpose::Searches => &["/search.atom?q=WORDS"],
        FeedPurpose::Directs => &["/directs.atom"],
    }
}

/// Returns a key in `data.json`, without its secret.
pub(crate) fn exported(key: &FeedKey) -> Value {
    json!({
        "purpose": key.purpose.name(),
        "created_at": rfc3339(key.created_at),
        "last_used_at": key.last_used_at.map(rfc3339),
    })
}

/// Renders a key in a section of the archive.
pub(crate) fn in_section(key: &FeedKey) -> Markup {
    html! { (title(key.purpose)) " · created " (rfc3339(key.created_at)) }
}
