//! What is done from time to time, whoever asks for pages meanwhile.

use rusqlite::{Connection, OptionalExtension};

use super::{Tx, UNDELETE_FOR};
use crate::{error::Result, model::Timestamp};

/// Whether something was deleted so long ago that its deletion cannot be taken back.
pub fn has_leftovers(conn: &Connection, now: Timestamp) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select 1 from posts where deleted_at <= ?1 union all select 1 from comments where deleted_at <= ?1 limit 1",
    )?;
    let found = query
        .query_row([now.minus(UNDELETE_FOR)], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Takes out of the file what was deleted so long ago.
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
