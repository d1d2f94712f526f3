//! Comments under a post, their JSON, and the forms to write and edit one.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Filled, RenderContext, bodies,
    exports::{self, Export, Numbers},
    forms, likes, names, posts,
    times::{self, rfc3339},
    users::{self, UserJson},
};
use crate::{
    model::{BasePath, Comment, CommentId, Comments, Likes, OwnComment, Post, PostId, Unread},
    words::{self, count, fill, say},
};

/// A comment, as JSON.
#[derive(Serialize)]
pub(crate) struct CommentJson<'a> {
    id: CommentId,
    author: UserJson<'a>,
    comment: &'a str,
    created_at: String,
    edited_at: Option<String>,
    post_id: PostId,
    likes: CommentLikesJson,
}

/// The likes of a comment, as JSON.
#[derive(Serialize)]
struct CommentLikesJson {
    count: u64,
    mine: bool,
}

/// All comments of a post, as JSON.
#[derive(Serialize)]
pub(crate) struct CommentListJson<'a> {
    comments: Vec<CommentJson<'a>>,
}

/// Returns a comment, as JSON.
pub(crate) fn json<'a>(comment: &'a Comment, base: &BasePath) -> CommentJson<'a> {
    CommentJson {
        id: comment.id,
        author: users::json(&comment.author, base),
        comment: &comment.message,
        created_at: rfc3339(comment.created_at),
        edited_at: comment.edited_at.map(rfc3339),
        post_id: comment.post,
        likes: CommentLikesJson {
            count: comment.likes,
            mine: comment.is_liked_by_me,
        },
    }
}

/// Returns the comments of a post, as JSON.
pub(crate) fn list_json<'a>(comments: &'a Comments, base: &BasePath) -> CommentListJson<'a> {
    CommentListJson {
        comments: items_json(comments, base),
    }
}

/// Returns the comments of a post that are shown, as JSON.
pub(super) fn items_json<'a>(comments: &'a Comments, base: &BasePath) -> Vec<CommentJson<'a>> {
    let comments = comments.shown.iter();
    comments.map(|one| json(one, base)).collect()
}

/// Renders the comments of a post, folded or complete. The comment in `editing` becomes its edit form.
pub(super) fn list(
    post: &Post,
    render: &RenderContext<'_>,
    editing: Option<&Editing<'_>>,
) -> Markup {
    let Comments {
        shown, is_whole, ..
    } = &post.comments;
    let hidden = post.comments.hidden();
    let unread = post.unread.unwrap_or_default();
    html! {
        ol.comments data-whole[*is_whole] {
            @for (n, one) in shown.iter().enumerate() {
                @if n == 1 && hidden > 0 {
                    (fold(post, hidden, unread, render))
                }
                @match editing {
                    Some(editing) if editing.comment == one.id.0 => li.comment { (edit_form(one, render, &editing.filled)) },
                    _ => {
                        // The line of the folded comments stands before the second.
                        @let is_joined = n > usize::from(hidden > 0) && shown[n - 1].author.id == one.author.id;
                        (comment_with(one, render, unread.first == Some(one.id), is_joined))
                    },
                }
            }
        }
    }
}

/// Renders the line that stands for folded comments. If there are new ones among them it says how many are new in the
/// thread, and leads to the first.
fn fold(post: &Post, hidden: u64, unread: Unread, render: &RenderContext<'_>) -> Markup {
    let path = render.base.url(&post.path());
    let last = post.comments.shown.last().map(|last| last.id);
    let first = unread.first.filter(|first| Some(*first) < last);
    let words = match first {
        Some(_) if unread.count >= Unread::COUNT_MAX => {
            fill("{n}+ new comments", &[("n", &unread.count.to_string())])
        }
        Some(_) => count(unread.count, "{n} new comment", "{n} new comments"),
        None => count(hidden, "{n} more comment", "{n} more comments"),
    };
    let fragment = first.map_or(String::new(), |first| format!("#comment-{first}"));
    html! {
        li.more data-news[first.is_some()] data-more=(hidden) {
            a data-unfold="comments" href={ (path) (fragment) } { (words) }
        }
    }
}

/// The comment that is being edited on the page of its post, for browsers without the script.
pub(crate) struct Editing<'a> {
    pub(crate) comment: i64,
    pub(crate) filled: Filled<'a>,
}

/// Renders a comment, for pages, fragments and events alike.
pub(crate) fn comment(comment: &Comment, render: &RenderContext<'_>) -> Markup {
    comment_with(comment, render, false, false)
}

