//! The page that asks for the password again before a sensitive step.

use maud::{Markup, html};

use super::{
    Filled, Layout,
    forms::{self, Field},
};
use crate::words::say;

/// Renders the page that asks for the password. Afterwards it leads to `next`, or to the settings.
pub(crate) fn form(layout: &Layout<'_>, filled: &Filled<'_>, next: Option<&str>) -> Markup {
    layout.page(
        say("Confirm your password"),
        &html! {
            h1 { (say("Confirm your password")) }
            form.card.form method="post" action=(layout.render.base.url("/confirm")) {
                (forms::token(layout.render.form_token))
                @if let Some(next) = next { input type="hidden" name="next" value=(next); }
                (forms::problem(filled.problems))
                p { (say("This step is sensitive. You won't be asked again for ten minutes.")) }
                (password(filled))
                div.actions { button.primary { (say("Confirm")) } }
            }
        },
    )
}

/// Renders the field for the current password.
pub(super) fn password(filled: &Filled<'_>) -> Markup {
    let field = Field {
        name: "password",
        label: say("Password"),
        kind: "password",
        autocomplete: "current-password",
        required: true,
        hint: None,
    };
    forms::field(&field, filled)
}
