//! The line that says why a post is in somebody's river, and its JSON.

use maud::{Markup, html};
use serde::Serialize;

use super::{
    RenderContext, names,
    users::{self, UserJson},
};
use crate::{
    model::{Act, ActKind, BasePath, Via},
    words::say,
};

/// The newest reason why a post is in the reader's river, as JSON.
#[derive(Serialize)]
pub(crate) struct ReasonJson<'a> {
    user: UserJson<'a>,
    act: &'static str,
}

/// Returns the newest reason why a post is in the reader's river, as JSON.
pub(crate) fn json<'a>(via: &'a Via, base: &BasePath) -> ReasonJson<'a> {
    ReasonJson {
        user: users::json(&via.newest.user, base),
        act: via.newest.kind.name(),
    }
}

/// Renders `Bob commented on this`, or `via your comment, Bob's like and 2 more`.
pub(super) fn line(via: &Via, render: &RenderContext<'_>) -> Markup {
    let last = via.named.len() - usize::from(via.more == 0);
    html! {
        p.via {
            @if let ([act], 0) = (via.named.as_slice(), via.more) {
                @if act.is_mine { (say("You")) } @else { (names::link(&act.user, render)) }
                (match act.kind { ActKind::Comment => " commented on this", ActKind::Like => " liked this" })
            } @else {
                "via "
                @for (n, act) in via.named.iter().enumerate() {
                    @if n > 0 { (if n == last { " and " } else { ", " }) }
                    (whose(act, render)) " " (act.kind.name())
                }
                @if via.more > 0 { " and " (via.more) " more" }
            }
        }
    }
}

/// Renders the owner of an act: `your`, `Bob's`.
fn whose(act: &Act, render: &RenderContext<'_>) -> Markup {
    html! {
        @if act.is_mine { (say("your")) } @else { (names::link(&act.user, render)) "’s" }
    }
}