/// Renders a comment, with the mark of the first one that is new to the viewer, and that of one that follows another one of
/// the same person. A line joins these two.
fn comment_with(
    comment: &Comment,
    render: &RenderContext<'_>,
    is_first_unread: bool,
    is_joined: bool,
) -> Markup {
    let id = comment.id;
    let path = format!("/comment/{id}");
    let likes = Likes {
        count: comment.likes,
        is_mine: comment.is_liked_by_me,
        named: Vec::new(),
    };
    html! {
        li.comment id={ "comment-" (id) } data-comment-id=(id) data-of=(comment.post) data-first-unread[is_first_unread]
            data-joined[is_joined] {
            @if is_first_unread { p.new { (say("New")) span.visually-hidden { " " (say("comments from here")) } } }
            div.comment-text dir="auto" {
                (bodies::body(&comment.body, render))
                span.comment-by { " — " (names::link(&comment.author, render)) }
            }
            div.meta {
                @if !comment.is_mine && !render.is_guest { (likes::toggle(&path, say("this comment"), &likes, render)) }
                @if comment.likes > 0 {
                    " " span.like-count { (count(comment.likes, "{n} like", "{n} likes")) }
                }
                @if comment.is_mine {
                    " " a data-unfold="edit" href=(render.base.url(&format!("{path}/edit"))) { (say("Edit")) }
                }
                @if comment.can_be_deleted {
                    (forms::delete(&path, say("this comment"), render))
                }
                // The script changes the length of the time. At the end of the line nothing moves with it.
                " " (times::time(comment.created_at, render.zone))
                @if comment.edited_at.is_some() { " " span.edited { (say("edited")) } }
            }
        }
    }
}

/// Renders the comment form under a post.
pub(crate) fn form(id: PostId, render: &RenderContext<'_>, filled: &Filled<'_>) -> Markup {
    let name = format!("comment-on-{id}");
    let wrong = filled.problems.about("comment").is_some();
    html! {
        form.comment-form id={ "write-" (id) } method="post" action=(render.base.url(&format!("/post/{id}/comment"))) data-fetch="comment" {
            (forms::token(render.form_token))
            (forms::idempotency_key(render.idempotency_key))
            (forms::problem(filled.problems))
            label.visually-hidden for=(name) { (say("Write a comment")) }
            textarea id=(name) name="comment" rows="1" dir="auto" placeholder=(say("Write a comment")) data-draft={ "comment-" (id) }
                aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then(|| format!("{name}-error"))] {
                "\n" ((filled.value)("comment"))
            }
            @if let Some(message) = filled.problems.about("comment") {
                p.field-error id={ (name) "-error" } role="alert" { (words::message(message)) }
            }
            div.actions { button { (say("Comment")) } }
        }
    }
}

/// Renders the form to edit a comment.
pub(crate) fn edit_form(
    comment: &Comment,
    render: &RenderContext<'_>,
    filled: &Filled<'_>,
) -> Markup {
    let id = comment.id;
    let text = if (filled.value)("comment").is_empty() && filled.problems.is_empty() {
        &comment.message
    } else {
        (filled.value)("comment")
    };
    forms::edit(
        &forms::Edit {
            id: format!("edit-comment-{id}"),
            path: format!("/comment/{id}/edit"),
            field: "comment",
            label: say("Edit comment"),
            text,
            more: None,
            cancel: format!("/comment/{id}"),
            problems: filled.problems,
        },
        render,
    )
}

/// Returns a comment in `data.json`, and the post it is on.
pub(crate) fn exported(export: &Export<'_>, comment: &OwnComment) -> Value {
    let place = comment.place.as_ref();
    json!({
        "id": comment.id,
        "url": export.document.url(&format!("/comment/{}", comment.id)),
        "comment": comment.message,
        "created_at": rfc3339(comment.created_at),
        "edited_at": comment.edited_at.map(rfc3339),
        "post": place.map(|place| posts::exported_address(export, place)),
    })
}

/// Renders a comment in the archive, with a link to its post.
pub(crate) fn in_archive(export: &Export<'_>, comment: &OwnComment, own: &Numbers) -> Markup {
    html! {
        article id={ "comment-" (comment.id) } {
            div.text dir="auto" { (exports::text(&comment.message)) }
            p.meta {
                (exports::at_home(export, &format!("/comment/{}", comment.id), &times::time(comment.created_at, export.document.zone)))
                @if let Some(edited_at) = comment.edited_at { " · edited " (times::time(edited_at, export.document.zone)) }
                @match &comment.place {
                    Some(place) => { " · on " (posts::address_in_archive(export, place, own)) },
                    None => " · on a post that you can no longer see",
                }
            }
        }
    }
}
