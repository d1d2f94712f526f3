//! What commands do beside a server that runs, as far as it must hear of it.
//!
//! A command commits by a connection of its own, so the server's writer knows nothing of it. What is in the file the
//! server reads anew for each page, and the log of events it looks at once a second; what is held in its memory are
//! open streams, and which of those must end is told here, in the same transaction.

use rusqlite::Connection;

use super::Tx;
use crate::{error::Result, model::SessionId};

/// Signals that are kept: a server that looks once a second cannot be so far behind.
const ROWS_MAX: i64 = 10_000;

/// Up to where the server has looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(i64);

/// Tells of what this transaction is going to do.
pub(super) fn leave(tx: &Tx<'_>) -> Result<()> {
    for session in &tx.effects.ended_sessions {
        tx.prepare_cached("insert into signals (session_id) values (?)")?
            .execute([session])?;
    }
    if !tx.effects.ended_sessions.is_empty() {
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

/// Sessions that have ended since, and up to where this has looked.
pub fn since(conn: &Connection, mark: Mark) -> Result<(Vec<SessionId>, Mark)> {
    let mut query =
        conn.prepare_cached("select id, session_id from signals where id > ? order by id")?;
    let signals = query.query_map([mark.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let signals: Vec<(i64, SessionId)> = signals.collect::<rusqlite::Result<_>>()?;
    let newest = signals.last().map_or(mark, |(id, _)| Mark(*id));
    Ok((
        signals.into_iter().map(|(_, session)| session).collect(),
        newest,
    ))
}
