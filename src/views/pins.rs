//! The button that pins a post, and the pinned post above a list.

use maud::{Markup, html};

use super::{RenderContext, forms, posts};
use crate::model::{Post, PostId};

/// Renders the button that pins a post to the profile of its author, or removes it from there.
pub(crate) fn button(render: &RenderContext<'_>, id: PostId, is_pinned: bool) -> Markup {
    let (act, label) = if is_pinned {
        ("unpin", "Unpin from your profile")
    } else {
        ("pin", "Pin to your profile")
    };
    html! {
        form.mute id={ "pin-" (id) } method="post" action=(render.base.url(&format!("/post/{id}/{act}"))) data-fetch="replace" {
            (forms::token(render.form_token))
            button.quiet { (label) }
        }
    }
}

/// Renders the pinned post, which stands above the list.
pub(super) fn section(render: &RenderContext<'_>, pinned: &Post) -> Markup {
    html! {
        section.river.pinned aria-label="Pinned" {
            h2 { "Pinned" }
            (posts::article(pinned, render))
        }
    }
}
