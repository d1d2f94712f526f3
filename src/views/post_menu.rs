//! The buttons under a post on its own page.

use maud::{Markup, html};

use super::{RenderContext, bells, linked, notifications, pins};
use crate::{
    model::{LinkCount, PinPlace, Post},
    words::say,
};

/// The state of the buttons under a post on its own page, for a member.
pub(crate) struct PostMenu {
    pub(crate) is_muted: bool,
    /// `None` on the member's own post, whose comments are news anyway.
    pub(crate) has_bell: Option<bool>,
    /// The feeds that the member can pin it to.
    pub(crate) pins: Vec<PinPlace>,
    /// The posts that link to it.
    pub(crate) links: LinkCount,
}

/// Renders the buttons.
pub(super) fn menu(render: &RenderContext<'_>, post: &Post, menu: &PostMenu) -> Markup {
    html! {
        (linked::count(post.id, menu.links, render))
        (readership_link(render, post))
        @for place in &menu.pins { (pins::button(render, post.id, place)) }
        @if let Some(has_bell) = menu.has_bell { (bells::on_post(render, post.id, has_bell)) }
        (notifications::mute_form(render, post.id, menu.is_muted))
    }
}

/// Renders the link to who can see a post of one's own, or to why one sees a post.
fn readership_link(render: &RenderContext<'_>, post: &Post) -> Markup {
    let (page, words) = if post.is_mine {
        ("audience", say("Who can see this?"))
    } else {
        ("why", say("Why do I see this?"))
    };
    html! { p.mute { a href=(render.base.url(&format!("/post/{}/{page}", post.id))) { (words) } } }
}
