//! Housekeeping: regular deletions that do not depend on any request.

use rusqlite::{Connection, OptionalExtension};

use super::{Tx, UNDELETE_FOR};
use crate::{error::Result, model::Timestamp};

/// Checks whether something was deleted so long ago that the deletion can no longer be undone.
pub fn has_leftovers(conn: &Connection, now: Timestamp) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select 1 from posts where deleted_at <= ?1 union all select 1 from comments where deleted_at <= ?1 limit 1",
    )?;
    let found = query
        .query_row([now.minus(UNDELETE_FOR)], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Writes a row and deletes it again, which shows whether the disk takes changes.
pub fn try_disk(tx: &mut Tx<'_>) -> Result<()> {
    // Nobody has this hash: real ones are of names.
    let key: [u8; 32] = rand::random();
    let (now, none) = (tx.now, 0);
    tx.prepare_cached("insert into name_attempts (name_hash, failures, next_at) values (?, ?, ?)")?
        .execute((&key[..], none, now))?;
    tx.prepare_cached("delete from name_attempts where name_hash = ?")?
        .execute([&key[..]])?;
    Ok(())
}

/// Deletes for good everything whose deletion can no longer be undone.
pub fn clear_leftovers(tx: &mut Tx<'_>) -> Result<()> {
    let limit = tx.now.minus(UNDELETE_FOR);
    for sql in [
        "delete from comments where deleted_at <= ?",
        "delete from posts where deleted_at <= ?",
    ] {
        tx.prepare_cached(sql)?.execute([limit])?;
    }
    Ok(())
}
