//! Pinned posts: the one post of a feed that stands first on the page of the feed.

use rusqlite::{Connection, OptionalExtension};

use super::{
    Tx, feeds,
    posts::{
        Shape, fill,
        place::place,
        rows::{columns, from_row},
    },
    visibility::visible,
};
use crate::{
    error::{Error, Result},
    model::{FeedId, Post, PostId, UserId, Viewer},
};

/// The condition that a row of `posts` is in a feed, given by an expression.
macro_rules! is_in_feed {
    ($feed:literal) => {
        concat!(
            "case posts.is_personal
                 when 1 then (select feed_id from users where id = posts.author_id) = ",
            $feed,
            " else exists (
                 select 1 from post_feeds where post_id = posts.id and is_personal = 0 and feed_id = ",
            $feed,
            ") end"
        )
    };
}

/// Pins a post to the person's own feed, in place of the one that was pinned there.
///
/// # Errors
/// `NotFound` if the person may not see the post, `Forbidden` if it is not in their feed.
pub fn pin(tx: &mut Tx<'_>, by: UserId, post: PostId) -> Result<()> {
    let feed = own_feed_with(tx, by, post)?;
    tx.prepare_cached(
        "insert into pins (feed_id, post_id) values (?1, ?2)
         on conflict (feed_id) do update set post_id = ?2",
    )?
    .execute((feed, post))?;
    tx.is_on_no_page();
    Ok(())
}

/// Removes a post from the top of the person's own feed. A post that is not pinned stays as it is.
///
/// # Errors
/// Those of [`pin`].
pub fn unpin(tx: &mut Tx<'_>, by: UserId, post: PostId) -> Result<()> {
    let feed = own_feed_with(tx, by, post)?;
    tx.prepare_cached("delete from pins where feed_id = ? and post_id = ?")?
        .execute((feed, post))?;
    tx.is_on_no_page();
    Ok(())
}

/// Returns the post that is pinned to a feed, as far as the viewer may see it there.
pub fn of_feed(conn: &Connection, viewer: impl Into<Viewer>, feed: FeedId) -> Result<Option<Post>> {
    let viewer = viewer.into();
    let sql = concat!(
        "select ",
        columns!(),
        ", posts.event_id as position
         from pins cross join posts on posts.id = pins.post_id cross join users on users.id = posts.author_id
         where pins.feed_id = ?2 and ",
        is_in_feed!("?2"),
        " and ",
        visible!()
    );
    let mut query = conn.prepare_cached(sql)?;
    let post = query.query_row((viewer, feed), from_row).optional()?;
    let mut posts: Vec<Post> = post.into_iter().collect();
    fill(conn, viewer, &mut posts, Shape::Folded)?;
    Ok(posts.pop())
}

/// Checks whether a post is pinned to a feed.
pub fn is_pinned(conn: &Connection, feed: FeedId, post: PostId) -> Result<bool> {
    let mut query = conn
        .prepare_cached("select exists (select 1 from pins where feed_id = ? and post_id = ?)")?;
    Ok(query.query_row((feed, post), |row| row.get(0))?)
}

/// Returns the person's own feed, which must contain the post.
fn own_feed_with(conn: &Connection, by: UserId, post: PostId) -> Result<FeedId> {
    place(conn, by, post)?;
    let feed = feeds::own(conn, by)?.id;
    if feeds::of_post(conn, post)?.contains(&feed) {
        Ok(feed)
    } else {
        Err(Error::Forbidden)
    }
}
