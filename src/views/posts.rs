use maud::{Markup, html};

use super::{Drawing, Filled, Frame, forms, times, users::avatar};
use crate::model::Post;

/// A post, wherever it stands.
pub(crate) fn article(post: &Post, drawing: &Drawing<'_>) -> Markup {
    let own = drawing
        .viewer
        .is_some_and(|viewer| post.can_be_deleted_by(viewer));
    let id = post.id;
    html! {
        article.post.card id={ "post-" (id) } data-post-id=(id) tabindex="0"
            aria-labelledby={ "post-" (id) "-by post-" (id) "-text" } {
            (avatar(&post.author, ""))
            div.post-body {
                p.by id={ "post-" (id) "-by" } {
                    a.author href=(drawing.base.url(&post.author.path())) { bdi { (post.author.shown_name()) } }
                }
                div.text id={ "post-" (id) "-text" } dir="auto" { (post.message) }
                div.meta {
                    a href=(drawing.base.url(&post.path())) { (times::time(post.created_at, drawing.zone)) }
                    @if own {
                        form method="post" action=(drawing.base.url(&format!("/post/{id}/delete"))) data-fetch="delete"
                            data-confirm="Delete this post? This cannot be undone." {
                            (forms::token(drawing.form_token))
                            button.quiet { "Delete" }
                        }
                    }
                }
            }
        }
    }
}

/// The form that a post is written in.
pub(crate) fn composer(drawing: &Drawing<'_>, filled: &Filled<'_>) -> Markup {
    let wrong = filled.problems.about("message").is_some();
    html! {
        form #compose.compose.card method="post" action=(drawing.base.url("/post")) data-fetch="post" {
            (forms::token(drawing.form_token))
            (forms::problem(filled.problems))
            label for="message" { "Share something" }
            // A line end directly after the tag would be swallowed by the browser, so one is given to it.
            textarea #message name="message" rows="3" dir="auto" data-draft="post"
                aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then_some("message-error")] {
                "\n" ((filled.value)("message"))
            }
            (forms::field_problem("message", filled.problems))
            div.actions { button.primary { "Post" } }
        }
    }
}

pub(crate) fn page(frame: &Frame<'_>, post: &Post) -> Markup {
    let title = format!("{}: {}", post.author.shown_name(), beginning(&post.message));
    frame.page(
        &title,
        &html! {
            h1.visually-hidden { "Post by " bdi { (post.author.shown_name()) } }
            div.single { (article(post, &frame.drawing)) }
        },
    )
}

const TITLE_CHARS_MAX: usize = 60;

fn beginning(message: &str) -> String {
    let mut title: String = message.chars().take(TITLE_CHARS_MAX).collect();
    if title.len() < message.len() {
        title.push('…');
    }
    title
}
