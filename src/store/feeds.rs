//! The river: what is in a person's home feed, and where it stands (one query, whatever it shows).

use rusqlite::Connection;

use super::posts::{self, below, columns, visible};
use crate::{
    error::Result,
    model::{Cursor, FeedId, Page, Post, UserId},
};

/// Rule 1, direct posts: what the viewer's friends and the viewer posted, by `bump`.
///
/// Each arm reads an ascending index backwards and stops at its limit. In the first, SQLite visits the followed
/// feeds one after the other and leaves each as soon as its next post stands below the worst of the page so far;
/// that needs exactly this order of the join, so it is forced, and a test counts the steps.
const RIVER: &str = concat!(
    "select ", columns!(), " from (
         select * from (
             select posts.id as post, posts.bump as position
             from follows cross join posts indexed by posts_by_feed on posts.feed_id = follows.feed_id
             where follows.user_id = ?1 and posts.bump < ?2 and ", visible!(), "
             order by posts.bump desc limit ?3)
         union all
         select * from (
             select posts.id, posts.bump
             from posts indexed by posts_by_feed
             where posts.feed_id = (select id from feeds where owner_id = ?1) and posts.bump < ?2
             order by posts.bump desc limit ?3)
         order by 2 desc limit ?3
     ) cross join posts on posts.id = post cross join users on users.id = posts.author_id
     order by position desc"
);

/// A page of the viewer's home river.
pub fn home(
    conn: &Connection,
    viewer: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<Post>> {
    let mut query = conn.prepare_cached(RIVER)?;
    let posts = query.query_map((viewer, below(before), size + 1), posts::from_row)?;
    let posts = posts.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(posts, size, |post: &Post| post.bump))
}

/// Everybody in whose home river a post of this feed stands, as things are now.
pub fn readers(conn: &Connection, feed: FeedId) -> Result<Vec<UserId>> {
    let mut query = conn.prepare_cached(
        "select owner_id from feeds where id = ?1 union all select user_id from follows where feed_id = ?1",
    )?;
    let users = query.query_map([feed], |row| row.get(0))?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

/// Whether a post of this feed stands in this person's home river, as things are now.
pub fn is_reader(conn: &Connection, feed: FeedId, user: UserId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from feeds where id = ?1 and owner_id = ?2)
             or exists (select 1 from follows where feed_id = ?1 and user_id = ?2)",
    )?;
    Ok(query.query_row((feed, user), |row| row.get(0))?)
}

#[cfg(test)]
mod tests;
