//! A post: the article that every page and event uses, the composer, the edit form, and its permalink page.

use maud::{Markup, html};

use super::{
    Drawing, Filled, Frame, News, bodies, comments, forms, likes,
    names::avatar,
    pictures::{self, Compose},
    reasons, times,
};
use crate::model::{Post, PostId, Problems, Revision};

/// The form that is open on the page of a post, for browsers without the script.
#[derive(Default)]
pub(crate) struct Writing<'a> {
    /// The edit form of the post.
    pub(crate) edit: Option<Compose<'a>>,
    pub(crate) comment: Option<Filled<'a>>,
    pub(crate) edit_comment: Option<comments::Editing<'a>>,
}

/// Renders a post, for pages, fragments and events alike.
pub(crate) fn article(post: &Post, drawing: &Drawing<'_>) -> Markup {
    article_with(post, drawing, &Writing::default())
}

/// Renders a post with the form that is open in it.
fn article_with(post: &Post, drawing: &Drawing<'_>, writing: &Writing<'_>) -> Markup {
    let id = post.id;
    let path = post.path();
    let nothing = Problems::default();
    let empty = Filled {
        value: &|_| "",
        problems: &nothing,
    };
    html! {
        article.post.card id={ "post-" (id) } data-post-id=(id) data-place=(post.position.0) tabindex="0"
            aria-labelledby={ "post-" (id) "-by post-" (id) "-" (if post.message.is_empty() { "pictures" } else { "text" }) } {
            (avatar(&post.author, "", drawing.base))
            div.post-body {
                p.by id={ "post-" (id) "-by" } {
                    a.author href=(drawing.base.url(&post.author.path())) { bdi { (post.author.shown_name()) } }
                }
                @if let Some(via) = &post.via { (reasons::line(via, drawing)) }
                @if let Some(compose) = &writing.edit { (edit_form(post, drawing, compose)) }
                @else {
                    div.text id={ "post-" (id) "-text" } dir="auto" { (bodies::body(&post.body, drawing)) }
                }
                @if writing.edit.is_none() { (pictures::row(post, drawing)) }
                div.meta {
                    a href=(drawing.base.url(&path)) { (times::time(post.created_at, drawing.zone)) }
                    @if post.edited_at.is_some() && drawing.is_guest { span.edited { "edited" } }
                    @else if post.edited_at.is_some() {
                        a.edited href={ (drawing.base.url(&path)) "?history" } { "edited" }
                    }
                    @if !drawing.is_guest {
                        a.write href={ (drawing.base.url(&path)) "#comment-on-" (id) } { "Comment" }
                        (likes::button(post, drawing))
                    }
                    @if post.is_mine {
                        a data-unfold="edit" href={ (drawing.base.url(&path)) "?edit" } { "Edit" }
                        (forms::act(&format!("/post/{id}/delete"), "delete", "Delete", "Delete this post", drawing))
                    }
                }
                (likes::line(post, drawing))
                (comments::list(post, drawing, writing.edit_comment.as_ref()))
                @match &writing.comment {
                    _ if drawing.is_guest => {}
                    Some(filled) => (comments::form(id, drawing, filled)),
                    None => (comments::form(id, drawing, &empty)),
                }
            }
        }
    }
}

/// Renders the form to write a post.
pub(crate) fn composer(drawing: &Drawing<'_>, compose: &Compose<'_>) -> Markup {
    let (filled, limits) = (&compose.filled, &compose.limits);
    let wrong = filled.problems.about("message").is_some();
    html! {
        form #compose.compose.card method="post" action=(drawing.base.url("/post")) enctype="multipart/form-data" data-fetch="post"
            data-images-max=(limits.per_post) data-image-bytes=(limits.bytes) data-too-many=(limits.too_many)
            data-too-large=(limits.too_large) data-no-picture=(limits.no_picture) {
            (forms::token(drawing.form_token))
            (forms::idempotency_key(drawing.idempotency_key))
            (forms::problem(filled.problems))
            label for="message" { "Share something" }
            // The browser drops a line break right after the tag, so the text gets one more.
            textarea #message name="message" rows="3" dir="auto" data-draft="post"
                aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then_some("message-error")] {
                "\n" ((filled.value)("message"))
            }
            (forms::field_problem("message", filled.problems))
            (pictures::chosen(compose, drawing))
            div.actions {
                button.primary { "Post" }
                (pictures::chooser(compose))
            }
            // With the script, each image has its own field.
            noscript { (pictures::words_for_files(compose.images.len(), compose)) }
        }
    }
}

