//! What commands do beside a server that runs, as far as it must hear of it.
//!
//! A command commits by a connection of its own, so the server's writer knows nothing of it. What is in the file the
//! server reads anew for each page, and the log of events it looks at once a second; what is held in its memory are
//! open streams, and which of those must end is told here, in the same transaction.

use rusqlite::Connection;

use super::Tx;
use crate::{
    error::{Error, Result},
    model::Holder,
};

/// Signals that are kept: a server that looks once a second cannot be so far behind.
const ROWS_MAX: i64 = 10_000;

/// Up to where the server has looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(i64);

/// Tells of what this transaction is going to do.
pub(super) fn leave(tx: &Tx<'_>) -> Result<()> {
    for holder in &tx.effects.ended {
        let holder = serde_json::to_string(holder).map_err(Error::internal)?;
        tx.prepare_cached("insert into signals (holder, created_at) values (?, ?)")?
            .execute((holder, tx.now))?;
    }
    if !tx.effects.ended.is_empty() {
        tx.prepare_cached("delete from signals where id <= ?")?
            .execute([tx.last_insert_rowid() - ROWS_MAX])?;
    }
    Ok(())
}

/// Everything so far is known.
pub fn mark(conn: &Connection) -> Result<Mark> {
    let mut query = conn.prepare_cached(
        "select coalesce(max(seq), 0) from sqlite_sequence where name = 'signals'",
    )?;
    Ok(query.query_row([], |row| row.get(0).map(Mark))?)
}

/// What has ended since that held streams open, and up to where this has looked.
pub fn since(conn: &Connection, mark: Mark) -> Result<(Vec<Holder>, Mark)> {
    let mut query =
        conn.prepare_cached("select id, holder from signals where id > ? order by id")?;
    let mut rows = query.query([mark.0])?;
    let (mut ended, mut newest) = (Vec::new(), mark);
    while let Some(row) = rows.next()? {
        let holder: String = row.get("holder")?;
        ended.push(serde_json::from_str(&holder).map_err(Error::internal)?);
        newest = Mark(row.get("id")?);
    }
    Ok((ended, newest))
}
