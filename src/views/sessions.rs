//! The sign-in page, and the list of a member's sessions.

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
    model::{SessionId, SessionSeen},
    words::{fill, say},
};

/// The field that carries a shared text through the sign-in.
pub(crate) const SHARED: &str = "shared";

/// Renders the sign-in page. `shared` is a text that is going to be posted after it, or empty.
pub(crate) fn login(
    layout: &Layout<'_>,
    filled: &Filled<'_>,
    next: Option<&str>,
    shared: &str,
    registration_is_open: bool,
) -> Markup {
    let field = |name, label, kind, autocomplete| Field {
        name,
        label,
        kind,
        autocomplete,
        required: true,
        hint: None,
    };
    let remember = !(filled.value)("remember").is_empty();
    layout.page(
        say("Sign in"),
        &html! {
            h1 { (say("Sign in")) }
            form.card.form method="post" action=(layout.render.base.url("/login")) {
                (forms::token(layout.render.form_token))
                @if let Some(next) = next { input type="hidden" name="next" value=(next); }
                @if !shared.is_empty() {
                    input type="hidden" name=(SHARED) value=(shared);
                    p.hint { (say("Sign in to post what you shared. It is kept until then.")) }
                }
                (forms::problem(filled.problems))
                (forms::field(&field("username", say("Username"), "text", "username"), filled))
                (forms::field(&field("password", say("Password"), "password", "current-password"), filled))
                label.check { input type="checkbox" name="remember" value="1" checked[remember]; " " (say("Stay signed in")) }
                div.actions { button.primary { (say("Sign in")) } }
            }
            @if registration_is_open {
                @let link = html! { a href=(layout.render.base.url("/register")) { (say("Register")) } };
                p { (phrase("New here? {link}.", &[("link", &link)])) }
            }
        },
    )
}

/// Renders a member's sessions. `own` is the session of this request.
pub(crate) fn index(layout: &Layout<'_>, sessions: &[SessionSeen], own: SessionId) -> Markup {
    let render = &layout.render;
    let here = "/settings/sessions";
    settings::page(
        layout,
        Section::Sessions,
        &html! {
            div.card {
                ul.rows {
                    @for session in sessions { li { (one(layout, session, session.id == own)) } }
                }
            }
            @if sessions.len() > 1 {
                form.actions method="post" action=(render.base.url(&format!("{here}/end-others"))) {
                    (forms::token(render.form_token))
                    button { (say("End all other sessions")) }
                }
            }
        },
    )
}

/// Renders a session, with the button to end it.
fn one(layout: &Layout<'_>, session: &SessionSeen, is_own: bool) -> Markup {
    let (render, seen) = (&layout.render, &session.seen_in);
    let browser = if seen.browser.is_known() {
        seen.browser.as_str()
    } else {
        say("Unknown browser")
    };
    let label = fill("End session: {browser}", &[("browser", browser)]);
    let path = format!("/settings/sessions/{}/end", session.id);
    html! {
        div {
            p { b { (browser) } @if is_own { " " span.badge.plain { (say("this browser")) } } }
            @if !seen.network.as_str().is_empty() { p.hint { (phrase("From {network}", &[("network", &seen.network.as_str())])) } }
            p.hint { (phrase("Signed in {time}", &[("time", &times::time(session.life.created_at, render.zone))])) }
            p.hint { (phrase("Last seen {time}", &[("time", &times::time(session.life.last_seen_at, render.zone))])) }
        }
        @if !is_own {
            form method="post" action=(render.base.url(&path)) {
                (forms::token(render.form_token))
                button aria-label=(label) { (say("End")) }
            }
        }
    }
}

/// Returns a session in `data.json`.
pub(crate) fn exported(session: &SessionSeen) -> Value {
    json!({
        "stay_signed_in": session.life.persistent,
        "browser": session.seen_in.browser.as_str(),
        "network": session.seen_in.network.as_str(),
        "created_at": rfc3339(session.life.created_at),
        "last_seen_at": rfc3339(session.life.last_seen_at),
    })
}

/// Renders a session in the archive.
pub(crate) fn in_archive(export: &Export<'_>, session: &SessionSeen) -> Markup {
    html! {
        @if session.seen_in.browser.is_known() { (session.seen_in.browser.as_str()) ", since " } @else { "Since " }
        (times::time(session.life.created_at, export.document.zone)) ", last seen "
        (times::time(session.life.last_seen_at, export.document.zone))
        @if !session.seen_in.network.as_str().is_empty() { " from " (session.seen_in.network.as_str()) }
    }
}
