//! The end of a deleted group: everything in it is deleted in pieces, and only its name stays.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    error::Result,
    model::{FeedId, PostId, Timestamp},
    store::{Tx, posts},
};

/// The most posts that are deleted in one transaction.
const PIECE_ROWS: u32 = 200;

/// Checks whether the deletion of a group is due.
pub fn has_due(conn: &Connection, now: Timestamp) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from groups where deletes_at <= ? and gone_at is null)",
    )?;
    Ok(query.query_row([now], |row| row.get(0))?)
}

/// Deletes one part of a group whose deletion is due, small enough that others do not wait long. Posts that are in other
/// feeds too stay there.
pub fn clear_due(tx: &mut Tx<'_>) -> Result<()> {
    let due: Option<FeedId> = tx
        .prepare_cached(
            "select feed_id from groups where deletes_at <= ? and gone_at is null limit 1",
        )?
        .query_row([tx.now], |row| row.get(0))
        .optional()?;
    match due {
        Some(feed) => clear(tx, feed),
        None => Ok(()),
    }
}

fn clear(tx: &mut Tx<'_>, feed: FeedId) -> Result<()> {
    let posts: Vec<PostId> = tx
        .prepare_cached("select post_id from post_feeds where feed_id = ? limit ?")?
        .query_map((feed, PIECE_ROWS), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for post in &posts {
        posts::leave_feed(tx, *post, feed)?;
    }
    if !posts.is_empty() {
        return Ok(());
    }
    for sql in [
        "delete from images where group_id = ?",
        "delete from follows where feed_id = ?",
        "delete from follow_requests where feed_id = ?",
        "delete from list_feeds where feed_id = ?",
        "delete from feed_bells where feed_id = ?",
        "delete from pins where feed_id = ?",
        "delete from group_roles where feed_id = ?",
        "delete from moderations where feed_id = ?",
        "delete from webhooks where group_id = ?",
    ] {
        tx.prepare_cached(sql)?.execute([feed])?;
    }
    tx.prepare_cached(
        "update groups set title = '', about = '', avatar = null, gone_at = ?2 where feed_id = ?1",
    )?
    .execute((feed, tx.now))?;
    Ok(())
}
