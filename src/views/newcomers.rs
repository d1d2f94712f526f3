//! The fields of a new account, for the registration page and the page that makes the first admin.

use maud::{Markup, html};

use super::{
    Filled,
    forms::{self, Field},
};
use crate::model::{DisplayName, UserName};

/// Renders the fields of a new account.
pub(super) fn fields(filled: &Filled<'_>, password_chars_min: u32) -> Markup {
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
            label: "Name (optional)",
            kind: "text",
            autocomplete: "name",
            required: false,
            hint: Some(format!(
                "Shown to others. Up to {} characters.",
                DisplayName::CHARS_MAX
            )),
        },
        Field {
            name: "email",
            label: "E-mail (optional)",
            kind: "email",
            autocomplete: "email",
            required: false,
            hint: Some("Never shown to others.".into()),
        },
    ];
    html! { @for field in &fields { (forms::field(field, filled)) } }
}
