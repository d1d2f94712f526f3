//! The fields of a new account, for the registration page and the page that makes the first admin.

use maud::{Markup, html};

use super::{
    Filled,
    forms::{self, Field},
};
use crate::{
    model::{DisplayName, UserName},
    words::{fill, say},
};

/// Renders the fields of a new account.
pub(super) fn fields(filled: &Filled<'_>, password_chars_min: u32) -> Markup {
    let fields = [
        Field {
            name: "username",
            label: say("Username"),
            kind: "text",
            autocomplete: "username",
            required: true,
            hint: Some(fill(
                "1 to {n} letters, digits or underscores.",
                &[("n", &UserName::CHARS_MAX.to_string())],
            )),
        },
        Field {
            name: "password",
            label: say("Password"),
            kind: "password",
            autocomplete: "new-password",
            required: true,
            hint: Some(fill(
                "At least {n} characters; a few words are best.",
                &[("n", &password_chars_min.to_string())],
            )),
        },
        Field {
            name: "name",
            label: say("Name (optional)"),
            kind: "text",
            autocomplete: "name",
            required: false,
            hint: Some(fill(
                "Shown to others. Up to {n} characters.",
                &[("n", &DisplayName::CHARS_MAX.to_string())],
            )),
        },
        Field {
            name: "email",
            label: say("E-mail (optional)"),
            kind: "email",
            autocomplete: "email",
            required: false,
            hint: Some(say("Never shown to others.").into()),
        },
    ];
    html! { @for field in &fields { (forms::field(field, filled)) } }
}
