//! The banner for a security warning that the member has not dismissed yet.

use maud::{Markup, html};

use super::{RenderContext, forms, phrases::phrase};
use crate::{model::Warning, words::say};

/// Renders the warning that appears on every page until it is dismissed. `here` is the page to come back to.
pub(super) fn banner(warning: &Warning, here: &str, render: &RenderContext<'_>) -> Markup {
    let path = format!("/settings/warnings/{}/dismiss", warning.id);
    html! {
        div.flash.error role="alert" {
            @let link = html! { a href=(render.base.url("/settings/account")) { (say("change your password")) } };
            p {
                (phrase("An old sign-in key of your session in {browser} was used again. If that wasn't you, {link}.", &[
                    ("browser", &warning.browser),
                    ("link", &link),
                ]))
            }
            form method="post" action=(render.base.url(&path)) {
                (forms::token(render.form_token))
                input type="hidden" name="next" value=(here);
                button.quiet { (say("I have read this")) }
            }
        }
    }
}
