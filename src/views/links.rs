//! One-time links: the box that shows a new one to its maker, and the pages that such links open.

use maud::{Markup, html};

use super::{
    Filled, Layout,
    forms::{self, Field},
    newcomers,
    phrases::phrase,
};
use crate::{
    model::{LinkKind, Token, User},
    words::{fill, say},
};

/// A new link, shown once to its maker.
pub(crate) struct Once {
    /// Path of the link on this site, with the base path.
    pub(crate) href: String,
    /// Absolute address, if a browser can be told one.
    pub(crate) whole: Option<String>,
    /// True if other devices can reach that address.
    pub(crate) is_for_others: bool,
}

/// Renders the box that shows a new link. `what` is its heading: the purpose of the link.
pub(super) fn once(link: &Once, what: &str) -> Markup {
    html! {
        section.card.once role="status" {
            h2 { (what) }
            p.secret { a href=(link.href) rel="nofollow" { (link.whole.as_ref().unwrap_or(&link.href)) } }
            p.hint {
                (say("Copy it now: it is not shown again. Anyone who has it can use it, so send it only to the person it is for."))
                @if link.whole.is_none() {
                    " " (say("To get the full address, copy the link in your browser (right-click or long press)."))
                }
            }
        }
    }
}

/// Renders the page that makes the first admin.
pub(crate) fn setup(
    layout: &Layout<'_>,
    token: &Token,
    filled: &Filled<'_>,
    password_chars_min: u32,
) -> Markup {
    let action = layout
        .render
        .base
        .url(&format!("/setup/{}", token.as_str()));
    layout.page(
        say("The first admin"),
        &html! {
            h1 { (say("The first admin")) }
            form.card.form method="post" action=(action) {
                (forms::token(layout.render.form_token))
                (forms::problem(filled.problems))
                p {
                    (phrase("{site} has no admin yet. Admins invite people, help members who forgot their password, and suspend members who cause harm.", &[("site", &layout.site_name)]))
                }
                @if let Some(user) = layout.user {
                    p { (phrase("You are signed in as {who}.", &[("who", &html! { bdi { (user.shown_name()) } })])) }
                    div.actions { button.primary { (say("Make me the admin")) } }
                } @else {
                    (newcomers::fields(filled, password_chars_min))
                    div.actions { button.primary { (say("Make this account the admin")) } }
                }
            }
        },
    )
}

/// Renders the page that sets a new password.
pub(crate) fn reset(
    layout: &Layout<'_>,
    token: &Token,
    whose: &User,
    filled: &Filled<'_>,
    password_chars_min: u32,
) -> Markup {
    let action = layout
        .render
        .base
        .url(&format!("/reset/{}", token.as_str()));
    let password = Field {
        name: "password",
        label: say("New password"),
        kind: "password",
        autocomplete: "new-password",
        required: true,
        hint: Some(fill(
            "At least {n} characters; a few words are best.",
            &[("n", &password_chars_min.to_string())],
        )),
    };
    layout.page(
        say("New password"),
        &html! {
            h1 { (say("New password")) }
            form.card.form method="post" action=(action) {
                (forms::token(layout.render.form_token))
                (forms::problem(filled.problems))
                p {
                    (phrase("For {who} (@{username}). This signs the account out in every browser.", &[
                        ("who", &html! { bdi { (whose.shown_name()) } }), ("username", &whose.username.as_str()),
                    ]))
                }
                // Tells password managers which account the form is for.
                input type="text" name="username" value=(whose.username.as_str()) autocomplete="username" hidden readonly;
                (forms::field(&password, filled))
                div.actions { button.primary { (say("Set password")) } }
            }
        },
    )
}

/// Renders the page for a link that no longer works, with what to do about it.
pub(crate) fn dead(layout: &Layout<'_>, kind: LinkKind, is_expired: bool) -> Markup {
    let why = if is_expired {
        say("This link has expired.")
    } else {
        say("This link was already used, was replaced by a newer one, or is incomplete.")
    };
    let advice = match kind {
        LinkKind::Setup => say(
            "While there is no admin, the server writes a new link to its log at each start. Ask the person who runs this site.",
        ),
        LinkKind::Reset => say("Ask an admin of this site for a new one."),
        LinkKind::Device => say("Create a new one on the device where you are signed in."),
    };
    layout.page(
        say("This link no longer works"),
        &html! {
            section.card.message {
                h1 { (say("This link no longer works")) }
                p role="alert" { (why) }
                p { (advice) }
                p { a.button href=(layout.render.base.url("/")) { (say("Go home")) } }
            }
        },
    )
}
