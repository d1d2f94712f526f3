//! The buttons that pin a post, and the pinned post above a list.

use maud::{Markup, html};

use super::{RenderContext, forms, phrases::phrase, posts};
use crate::{
    model::{PinPlace, Post, PostId},
    words::say,
};

/// Renders the button that pins a post to a feed, or removes it from there.
pub(crate) fn button(render: &RenderContext<'_>, id: PostId, place: &PinPlace) -> Markup {
    let act = if place.is_pinned { "unpin" } else { "pin" };
    let group = html! { @if let Some(group) = &place.group { bdi { (group.shown_name()) } } };
    let words = match (place.is_pinned, place.group.is_some()) {
        (true, true) => phrase("Unpin from {group}", &[("group", &group)]),
        (true, false) => phrase("Unpin from your profile", &[]),
        (false, true) => phrase("Pin to {group}", &[("group", &group)]),
        (false, false) => phrase("Pin to your profile", &[]),
    };
    html! {
        form.mute id={ "pin-" (id) "-" (place.name()) } method="post" action=(render.base.url(&format!("/post/{id}/{act}"))) data-fetch="replace" {
            (forms::token(render.form_token))
            input type="hidden" name="to" value=(place.name());
            button.quiet { (words) }
        }
    }
}

/// Renders the pinned post, which stands above the list.
pub(super) fn section(render: &RenderContext<'_>, pinned: &Post) -> Markup {
    html! {
        section.river.pinned aria-label=(say("Pinned")) {
            h2 { (say("Pinned")) }
            (posts::article(pinned, render))
        }
    }
}
