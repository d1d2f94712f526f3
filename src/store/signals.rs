//! Signals from commands to a server that runs on the same file.
//!
//! A command commits through a connection of its own, so the server's writer does not notice. The server reads the file
//! for each page and looks at the log of events once a second, but open streams and remembered answers are in its memory.
//! Each command records here, in the same transaction, which sessions and tokens it ended, and the server ends their
//! streams. One that ended none leaves an empty signal, after which the server forgets what it remembers.

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
pub struct SignalMark(pub i64);

/// Records that a command changed something, with the sessions and tokens that it ended, and deletes signals beyond [`ROWS_MAX`].
pub(super) fn record(tx: &Tx<'_>) -> Result<()> {
    let ended = tx.effects.ended.iter().map(Some);
    let nothing = tx.effects.ended.is_empty().then_some(None);
    for holder in ended.chain(nothing) {
        let holder = serde_json::to_string(&holder).map_err(Error::internal)?;
        tx.prepare_cached("insert into signals (holder, created_at) values (?, ?)")?
            .execute((holder, tx.now))?;
    }
    tx.prepare_cached("delete from signals where id <= ?")?
        .execute([tx.last_insert_rowid() - ROWS_MAX])?;
    Ok(())
}

/// Returns the mark behind all signals so far.
pub fn mark(conn: &Connection) -> Result<SignalMark> {
    let mut query = conn.prepare_cached(
        "select coalesce(max(seq), 0) from sqlite_sequence where name = 'signals'",
    )?;
    Ok(query.query_row([], |row| row.get(0).map(SignalMark))?)
}

/// Returns the sessions and tokens that ended after a mark, and the mark behind them.
pub fn since(conn: &Connection, mark: SignalMark) -> Result<(Vec<Holder>, SignalMark)> {
    let mut query =
        conn.prepare_cached("select id, holder from signals where id > ? order by id")?;
    let mut rows = query.query([mark.0])?;
    let (mut ended, mut newest) = (Vec::new(), mark);
    while let Some(row) = rows.next()? {
        let holder: String = row.get("holder")?;
        let holder: Option<Holder> = serde_json::from_str(&holder).map_err(Error::internal)?;
        ended.extend(holder);
        newest = SignalMark(row.get("id")?);
    }
    Ok((ended, newest))
}
