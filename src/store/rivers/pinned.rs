//! The post that stands above the posts of a feed.

use rusqlite::Connection;

use super::list;
use crate::{
    error::Result,
    model::{FeedId, HidePage, Post, Slice, Timestamp, User, Viewer},
    store::{
        posts::rows::columns,
        visibility::{feed_visible, listed, visible},
    },
};

/// Returns the post that a person pinned to their own feed, as far as the viewer may see it there and does not hide it.
pub fn pinned_by(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    person: &User,
    now: Timestamp,
) -> Result<Option<Post>> {
    let on = HidePage::Profile(person.id);
    pinned(conn, viewer, person.feed, on, now)
}

/// Returns the post that an admin pinned to a group, as far as the viewer sees it there and does not hide it.
pub fn pinned_to_group(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    feed: FeedId,
    now: Timestamp,
) -> Result<Option<Post>> {
    pinned(conn, viewer, feed, HidePage::Group, now)
}

/// Returns the pinned post of a feed. A muted person's post is seen on their profile alone.
fn pinned(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    feed: FeedId,
    on: HidePage<'_>,
    now: Timestamp,
) -> Result<Option<Post>> {
    let sql = concat!(
        "select ",
        columns!(),
        ", posts.event_id as position
         from pins cross join posts on posts.id = pins.post_id cross join users on users.id = posts.author_id
         where pins.feed_id = ?4 and posts.event_id < ?2 and case posts.is_personal
             when 1 then users.feed_id = ?4
             else exists (
                 select 1 from post_feeds where post_id = posts.id and is_personal = 0 and feed_id = ?4)
             end and ",
        feed_visible!("?4"),
        " and case when users.feed_id = ?4 then ",
        visible!(),
        " else ",
        listed!(),
        " end limit ?3"
    );
    let found = list(conn, sql, viewer, Slice::first(1, now), on, &[&feed])?;
    Ok(found.posts.items.into_iter().next())
}
