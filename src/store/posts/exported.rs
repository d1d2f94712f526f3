//! Posts in the download of their author.

use rusqlite::{Connection, Row};

use super::writing::revisions;
use crate::{
    error::Result,
    model::{OwnPost, PostId, UserId},
    store::{
        images,
        rows::{self, Take},
        visibility::{hidden_people, like_visible},
    },
};

/// Reads a person's own posts, newest first.
pub fn each_own(conn: &Connection, viewer: UserId, take: Take<'_, OwnPost>) -> Result<()> {
    let sql = concat!(
        "select id, message, created_at, edited_at, images,
             case when like_count > 0 then (
                 select count(*) from acts
                 where post_id = posts.id and like_event is not null and ",
        like_visible!("acts"),
        ")
             else 0 end,
             case when comment_count > 0 then (
                 select count(*) from comments
                 where post_id = posts.id and deleted_at is null and author_id not in ",
        hidden_people!(),
        ")
             else 0 end,
             exists (select 1 from pins where post_id = posts.id)
         from posts indexed by posts_by_author
         where author_id = ?1 and deleted_at is null
         order by event_id desc"
    );
    rows::each(conn, sql, viewer, |row| own_post(conn, row), take)
}

/// Reads a post from its row, with its images and its earlier texts.
fn own_post(conn: &Connection, row: &Row<'_>) -> Result<OwnPost> {
    let mut post = OwnPost {
        id: row.get(0)?,
        message: row.get(1)?,
        created_at: row.get(2)?,
        edited_at: row.get(3)?,
        images: Vec::new(),
        likes: row.get::<_, i64>(5)?.unsigned_abs(),
        comments: row.get::<_, i64>(6)?.unsigned_abs(),
        is_pinned: row.get(7)?,
        revisions: Vec::new(),
        to: places(conn, row.get(0)?)?,
    };
    if row.get::<_, u32>(4)? > 0 {
        post.images = images::own_of_post(conn, post.id)?;
    }
    if post.edited_at.is_some() {
        post.revisions = revisions(conn, post.id)?;
    }
    Ok(post)
}

/// Returns the kind and the name of each place that a post is in, whether or not its author still sees the place.
fn places(conn: &Connection, post: PostId) -> Result<Vec<(String, String)>> {
    let mut query = conn.prepare_cached(
        "select 'feed', users.username
         from posts join users on users.id = posts.author_id
         where posts.id = ?1 and (posts.is_personal = 1 or exists (
             select 1 from post_feeds where feed_id = users.feed_id and post_id = ?1 and bump = posts.bump))
         union all
         select 'group', groups.name
         from post_feeds join groups on groups.feed_id = post_feeds.feed_id
         where post_feeds.post_id = ?1 and post_feeds.is_personal = 0
         union all
         select 'user', users.username
         from posts join post_feeds on post_feeds.post_id = posts.id and post_feeds.is_personal = 0
         join follows on follows.feed_id = post_feeds.feed_id
         join users on users.id = follows.user_id and users.id <> posts.author_id
         where posts.id = ?1 and posts.is_direct = 1",
    )?;
    let places = query.query_map([post], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(places.collect::<rusqlite::Result<_>>()?)
}
