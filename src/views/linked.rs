//! Who has linked to something before.

use maud::{Markup, html};

use super::{RenderContext, names, times};
use crate::model::{LinkCount, LinkTarget, Post, PostId, search_path};

/// Renders the line under the form of a new post whose address somebody posted lately. Nothing if nobody did.
pub(crate) fn line(post: Option<&Post>, render: &RenderContext<'_>) -> Markup {
    html! {
        @if let Some(post) = post {
            p #linked.hint role="status" {
                (names::link(&post.author, render)) " posted this address "
                a href=(render.base.url(&post.path())) { (times::time(post.created_at, render.zone)) }
            }
        }
    }
}

/// Renders how many posts link to a post, as a link to them. Nothing if there are none.
pub(super) fn count(post: PostId, count: LinkCount, render: &RenderContext<'_>) -> Markup {
    let LinkCount { posts, is_least } = count;
    let path = search_path(&LinkTarget::of_post(post).search());
    html! {
        @if posts > 0 {
            p.mute {
                a href=(render.base.url_encoded(&path)) {
                    (posts) @if is_least { " and more" }
                    (if posts == 1 && !is_least { " post links here" } else { " posts link here" })
                }
            }
        }
    }
}
