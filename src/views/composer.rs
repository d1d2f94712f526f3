//! The form to write a post, and the form to edit one.

use maud::{Markup, html};

use super::{
    RenderContext,
    destinations::{self, ToChoice},
    forms,
    pictures::{self, Compose},
    readership,
};
use crate::{
    model::{BasePath, Post},
    words::say,
};

/// Returns the address of the form on the home page.
pub(super) fn url(base: &BasePath) -> String {
    base.url("/") + "#message"
}

/// Renders the form to write a post.
pub(crate) fn new_post(render: &RenderContext<'_>, compose: &Compose<'_>) -> Markup {
    form(render, compose, "post", false)
}

/// Renders the form on a page of its own, where it is open from the start. `draft` is the name under which the script
/// keeps the text.
pub(super) fn open(render: &RenderContext<'_>, compose: &Compose<'_>, draft: &str) -> Markup {
    form(render, compose, draft, true)
}

fn form(render: &RenderContext<'_>, compose: &Compose<'_>, draft: &str, is_open: bool) -> Markup {
    let (filled, limits) = (&compose.filled, &compose.limits);
    let wrong = filled.problems.about("message").is_some();
    html! {
        form #compose.compose.card method="post" action=(render.base.url("/post")) enctype="multipart/form-data" data-fetch="post" data-open[is_open]
            data-images-max=(limits.per_post) data-image-bytes=(limits.bytes) data-too-many=(limits.too_many)
            data-too-large=(limits.too_large) data-no-picture=(limits.no_picture) {
            (forms::token(render.form_token))
            (forms::idempotency_key(render.idempotency_key))
            (forms::problem(filled.problems))
            label.visually-hidden for="message" { (say("Share something")) }
            // The browser drops a line break right after the tag, so the text gets one more.
            textarea #message name="message" rows="3" dir="auto" placeholder=(say("Share something")) data-draft=(draft)
                aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then_some("message-error")] {
                "\n" ((filled.value)("message"))
            }
            (forms::field_problem("message", filled.problems))
            (pictures::chosen(compose, render))
            (destinations::field("compose", compose.to, filled))
            div.actions {
                button.primary { (say("Post")) }
                (pictures::chooser(compose, render.base))
            }
            @if let Some(readership) = &compose.to.readership { (readership::line(readership, render)) }
            // With the script, each image has its own field.
            noscript { (pictures::words_for_files(compose.images.len(), compose)) }
        }
    }
}

/// Renders the form to edit a post.
pub(crate) fn edit_form(post: &Post, render: &RenderContext<'_>, compose: &Compose<'_>) -> Markup {
    let (id, filled) = (post.id, &compose.filled);
    let is_untouched = (filled.value)("message").is_empty() && filled.problems.is_empty();
    let (text, images) = if is_untouched {
        (post.message.as_str(), post.images.as_slice())
    } else {
        ((filled.value)("message"), compose.images)
    };
    let form = format!("edit-post-{id}");
    let to = ToChoice {
        groups: compose.to.groups.clone(),
        chosen: if is_untouched {
            destinations::chosen_words(post)
        } else {
            compose.to.chosen.clone()
        },
        offers_people: false,
        readership: None,
    };
    forms::edit(
        &forms::Edit {
            more: Some(html! {
                (pictures::changed(&form, images, compose, render))
                @if !post.is_direct() { (destinations::field(&form, &to, filled)) }
            }),
            id: form,
            path: format!("/post/{id}/edit"),
            field: "message",
            label: say("Edit post"),
            text,
            cancel: post.path(),
            problems: filled.problems,
        },
        render,
    )
}
