//! Signals from commands to a server that runs on the same file.
//!
//! A command commits through a connection of its own, so the server's writer does not notice. The server reads the file
//! for each page and looks at the log of events once a second, but open streams are in its memory. A command records
//! here, in the same transaction, which sessions and tokens it ended, and the server ends their streams.

use rusqlite::Connection;

use super::Tx;
use crate::{
    error::{Error, Result},
    model::Holder,
};

/// The most signals in the table. A server that looks once a second cannot be this far behind.
const ROWS_MAX: i64 = 10_000;

/// The newest signal that the server has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(i64);

/// Records the sessions and tokens that this transaction ends, and deletes signals beyond [`ROWS_MAX`].
pub(super) fn record(tx: &Tx<'_>) -> Result<()> {
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

/// Returns the mark behind all signals so far.
pub fn mark(conn: &Connection) -> Result<Mark> {
    let mut query = conn.prepare_cached(
        "select coalesce(max(seq), 0) from sqlite_sequence where name = 'signals'",
    )?;
    Ok(query.query_row([], |row| row.get(0).map(Mark))?)
}

/// Returns the sessions and tokens that ended after a mark, and the mark behind them.
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
