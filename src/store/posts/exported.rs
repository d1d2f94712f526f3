//! Posts in the download of their author.

use rusqlite::{Connection, Row};

use super::writing::revisions;
use crate::{
    error::Result,
    model::{OwnPost, UserId},
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
             else 0 end
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
        revisions: Vec::new(),
    };
    if row.get::<_, u32>(4)? > 0 {
        post.images = images::own_of_post(conn, post.id)?;
    }
    if post.edited_at.is_some() {
        post.revisions = revisions(conn, post.id)?;
    }
    Ok(post)
}
