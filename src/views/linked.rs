//! Who has linked to something before.

use maud::{Markup, html};

use super::{RenderContext, names, phrases::phrase, times};
use crate::{
    model::{LinkCount, LinkTarget, Post, PostId, search_path},
    words::{self, fill},
};

/// Renders the line under the form of a new post whose address somebody posted lately. Nothing if nobody did.
pub(crate) fn line(post: Option<&Post>, render: &RenderContext<'_>) -> Markup {
    html! {
        @if let Some(post) = post {
            p #linked.hint role="status" {
                @let time = html! { a href=(render.base.url(&post.path())) { (times::time(post.created_at, render.zone)) } };
                (phrase("{who} posted this address {time}", &[("who", &names::link(&post.author, render)), ("time", &time)]))
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
                    @if is_least { (fill("{n} and more posts link here", &[("n", &posts.to_string())])) }
                    @else { (words::count(posts as u64, "{n} post links here", "{n} posts link here")) }
                }
            }
        }
    }
}
