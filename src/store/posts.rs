//! Posts: who may see one, reading one, writing and deleting one's own.

use rusqlite::{Connection, Row};

use super::{Tx, users};
use crate::{
    error::{Error, Result},
    model::{Cursor, EventKind, FeedId, Message, Page, Post, PostId, UserId},
};

/// Who may see a row of `posts`: the one rule, for pages, streams and everything else. `?1` is the viewer.
/// Members see what members post.
macro_rules! visible {
    () => {
        "(?1 is not null)"
    };
}
pub(super) use visible;

/// The columns of [`from_row`], from `posts` joined with its author in `users`.
macro_rules! columns {
    () => {
        "posts.id as post_id, posts.message, posts.created_at as posted_at, posts.bump,
         users.id, users.username, users.name, users.created_at"
    };
}
pub(super) use columns;

/// # Errors
/// `NotFound` if the viewer may not see it, or it has been deleted.
pub fn find(conn: &Connection, viewer: UserId, id: PostId) -> Result<Post> {
    let sql = concat!(
        "select ",
        columns!(),
        " from posts join users on users.id = posts.author_id where posts.id = ?2 and ",
        visible!()
    );
    Ok(conn
        .prepare_cached(sql)?
        .query_row((viewer, id), from_row)?)
}

/// The newest posts of a person.
pub fn by_author(
    conn: &Connection,
    viewer: UserId,
    author: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<Post>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from posts join users on users.id = posts.author_id
         where posts.feed_id = (select id from feeds where owner_id = ?2) and posts.bump < ?3 and ",
        visible!(),
        " order by posts.bump desc limit ?4"
    );
    let mut query = conn.prepare_cached(sql)?;
    let posts = query.query_map((viewer, author, below(before), size + 1), from_row)?;
    let posts = posts.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(posts, size, |post: &Post| post.bump))
}

/// Posts to the author's own feed.
pub fn create(tx: &mut Tx<'_>, author: UserId, message: &Message) -> Result<PostId> {
    let feed: FeedId = tx
        .prepare_cached("select id from feeds where owner_id = ?")?
        .query_row([author], |row| row.get(0))?;
    let id = free_id(tx)?;
    let bump = tx.announce(EventKind::Post, id, feed, author)?;
    tx.prepare_cached("insert into posts (id, feed_id, author_id, message, bump, created_at) values (?, ?, ?, ?, ?, ?)")?
        .execute((id, feed, author, message.as_str(), bump, tx.now))?;
    Ok(id)
}

/// Random bits can fall twice the same way; in a burst of a hundred thousand posts they do.
fn free_id(tx: &Tx<'_>) -> Result<PostId> {
    let mut taken = tx.prepare_cached("select exists (select 1 from posts where id = ?)")?;
    loop {
        let id = PostId::new(tx.now);
        if !taken.query_row([id], |row| row.get(0))? {
            return Ok(id);
        }
    }
}

/// # Errors
/// `NotFound` if `by` may not see it, `Forbidden` if it is somebody else's.
pub fn delete(tx: &mut Tx<'_>, by: UserId, id: PostId) -> Result<()> {
    if !find(tx, by, id)?.can_be_deleted_by(by) {
        return Err(Error::Forbidden);
    }
    let feed: FeedId = tx
        .prepare_cached("delete from posts where id = ? returning feed_id")?
        .query_row([id], |row| row.get(0))?;
    tx.announce(EventKind::PostDeleted, id, feed, by)?;
    Ok(())
}

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Post> {
    Ok(Post {
        id: row.get("post_id")?,
        author: users::from_row(row)?,
        message: row.get("message")?,
        created_at: row.get("posted_at")?,
        bump: row.get("bump")?,
    })
}

/// The bump that a page stays under: the cursor's, or more than any.
pub(super) fn below(before: Option<Cursor>) -> i64 {
    before.map_or(i64::MAX, |cursor| cursor.0.0)
}
