//! The posts that link to something.

use rusqlite::Connection;

use super::{Searcher, page};
use crate::{
    error::Result,
    model::{LinkCount, LinkTarget, Post, PostId, SearchQuery, Slice, Timestamp},
};

/// The posts that are looked through.
const LOOKED_AT: u32 = 20;

/// Returns the newest posts that link to a target, in the post or in a comment, and whether there may be more. What the
/// viewer may not see is not among them.
fn linking(
    conn: &Connection,
    searcher: &Searcher<'_>,
    target: &LinkTarget,
    now: Timestamp,
) -> Result<(Vec<Post>, bool)> {
    let query = SearchQuery::parse(&target.search());
    let found = page(conn, &query, searcher, Slice::first(LOOKED_AT, now))?;
    let mut posts = found.posts.items;
    posts.retain(|post| {
        let mut comments = post.comments.shown.iter();
        target.is_linked_in(&post.body)
            || comments.any(|comment| target.is_linked_in(&comment.body))
    });
    Ok((posts, found.posts.next.is_some()))
}

/// Counts the posts that link to a post, without itself.
pub fn links_to(
    conn: &Connection,
    searcher: &Searcher<'_>,
    post: PostId,
    now: Timestamp,
) -> Result<LinkCount> {
    let (posts, is_least) = linking(conn, searcher, &LinkTarget::of_post(post), now)?;
    let others = posts
        .iter()
        .filter(|other| other.id != post && !other.is_direct());
    Ok(LinkCount {
        posts: others.count(),
        is_least,
    })
}

/// Returns the newest post of somebody else that has this link in its own text, if it was written after `since`. Nobody is
/// told of conversations.
pub fn posted_before(
    conn: &Connection,
    searcher: &Searcher<'_>,
    target: &LinkTarget,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<Post>> {
    let (posts, _) = linking(conn, searcher, target, now)?;
    Ok(posts.into_iter().find(|post| {
        let is_of_others = post.author.id != searcher.viewer && !post.is_direct();
        is_of_others && post.created_at > since && target.is_linked_in(&post.body)
    }))
}
