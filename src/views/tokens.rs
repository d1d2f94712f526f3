//! The settings page for API tokens, and for programs that are signed in with the password.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Filled, Layout,
    exports::Export,
    forms::{self, Field},
    phrases::phrase,
    settings::{self, Section},
    times::{self, rfc3339},
};
use crate::{
    model::{Family, NewToken, PersonalToken, Scope, Timestamp},
    words::{count, say},
};

/// The content of the tokens page.
pub(crate) struct TokensPage<'a> {
    pub(crate) own: &'a [PersonalToken],
    pub(crate) programs: &'a [Family],
    /// A token that was just made, shown this one time.
    pub(crate) made: Option<&'a str>,
    pub(crate) now: Timestamp,
}

/// Renders the tokens page.
pub(crate) fn page(layout: &Layout<'_>, shown: &TokensPage<'_>, filled: &Filled<'_>) -> Markup {
    let docs = layout.render.base.url("/api/docs");
    let content = html! {
        @if let Some(token) = shown.made {
            section.card role="status" {
                h2 { (say("Your new token")) }
                p { (say("Copy it now: it is not shown again.")) }
                p.secret { code.token { (token) } }
            }
        }
        section.card {
            h2 { (say("Tokens for scripts")) }
            @let link = html! { a href=(docs) { (say("See what it can do")) } };
            p.hint { (phrase("A token lets a script act in your name. {link}.", &[("link", &link)])) }
            @if shown.own.is_empty() { p.empty { (say("No tokens yet.")) } }
            @else { ul.rows { @for token in shown.own { (own(layout, token, shown.now)) } } }
        }
        (form(layout, filled))
        @if !shown.programs.is_empty() {
            section.card {
                h2 { (say("Programs signed in with your password")) }
                ul.rows {
                    @for program in shown.programs {
                        li {
                            p {
                                (phrase("Signed in {time}, last seen {seen}", &[
                                    ("time", &times::time(program.created_at, layout.render.zone)),
                                    ("seen", &times::time(program.refreshed_at, layout.render.zone)),
                                ]))
                            }
                            (button(layout, &format!("/settings/programs/{}/end", program.id), say("Sign out")))
                        }
                    }
                }
            }
        }
    };
    settings::page(layout, Section::Tokens, &content)
}

/// Renders a personal token.
fn own(layout: &Layout<'_>, token: &PersonalToken, now: Timestamp) -> Markup {
    let zone = layout.render.zone;
    html! {
        li {
            div {
                p {
                    strong { bdi { (token.name) } }
                    " · " (match token.scope { Scope::Read => say("read only"), Scope::Write => say("read and write") })
                }
                p.hint {
                    (phrase("Created {time}", &[("time", &times::time(token.created_at, zone))]))
                    " · " @match token.last_used_at {
                        Some(used) => { (phrase("last used {time}", &[("time", &times::time(used, zone))])) }
                        None => { (say("never used")) }
                    }
                    @if let Some(expires_at) = token.expires_at {
                        @let day = times::day(expires_at, zone);
                        " · "
                        @if expires_at <= now { (phrase("expired on {day}", &[("day", &day)])) }
                        @else { (phrase("expires on {day}", &[("day", &day)])) }
                    }
                }
            }
            (button(layout, &format!("/settings/tokens/{}/revoke", token.id), say("Revoke")))
        }
    }
}

/// Renders a form that is one button.
fn button(layout: &Layout<'_>, path: &str, words: &str) -> Markup {
    html! {
        form method="post" action=(layout.render.base.url(path)) {
            (forms::token(layout.render.form_token))
            button { (words) }
        }
    }
}

/// Renders the field for the owner's name of something that can be revoked.
pub(super) fn name_field(filled: &Filled<'_>) -> Markup {
    let name = Field {
        name: "name",
        label: say("Name"),
        kind: "text",
        autocomplete: "off",
        required: true,
        hint: Some(say("What it is for, so that you know which one to revoke.").into()),
    };
    forms::field(&name, filled)
}

/// Renders the form to make a token.
fn form(layout: &Layout<'_>, filled: &Filled<'_>) -> Markup {
    html! {
        form.card.form method="post" action=(layout.render.base.url("/settings/tokens")) {
            h2 { (say("Create token")) }
            (forms::token(layout.render.form_token))
            (forms::problem(filled.problems))
            (name_field(filled))
            div.field {
                label for="scope" { (say("Access")) }
                select #scope name="scope" {
                    @for scope in Scope::ALL {
                        option value=(scope.name()) selected[(filled.value)("scope") == scope.name()] {
                            (match scope { Scope::Read => say("Read only"), Scope::Write => say("Read and write") })
                        }
                    }
                }
                (forms::field_problem("scope", filled.problems))
            }
            div.field {
                label for="days" { (say("Valid for")) }
                select #days name="days" {
                    @for days in NewToken::DAYS {
                        option value=(days) selected[(filled.value)("days") == days.to_string()] {
                            @if days == 0 { (say("Until it is revoked")) } @else { (count(u64::from(days), "{n} day", "{n} days")) }
                        }
                    }
                }
                (forms::field_problem("days", filled.problems))
            }
            div.actions { button.primary { (say("Create token")) } }
        }
    }
}

/// Returns a personal token in `data.json`, without its secret.
pub(crate) fn exported(token: &PersonalToken) -> Value {
    json!({
        "name": token.name,
        "scope": token.scope.name(),
        "created_at": rfc3339(token.created_at),
        "last_used_at": token.last_used_at.map(rfc3339),
        "expires_at": token.expires_at.map(rfc3339),
    })
}

/// Renders a personal token in the archive, without its secret.
pub(crate) fn in_archive(export: &Export<'_>, token: &PersonalToken) -> Markup {
    html! { bdi { (token.name) } ", created " (times::time(token.created_at, export.document.zone)) }
}