/// Renders the form to edit a post.
pub(crate) fn edit_form(post: &Post, drawing: &Drawing<'_>, compose: &Compose<'_>) -> Markup {
    let (id, filled) = (post.id, &compose.filled);
    let is_untouched = (filled.value)("message").is_empty() && filled.problems.is_empty();
    let (text, images) = if is_untouched {
        (post.message.as_str(), post.images.as_slice())
    } else {
        ((filled.value)("message"), compose.images)
    };
    let form = format!("edit-post-{id}");
    forms::edit(
        &forms::Edit {
            more: Some(pictures::changed(&form, images, compose, drawing)),
            id: form,
            path: format!("/post/{id}/edit"),
            field: "message",
            label: "Edit post",
            text,
            cancel: post.path(),
            problems: filled.problems,
        },
        drawing,
    )
}

/// Renders the permalink page: a post with all its comments. `is_muted` is `None` for guests.
pub(crate) fn page(
    frame: &Frame<'_>,
    post: &Post,
    is_muted: Option<bool>,
    writing: &Writing<'_>,
    history: Option<&[Revision]>,
) -> Markup {
    let title = format!("{}: {}", post.author.shown_name(), words(post));
    let topic = format!("post:{}", post.id);
    frame.page(
        &title,
        &html! {
            h1.visually-hidden { "Post by " bdi { (post.author.shown_name()) } }
                div #river.river role="feed" aria-label="Post" data-topic=(topic)
                data-feed=(frame.drawing.base.url(&post.path())) {
                (article_with(post, &frame.drawing, writing))
            }
            @if let Some(history) = history { (self::history(frame, history)) }
            @if let Some(is_muted) = is_muted { (mute_form(&frame.drawing, post.id, is_muted)) }
        },
    )
}

/// Renders one post as a fragment for the script, wrapped like a page of a river so that the script reads both alike.
pub(crate) fn fragment(drawing: &Drawing<'_>, post: &Post, news: &News) -> Markup {
    html! { div.river-page data-last-event-id=(news.last_event) data-unread=(news.unread) { (article(post, drawing)) } }
}

/// Renders the earlier versions of a post.
fn history(frame: &Frame<'_>, revisions: &[Revision]) -> Markup {
    html! {
        section.card.history aria-label="History" {
            h2 { "Earlier versions" }
            @if revisions.is_empty() { p { "This post has not been edited." } }
            @for revision in revisions {
                p.hint { (times::time(revision.created_at, frame.drawing.zone)) }
                @if revision.message.is_empty() { p.hint { "No text." } }
                div.text dir="auto" { (revision.message) }
            }
        }
    }
}

/// Renders the button that turns notifications about a post off or on.
pub(crate) fn mute_form(drawing: &Drawing<'_>, id: PostId, is_muted: bool) -> Markup {
    let (act, label) = if is_muted {
        ("unmute", "Notify me about this post again")
    } else {
        ("mute", "Stop notifications about this post")
    };
    html! {
        form.mute id={ "mute-" (id) } method="post" action=(drawing.base.url(&format!("/post/{id}/{act}"))) data-fetch="replace" {
            (forms::token(drawing.form_token))
            button.quiet { (label) }
        }
    }
}

/// Renders the note that takes the place of something deleted, with the button to undo it.
pub(crate) fn undo(drawing: &Drawing<'_>, what: &str, path: &str) -> Markup {
    html! {
        form.undo method="post" action=(drawing.base.url(path)) data-fetch="undo" {
            (forms::token(drawing.form_token))
            span { (what) }
            button.quiet { "Undo" }
        }
    }
}

/// Returns the beginning of a post's text, or what it has instead of text.
fn words(post: &Post) -> String {
    if post.message.is_empty() {
        pictures::in_words(post)
    } else {
        beginning(&post.message)
    }
}

/// Longest beginning of a text that serves as a title, in characters.
const TITLE_CHARS_MAX: usize = 60;

/// Returns the beginning of a text, with an ellipsis if it goes on.
pub(super) fn beginning(message: &str) -> String {
    let mut title: String = message.chars().take(TITLE_CHARS_MAX).collect();
    if title.len() < message.len() {
        title.push('…');
    }
    title
}
