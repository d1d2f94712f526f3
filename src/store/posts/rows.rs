//! Rows of posts: the columns that make one up, and the rows that belong to the posts of a page.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use crate::{
    error::Result,
    model::{Body, Comments, Likes, Post, PostId, Viewer},
    store::users,
};

/// Acts on a post up to which all of them are looked at to find the friends among them. Of more, the friends are
/// looked up one by one: whichever there are fewer of.
#[cfg(not(test))]
macro_rules! few_acts {
    () => {
        "100"
    };
}
/// Few enough for the histories of the tests to go both ways.
#[cfg(test)]
macro_rules! few_acts {
    () => {
        "2"
    };
}
pub(in crate::store) use few_acts;

/// The first columns of a query that [`from_row`] reads, by their places, from `posts` joined with its author in `users`;
/// `position` is the caller's and comes behind them.
macro_rules! columns {
    () => {
        concat!(
            "posts.id as post_id, posts.message, posts.created_at, posts.edited_at, posts.event_id,
         posts.bump, posts.like_count, posts.comment_count, posts.author_id is ?1,
         posts.images, ",
            crate::store::users::user_columns!()
        )
    };
}
pub(in crate::store) use columns;

/// A post without what is under it: [`fill`] brings that for a whole page at once.
pub(in crate::store) fn from_row(row: &Row<'_>) -> rusqlite::Result<Post> {
    let message: String = row.get(1)?;
    Ok(Post {
        id: row.get(0)?,
        author: users::from_row(row)?,
        body: Body::parse(&message),
        message,
        image_count: row.get(9)?,
        images: Vec::new(),
        created_at: row.get(2)?,
        edited_at: row.get(3)?,
        is_mine: row.get(8)?,
        posted: row.get(4)?,
        bump: row.get(5)?,
        position: row.get("position")?,
        via: None,
        likes: Likes {
            count: row.get::<_, i64>(6)?.unsigned_abs(),
            ..Likes::default()
        },
        comments: Comments {
            count: row.get::<_, i64>(7)?.unsigned_abs(),
            ..Comments::default()
        },
    })
}

/// What a query finds for the posts with these ids, a list in JSON, post by post.
pub(in crate::store) fn by_post<T>(
    conn: &Connection,
    sql: &str,
    viewer: impl Into<Viewer>,
    ids: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<HashMap<PostId, Vec<T>>> {
    let mut found: HashMap<PostId, Vec<T>> = HashMap::new();
    if ids == "[]" {
        return Ok(found);
    }
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query((viewer.into(), ids))?;
    while let Some(row) = rows.next()? {
        found
            .entry(row.get("post_id")?)
            .or_default()
            .push(read(row)?);
    }
    Ok(found)
}
