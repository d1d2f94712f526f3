use maud::{Markup, html};

use super::{
    Filled, Frame,
    forms::{self, Field},
};

pub(crate) fn login(
    frame: &Frame<'_>,
    filled: &Filled<'_>,
    next: Option<&str>,
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
    frame.page(
        "Sign in",
        &html! {
            h1 { "Sign in" }
            form.card.form method="post" action=(frame.drawing.base.url("/login")) {
                (forms::token(frame.drawing.form_token))
                @if let Some(next) = next { input type="hidden" name="next" value=(next); }
                (forms::problem(filled.problems))
                (forms::field(&field("username", "Username", "text", "username"), filled))
                (forms::field(&field("password", "Password", "password", "current-password"), filled))
                label.check { input type="checkbox" name="remember" value="1" checked[remember]; " Stay signed in" }
                div.actions { button.primary { "Sign in" } }
            }
            @if registration_is_open {
                p { "New here? " a href=(frame.drawing.base.url("/register")) { "Register" } "." }
            }
        },
    )
}
