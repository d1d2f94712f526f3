//! Comments of another site: found again, and added under posts that were added.

use rusqlite::Connection;

use crate::{
    error::{Error, Result},
    model::{
        Body, CommentId, CommentText, EventId, ImportKey, MovedComment, PostId, Timestamp, UserId,
    },
    store::{Tx, acts, likes, posts, texts},
};

/// A comment that is ready to be added.
#[derive(Debug)]
pub struct ReadyComment {
    pub key: ImportKey,
    pub post: PostId,
    pub author: UserId,
    pub text: CommentText,
    pub written_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub likes: Vec<UserId>,
}

/// Checks whether a comment was added before, whether or not it was deleted afterwards.
pub fn knows_comment(conn: &Connection, post: PostId, comment: &MovedComment) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from moved_comments where post_id = ?1 and origin = ?2)",
    )?;
    Ok(query.query_row((post, comment.key()), |row| row.get(0))?)
}

/// Adds a comment with its likes. Nobody is told. Its post rises among the imported ones. Returns whether it was added: it
/// is not if it was before, or its post is deleted.
pub fn add_comment(tx: &mut Tx<'_>, new: &ReadyComment) -> Result<bool> {
    let place = match posts::place::of_any(tx, new.post) {
        Err(Error::NotFound) => return Ok(false),
        other => other?,
    };
    let added = tx
        .prepare_cached(
            "insert into moved_comments (post_id, origin) values (?, ?) on conflict do nothing",
        )?
        .execute((new.post, new.key))?;
    if added == 0 {
        return Ok(false);
    }
    let past = |time: Timestamp| Timestamp(time.0.clamp(0, tx.now.0));
    let written_at = past(new.written_at);
    let number = posts::free_number(tx, written_at)?;
    let id = CommentId(number.0);
    tx.prepare_cached(
        "insert into comments (id, post_id, author_id, message, created_at, edited_at) values (?, ?, ?, ?, ?, ?)",
    )?
    .execute((
        id,
        new.post,
        new.author,
        new.text.as_str(),
        written_at,
        new.edited_at.map(past),
    ))?;
    tx.prepare_cached(
        "update posts set bump = max(bump, ?2), comment_count = comment_count + 1 where id = ?1",
    )?
    .execute((new.post, number))?;
    acts::commented(tx, new.author, new.post, &place, number)?;
    let mut body = Body::parse(new.text.as_str());
    // Nobody is told of an old comment.
    body.keep_mentions(|_| false);
    texts::index(tx, &body, new.author, new.post, Some(id), number)?;
    for (by, at) in new.likes.iter().zip(number.0 + 1..) {
        likes::import_on_comment(tx, *by, id, new.author, EventId(at))?;
    }
    Ok(true)
}
