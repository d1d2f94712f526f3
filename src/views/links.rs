//! One-time links: the box that shows a new one to its maker, and the pages that such links open.

use maud::{Markup, html};

use super::{
    Filled, Frame,
    forms::{self, Field},
    users,
};
use crate::model::{LinkKind, Token, User};

/// A new link, shown once to its maker.
pub(crate) struct Once {
    /// Path of the link on this site, with the base path.
    pub(crate) href: String,
    /// Absolute address, if the site knows its own.
    pub(crate) whole: Option<String>,
}

/// Renders the box that shows a new link. `what` is its heading: the purpose of the link.
pub(super) fn once(link: &Once, what: &str) -> Markup {
    html! {
        section.card.once role="status" {
            h2 { (what) }
            p.secret { a href=(link.href) rel="nofollow" { (link.whole.as_ref().unwrap_or(&link.href)) } }
            p.hint {
                "Copy it now: it is not shown again. Whoever has it can use it, so send it to nobody else."
                @if link.whole.is_none() {
                    " The whole address is what your browser gives when you copy the link (right click, or a long touch)."
                }
            }
        }
    }
}

/// Renders the page that makes the first admin.
pub(crate) fn setup(
    frame: &Frame<'_>,
    token: &Token,
    filled: &Filled<'_>,
    password_chars_min: u32,
) -> Markup {
    let action = frame
        .drawing
        .base
        .url(&format!("/setup/{}", token.as_str()));
    frame.page(
        "The first admin",
        &html! {
            h1 { "The first admin" }
            form.card.form method="post" action=(action) {
                (forms::token(frame.drawing.form_token))
                (forms::problem(filled.problems))
                p {
                    "Nobody is an admin of " (frame.site_name) " yet. Admins invite people, help those who have "
                    "forgotten their password, and suspend those who do harm."
                }
                @if let Some(user) = frame.user {
                    p { "You are signed in as " bdi { (user.shown_name()) } "." }
                    div.actions { button.primary { "Make me the admin" } }
                } @else {
                    (users::newcomer(filled, password_chars_min))
                    div.actions { button.primary { "Make this account the admin" } }
                }
            }
        },
    )
}

/// Renders the page that sets a new password.
pub(crate) fn reset(
    frame: &Frame<'_>,
    token: &Token,
    whose: &User,
    filled: &Filled<'_>,
    password_chars_min: u32,
) -> Markup {
    let action = frame
        .drawing
        .base
        .url(&format!("/reset/{}", token.as_str()));
    let password = Field {
        name: "password",
        label: "New password",
        kind: "password",
        autocomplete: "new-password",
        required: true,
        hint: Some(format!(
            "At least {password_chars_min} characters; a few words are best."
        )),
    };
    frame.page(
        "New password",
        &html! {
            h1 { "New password" }
            form.card.form method="post" action=(action) {
                (forms::token(frame.drawing.form_token))
                (forms::problem(filled.problems))
                p {
                    "For " bdi { (whose.shown_name()) } " (@" (whose.username.as_str()) "). Every browser that is signed in "
                    "to this account is signed out."
                }
                // Tells password managers which account the form is for.
                input type="text" name="username" value=(whose.username.as_str()) autocomplete="username" hidden readonly;
                (forms::field(&password, filled))
                div.actions { button.primary { "Set the password" } }
            }
        },
    )
}

/// Renders the page for a link that no longer works, with what to do about it.
pub(crate) fn dead(frame: &Frame<'_>, kind: LinkKind, is_expired: bool) -> Markup {
    let why = if is_expired {
        "This link has expired."
    } else {
        "This link has been used already, or a newer one was made, or a part of it is missing."
    };
    let advice = match kind {
        LinkKind::Setup => {
            "Whoever runs this site finds a new link in its log after each start, as long as there is no admin."
        }
        LinkKind::Reset => "Ask an admin of this site for a new one.",
        LinkKind::Device => "Make a new one on the device where you are signed in.",
    };
    frame.page(
        "This link does not serve",
        &html! {
            section.card.message {
                h1 { "This link does not serve" }
                p role="alert" { (why) }
                p { (advice) }
                p { a.button href=(frame.drawing.base.url("/")) { "Go home" } }
            }
        },
    )
}
