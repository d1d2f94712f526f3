//! Who has linked to something before.

use std::time::Duration;

use super::{Context, Member, search::searching};
use crate::{
    error::Result,
    http::Response,
    model::{Body, LinkCount, LinkTarget, Post, PostId},
    store::{Snapshot, search},
    views,
};

/// The time after which nobody remembers that an address was posted.
const LATELY: Duration = Duration::from_hours(30 * 24);

/// Names somebody who posted an address lately, as a part of the form of a new post. Empty if nobody did.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let post = match LinkTarget::of(cx.request.query.get("address")) {
        Some(target) => cx.read(|conn| posted_before(cx, conn, &target))?,
        None => None,
    };
    Ok(cx.fragment(200, |render| views::linked::line(post.as_ref(), render)))
}

/// Returns the newest post of somebody else that has the first link of a text, if it was written lately.
pub(super) fn posted_lately(cx: &Context<'_, Member>, text: &str) -> Result<Option<PostId>> {
    let Some(target) = LinkTarget::all_in(&Body::parse(text)).next() else {
        return Ok(None);
    };
    let post = cx.read(|conn| posted_before(cx, conn, &target))?;
    Ok(post.map(|post| post.id))
}

/// Counts the posts that link to a post.
pub(super) fn links_to(
    cx: &Context<'_, Member>,
    conn: &Snapshot,
    post: PostId,
) -> Result<LinkCount> {
    searching(cx, |searcher| {
        search::links_to(conn, searcher, post, cx.now())
    })
}

fn posted_before(
    cx: &Context<'_, Member>,
    conn: &Snapshot,
    target: &LinkTarget,
) -> Result<Option<Post>> {
    let (now, since) = (cx.now(), cx.now().minus(LATELY));
    searching(cx, |searcher| {
        search::posted_before(conn, searcher, target, since, now)
    })
}
