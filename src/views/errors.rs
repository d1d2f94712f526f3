//! Error pages. Each says what is wrong and what to do about it.

use maud::{Markup, html};

use super::{Layout, forms};
use crate::{
    error::Error,
    words::{message, say},
};

/// Renders an error page. `written` is the text of the refused form, shown so that it is not lost.
pub(crate) fn page(layout: &Layout<'_>, error: &Error, written: &str) -> Markup {
    let heading = heading(error);
    layout.page(
        heading,
        &html! {
            section.card.message {
                h1 { (heading) }
                p role="alert" { (message(&error.to_string())) }
                @if !written.is_empty() {
                    div.field {
                        label for="written" { (say("What you wrote")) }
                        textarea #written readonly rows="4" dir="auto" { "\n" (written) }
                    }
                }
                p { a.button href=(layout.render.base.url("/")) { (say("Go home")) } }
            }
        },
    )
}

/// Renders the page for a form whose token was missing or wrong, and says why that may be. It offers to send the same
/// fields with a fresh token.
pub(crate) fn repeat<'f>(
    layout: &Layout<'_>,
    error: &Error,
    why: &str,
    path: &str,
    fields: impl Iterator<Item = (&'f str, &'f str)>,
) -> Markup {
    layout.page(
        heading(error),
        &html! {
            section.card.message {
                h1 { (heading(error)) }
                p role="alert" { (message(&error.to_string())) }
                p { (message(why)) " " (say("Nothing has been done yet.")) }
                form method="post" action=(layout.render.base.url_encoded(path)) {
                    (forms::token(layout.render.form_token))
                    @for (name, value) in fields {
                        @if name != "csrf_token" { input type="hidden" name=(name) value=(value); }
                    }
                    p.actions {
                        button.primary { (say("Do it now")) }
                        " " a.button href=(layout.render.base.url("/")) { (say("Go home")) }
                    }
                }
            }
        },
    )
}

/// Returns the title for the status of an error.
fn heading(error: &Error) -> &'static str {
    match error.status() {
        400 => say("This request is not valid"),
        403 => say("Not allowed"),
        404 => say("Not found"),
        405 => say("Not possible here"),
        413 => say("Too large"),
        415 => say("Unsupported format"),
        421 => say("Wrong address"),
        409 => say("Already done"),
        422 => say("Please check your entries"),
        429 => say("Too many attempts"),
        503 => say("Not available right now"),
        _ => say("Something went wrong"),
    }
}
