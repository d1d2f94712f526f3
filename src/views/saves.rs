//! The button that saves a post, and saved posts in the download.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    RenderContext,
    exports::{Export, Numbers},
    forms,
    icons::Icon,
    posts,
    times::{self, rfc3339},
};
use crate::{
    model::{Post, SavedPost},
    words::say,
};

/// Renders the button that saves a post, or removes it from the saved ones.
pub(super) fn button(post: &Post, render: &RenderContext<'_>) -> Markup {
    let (act, pressed) = if post.is_saved {
        ("unsave", "true")
    } else {
        ("save", "false")
    };
    let button = html! {
        button.quiet.tool aria-pressed=(pressed) aria-label=(say("Save this post")) title=(say("Save")) {
            (Icon::Save.named(say("Save"), render.base))
        }
    };
    // The script treats it like the button of a like: the answer is the post as it is now.
    forms::act(&format!("/post/{}/{act}", post.id), "like", &button, render)
}

/// Returns a saved post in `data.json`.
pub(crate) fn exported(export: &Export<'_>, saved: &SavedPost) -> Value {
    json!({ "saved_at": rfc3339(saved.saved_at), "post": posts::exported_address(export, &saved.place) })
}

/// Renders a saved post in the archive.
pub(crate) fn in_archive(export: &Export<'_>, saved: &SavedPost, own: &Numbers) -> Markup {
    html! {
        article {
            p { "You saved " (posts::address_in_archive(export, &saved.place, own)) }
            p.meta { (times::time(saved.saved_at, export.document.zone)) }
        }
    }
}
