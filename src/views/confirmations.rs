//! The page that asks for the password again before a sensitive step.

use maud::{Markup, html};

use super::{
    Filled, Frame,
    forms::{self, Field},
};

/// Renders the page that asks for the password. Afterwards it leads to `next`, or to the settings.
pub(crate) fn form(frame: &Frame<'_>, filled: &Filled<'_>, next: Option<&str>) -> Markup {
    frame.page(
        "Confirm your password",
        &html! {
            h1 { "Confirm your password" }
            form.card.form method="post" action=(frame.drawing.base.url("/confirm")) {
                (forms::token(frame.drawing.form_token))
                @if let Some(next) = next { input type="hidden" name="next" value=(next); }
                (forms::problem(filled.problems))
                p { "This step is sensitive. You won't be asked again for ten minutes." }
                (password(filled))
                div.actions { button.primary { "Confirm" } }
            }
        },
    )
}

/// Renders the field for the current password.
pub(super) fn password(filled: &Filled<'_>) -> Markup {
    let field = Field {
        name: "password",
        label: "Password",
        kind: "password",
        autocomplete: "current-password",
        required: true,
        hint: None,
    };
    forms::field(&field, filled)
}
