//! Rows of posts: the columns of a post, and the rows that belong to the posts of a page.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use crate::{
    error::Result,
    model::{Body, Comments, Likes, Post, PostAddress, PostId, PostKind, Viewer},
    store::users,
};

/// The number of acts on a post up to which all of them are searched for those of friends. If there are more, the
/// friends are looked up one by one. Either way, the smaller set is searched.
#[cfg(not(test))]
macro_rules! few_acts {
    () => {
        "100"
    };
}
/// The number of acts in the tests, low enough for their histories to go both ways.
#[cfg(test)]
macro_rules! few_acts {
    () => {
        "2"
    };
}
pub(in crate::store) use few_acts;

/// The first columns of a query that [`from_row`] reads, by their positions. They come from `posts` joined with the
/// author in `users`. The caller adds `position` behind them.
macro_rules! columns {
    () => {
        concat!(
            "posts.id as post_id, posts.message, posts.created_at, posts.edited_at, posts.event_id,
         posts.bump, posts.like_count, posts.comment_count, posts.author_id is ?1,
         posts.images, posts.is_personal, posts.is_direct,
         exists (select 1 from saves where user_id = ?1 and post_id = posts.id) as is_saved, ",
            crate::store::users::user_columns!()
        )
    };
}
pub(in crate::store) use columns;

/// Reads a post without its likes, comments and images: `fill` adds them for a whole page at once.
pub(in crate::store) fn from_row(row: &Row<'_>) -> rusqlite::Result<Post> {
    let message: String = row.get(1)?;
    Ok(Post {
        id: row.get(0)?,
        author: users::from_row(row)?,
        body: Body::parse(&message),
        message,
        image_count: row.get(9)?,
        images: Vec::new(),
        quotes: Vec::new(),
        created_at: row.get(2)?,
        edited_at: row.get(3)?,
        is_mine: row.get(8)?,
        kind: match (row.get(10)?, row.get(11)?) {
            (true, _) => PostKind::Personal,
            (false, false) => PostKind::Shared,
            (false, true) => PostKind::Direct,
        },
        to: Vec::new(),
        is_moderated_by_me: false,
        participations: Vec::new(),
        is_saved: row.get("is_saved")?,
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
        unread: None,
    })
}

/// Returns the ids of posts as a JSON array.
pub(in crate::store) fn ids<'p>(posts: impl Iterator<Item = &'p Post>) -> String {
    let ids: Vec<String> = posts.map(|post| post.id.0.to_string()).collect();
    format!("[{}]", ids.join(","))
}

/// Runs a query for the posts with these ids, a JSON array, and groups its rows by post.
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

/// The columns that [`address`] reads, from `posts` joined with the author in `users`.
macro_rules! address_columns {
    () => {
        concat!(
            "posts.id as post_id, posts.message, ",
            crate::store::users::user_columns!()
        )
    };
}
pub(in crate::store) use address_columns;

/// Reads the address of a post.
pub(in crate::store) fn address(row: &Row<'_>) -> rusqlite::Result<PostAddress> {
    let author = users::from_row(row)?;
    let message: String = row.get("message")?;
    Ok(PostAddress::new(row.get("post_id")?, author, &message))
}
