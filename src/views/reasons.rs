//! The line that says why a post is in somebody's river, and its JSON.

use maud::{Markup, html};
use serde::Serialize;

use super::{
    RenderContext, names,
    phrases::phrase,
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
    let reason = match (via.named.as_slice(), via.more) {
        ([act], 0) => alone(act, render),
        ([others @ .., last], 0) => joined(others, &named(last, render), render),
        (others, more) => joined(others, &phrase("{n} more", &[("n", &more)]), render),
    };
    html! { p.via { (reason) } }
}

/// Renders `You liked this`, `Bob commented on this`.
fn alone(act: &Act, render: &RenderContext<'_>) -> Markup {
    let who = || names::link(&act.user, render);
    match (act.is_mine, act.kind) {
        (true, ActKind::Comment) => html! { (say("You commented on this")) },
        (true, ActKind::Like) => html! { (say("You liked this")) },
        (false, ActKind::Comment) => phrase("{who} commented on this", &[("who", &who())]),
        (false, ActKind::Like) => phrase("{who} liked this", &[("who", &who())]),
    }
}

/// Renders several acts as one reason.
fn joined(others: &[Act], last: &Markup, render: &RenderContext<'_>) -> Markup {
    let acts = html! {
        @for (n, act) in others.iter().enumerate() {
            @if n > 0 { ", " }
            (named(act, render))
        }
    };
    phrase("via {list} and {last}", &[("list", &acts), ("last", last)])
}

/// Renders an act with its owner: `your comment`, `Bob's like`.
fn named(act: &Act, render: &RenderContext<'_>) -> Markup {
    let who = || names::link(&act.user, render);
    match (act.is_mine, act.kind) {
        (true, ActKind::Comment) => html! { (say("your comment")) },
        (true, ActKind::Like) => html! { (say("your like")) },
        (false, ActKind::Comment) => phrase("{who}’s comment", &[("who", &who())]),
        (false, ActKind::Like) => phrase("{who}’s like", &[("who", &who())]),
    }
}
