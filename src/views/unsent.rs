//! The page with a text that was sent after the session had ended.

use maud::{Markup, html};

use super::{Layout, forms};
use crate::{auth::UnsentText, words::say};

/// Renders the text in a form that sends it to where it was meant to go.
pub(crate) fn page(layout: &Layout<'_>, unsent: &UnsentText) -> Markup {
    let heading = say("Not sent yet");
    let words = match unsent.path.rsplit('/').next() {
        Some("comment") => say("Comment"),
        Some("edit") => say("Save"),
        _ => say("Post"),
    };
    layout.page(
        heading,
        &html! {
            h1 { (heading) }
            form.card.form method="post" action=(layout.render.base.url(&unsent.path)) {
                (forms::token(layout.render.form_token))
                (forms::idempotency_key(layout.render.idempotency_key))
                p { (say("You were signed out before this was sent. It is kept here for half an hour. Pictures must be chosen again.")) }
                label for="unsent" { (say("What you wrote")) }
                textarea #unsent name=(unsent.field) rows="6" dir="auto" { "\n" (unsent.text) }
                div.actions {
                    button.primary { (words) }
                    " " a.button href=(layout.render.base.url("/")) { (say("Go home")) }
                }
            }
        },
    )
}
