//! The settings page for the addresses at which scripts post.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Filled, Layout,
    destinations::{self, ToChoice},
    forms,
    phrases::phrase,
    settings::{self, Section},
    times::{self, rfc3339},
    tokens,
};
use crate::{
    model::{Destinations, Hook},
    words::{fill, say},
};

/// Renders the page. `made` is an address that was just made, shown this one time.
pub(crate) fn page(
    layout: &Layout<'_>,
    hooks: &[Hook],
    choice: &ToChoice,
    made: Option<&str>,
    filled: &Filled<'_>,
) -> Markup {
    let content = html! {
        @if let Some(address) = made { (shown_once(address)) }
        section.card {
            h2 { (say("Addresses for scripts")) }
            p.hint { (say("A script that sends a text to such an address posts it in your name. It can do nothing else, and needs no password.")) }
            @if hooks.is_empty() { p.empty { (say("No addresses yet.")) } }
            @else { ul.rows { @for hook in hooks { (row(layout, hook)) } } }
        }
        (form(layout, choice, filled))
    };
    settings::page(layout, Section::Hooks, &content)
}

/// Renders a new address with a command that uses it.
fn shown_once(address: &str) -> Markup {
    html! {
        section.card role="status" {
            h2 { (say("Your new address")) }
            p { (say("Copy it now: it is not shown again. Whoever has it can post in your name.")) }
            p.secret { code.token { (address) } }
            p.hint { (say("Try it:")) }
            p.secret { code.token { "curl -d 'The backup is done.' " (address) } }
        }
    }
}

fn row(layout: &Layout<'_>, hook: &Hook) -> Markup {
    let zone = layout.render.zone;
    html! {
        li {
            div {
                p { strong { bdi { (hook.name) } } }
                p.hint { (fill("Posts to {place}", &[("place", &to(&hook.to))])) }
                p.hint { (phrase("Created {time}", &[("time", &times::time(hook.created_at, zone))])) }
                p.hint {
                    @match hook.last_used_at {
                        Some(used) => { (phrase("Last used {time}", &[("time", &times::time(used, zone))])) }
                        None => { (say("Never used")) }
                    }
                }
            }
            form method="post" action={ (layout.render.base.url("/settings/hooks")) "/" (hook.id) "/revoke" } {
                (forms::token(layout.render.form_token))
                button aria-label=(fill("Revoke: {name}", &[("name", &hook.name)])) { (say("Revoke")) }
            }
        }
    }
}

/// Renders the form to make an address.
fn form(layout: &Layout<'_>, choice: &ToChoice, filled: &Filled<'_>) -> Markup {
    html! {
        form.card.form method="post" action=(layout.render.base.url("/settings/hooks")) {
            h2 { (say("New address")) }
            (forms::token(layout.render.form_token))
            (forms::problem(filled.problems))
            (tokens::name_field(filled))
            (destinations::field("hook", choice, filled))
            div.actions { button.primary { (say("Create address")) } }
        }
    }
}

/// Returns the destinations as a reader calls them.
fn to(to: &Destinations) -> String {
    let words = to.words().into_iter();
    let words = words.map(|word| {
        if word == Destinations::OWN {
            say("my feed").into()
        } else {
            word
        }
    });
    words.collect::<Vec<String>>().join(", ")
}

/// Returns an address in `data.json`, without its secret.
pub(crate) fn exported(hook: &Hook) -> Value {
    json!({
        "name": hook.name,
        "to": hook.to.words(),
        "created_at": rfc3339(hook.created_at),
        "last_used_at": hook.last_used_at.map(rfc3339),
    })
}

/// Renders an address in a section of the archive.
pub(crate) fn in_section(hook: &Hook) -> Markup {
    html! { bdi { (hook.name) } ", posts to " (to(&hook.to)) ", created " (rfc3339(hook.created_at)) }
}
