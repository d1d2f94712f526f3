//! Links that serve once: as they are shown to those who make them, and where they lead.

use maud::{Markup, html};

use super::{
    Filled, Frame,
    forms::{self, Field},
    users,
};
use crate::model::{LinkKind, Token, User};

/// A link that is shown once, to the one who made it.
pub(crate) struct Once {
    /// Inside this site.
    pub(crate) href: String,
    /// The whole address, if the site knows its own.
    pub(crate) whole: Option<String>,
}

/// `what` says what the link is for.
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

/// Where the first admin is made.
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

/// Where a person gets a new password.
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
                // Password managers ask whose it is.
                input type="text" name="username" value=(whose.username.as_str()) autocomplete="username" hidden readonly;
                (forms::field(&password, filled))
                div.actions { button.primary { "Set the password" } }
            }
        },
    )
}

/// A link that serves no more, and what to do.
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
