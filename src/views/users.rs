use maud::{Markup, html};

use super::{
    Filled, Frame,
    forms::{self, Field},
    older::{Older, older},
    posts, relationships,
};
use crate::model::{DisplayName, Page, Post, Profile, Relationship, User, UserName};

/// Colours that avatars have.
const HUES: i64 = 12;

/// A square with the first letter of a name. `size` is a class: empty, `small` or `large`.
pub(super) fn avatar(user: &User, size: &str) -> Markup {
    let letter = user.shown_name().chars().find(|c| c.is_alphanumeric());
    let letter = letter
        .or_else(|| user.shown_name().chars().next())
        .unwrap_or('?');
    html! {
        span class={ "avatar hue-" (user.id.0.rem_euclid(HUES)) " " (size) } aria-hidden="true" {
            (letter.to_uppercase())
        }
    }
}

pub(crate) fn profile(
    frame: &Frame<'_>,
    profile: &Profile,
    relationship: Relationship,
    page: &Page<Post>,
) -> Markup {
    let user = &profile.user;
    let path = user.path();
    frame.page(
        user.shown_name(),
        &html! {
            header.profile.card {
                (avatar(user, "large"))
                div {
                    h1 { bdi { (user.shown_name()) } }
                    p.handle { "@" (user.username.as_str()) }
                    @if !profile.bio.is_empty() { p.bio dir="auto" { (profile.bio) } }
                    p.counts {
                        (profile.followers) @if profile.followers == 1 { " follower" } @else { " followers" }
                        " · " (profile.following) " following"
                    }
                }
                (relationships::button(&frame.drawing, user, relationship, None))
            }
            section.river aria-label="Posts" {
                @for post in &page.items { (posts::article(post, &frame.drawing)) }
                @if page.items.is_empty() { p.empty.card { "No posts yet." } }
            }
            (older(&frame.drawing, page, &Older { page: &path, fragment: None }))
        },
    )
}

pub(crate) fn register(frame: &Frame<'_>, filled: &Filled<'_>, password_chars_min: u32) -> Markup {
    let fields = [
        Field {
            name: "username",
            label: "Username",
            kind: "text",
            autocomplete: "username",
            required: true,
            hint: Some(format!(
                "1 to {} letters, digits or underscores.",
                UserName::CHARS_MAX
            )),
        },
        Field {
            name: "password",
            label: "Password",
            kind: "password",
            autocomplete: "new-password",
            required: true,
            hint: Some(format!(
                "At least {password_chars_min} characters; a few words are best."
            )),
        },
        Field {
            name: "name",
            label: "Name (may stay empty)",
            kind: "text",
            autocomplete: "name",
            required: false,
            hint: Some(format!(
                "What others see, up to {} characters.",
                DisplayName::CHARS_MAX
            )),
        },
        Field {
            name: "email",
            label: "E-mail (may stay empty)",
            kind: "email",
            autocomplete: "email",
            required: false,
            hint: Some("Never shown to others.".into()),
        },
    ];
    frame.page(
        "Register",
        &html! {
            h1 { "Register" }
            form.card.form method="post" action=(frame.drawing.base.url("/register")) {
                (forms::token(frame.drawing.form_token))
                (forms::problem(filled.problems))
                @for field in &fields { (forms::field(field, filled)) }
                div.actions { button.primary { "Register" } }
            }
            p { "Registered already? " a href=(frame.drawing.base.url("/login")) { "Sign in" } "." }
        },
    )
}

pub(crate) fn registration_closed(frame: &Frame<'_>) -> Markup {
    frame.page(
        "Register",
        &html! {
            section.card.message {
                h1 { "Registration is closed" }
                p { "Nobody can register here at the moment. Ask the one who runs this site." }
                p { a.button href=(frame.drawing.base.url("/login")) { "Sign in" } }
            }
        },
    )
}
