//! The like button, the line that says who liked a post, and the JSON of likes.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    RenderContext,
    exports::{self, Export, Numbers},
    forms,
    icons::Icon,
    names,
    phrases::phrase,
    posts,
    times::{self, rfc3339},
};
use crate::{
    model::{Likes, OwnLike, Post},
    words::{count, fill, later, say},
};

/// The likes of a post, as JSON.
#[derive(Serialize)]
pub(crate) struct LikesJson<'a> {
    count: u64,
    mine: bool,
    names: Vec<&'a str>,
}

/// Returns the likes of a post, as JSON.
pub(crate) fn json(likes: &Likes) -> LikesJson<'_> {
    let names = likes.named.iter().map(|user| user.username.as_str());
    LikesJson {
        count: likes.count,
        mine: likes.is_mine,
        names: names.collect(),
    }
}

/// Renders `You, Ann, Bo and 7 other people liked this`, or nothing if nobody did.
pub(super) fn line(post: &Post, render: &RenderContext<'_>) -> Markup {
    let likes = &post.likes;
    if likes.count == 0 {
        return html! {};
    }
    let others = likes.others();
    let last = likes.named.len() - usize::from(others == 0 && !likes.named.is_empty());
    let people = html! {
        @for (n, user) in likes.named.iter().enumerate() {
            @if n > 0 { @if n == last { " " (say("and")) " " } @else { ", " } }
            @if n == 0 && likes.is_mine { a href=(render.base.url(&user.path())) { (say("You")) } }
            @else { (names::link(user, render)) }
        }
        @if others > 0 {
            " " (say("and")) " "
            a.others data-unfold="likes" href={ (render.base.url(&post.path())) "?likes=all" } {
                (count(others, "{n} other person", "{n} other people"))
            }
        }
    };
    // The verb of other languages depends on who likes it.
    let (sentence, place) = match (likes.count, likes.is_mine) {
        (1, true) => (later("{you} liked this"), "you"),
        (1, false) => (later("{who} liked this"), "who"),
        _ => (later("{people} liked this"), "people"),
    };
    html! { p.likes { (phrase(sentence, &[(place, &people)])) } }
}

/// Renders the like button of a post. Authors get none on their own posts.
pub(super) fn button(post: &Post, render: &RenderContext<'_>) -> Markup {
    html! {
        @if !post.is_mine {
            (act(&format!("/post/{}", post.id), say("this post"), &post.likes, &Icon::Like.drawn(render.base), render))
        }
    }
}

/// Renders the button that likes a comment, or takes the like back.
pub(super) fn toggle(path: &str, what: &str, likes: &Likes, render: &RenderContext<'_>) -> Markup {
    act(path, what, likes, &html! {}, render)
}

/// Renders the button that likes `what`, or takes the like back.
fn act(path: &str, what: &str, likes: &Likes, icon: &Markup, render: &RenderContext<'_>) -> Markup {
    let act = if likes.is_mine { "unlike" } else { "like" };
    let pressed = if likes.is_mine { "true" } else { "false" };
    let button = html! {
        button.quiet.like aria-pressed=(pressed) aria-label=(fill("Like {what}", &[("what", what)])) { (icon) " " (say("Like")) }
    };
    forms::act(&format!("{path}/{act}"), "like", &button, render)
}

/// Returns a like of a post or comment in `data.json`.
pub(crate) fn exported(export: &Export<'_>, like: &OwnLike) -> Value {
    json!({
        "created_at": like.since.map(rfc3339),
        "post": posts::exported_address(export, &like.place),
        "comment_id": like.comment,
    })
}

/// Renders a like in the archive.
pub(crate) fn in_archive(export: &Export<'_>, like: &OwnLike, own: &Numbers) -> Markup {
    html! {
        article {
            p {
                "You liked "
                @if let Some(id) = like.comment {
                    (exports::at_home(export, &format!("/comment/{id}"), &html! { "a comment" })) " on "
                }
                (posts::address_in_archive(export, &like.place, own))
            }
            @if let Some(since) = like.since { p.meta { (times::time(since, export.document.zone)) } }
        }
    }
}
