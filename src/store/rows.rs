//! Reading rows one at a time, so that no person's history has to fit into memory.

use rusqlite::{Connection, Row};

use crate::{error::Result, model::UserId};

/// A callback that takes one item at a time. Its error ends the reading.
pub type Take<'t, T> = &'t mut dyn FnMut(T) -> Result<()>;

/// Runs a query whose only parameter is the viewer, reads each row and hands it on.
pub(super) fn each<T>(
    conn: &Connection,
    sql: &str,
    viewer: UserId,
    read: impl Fn(&Row<'_>) -> Result<T>,
    take: Take<'_, T>,
) -> Result<()> {
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([viewer])?;
    while let Some(row) = rows.next()? {
        take(read(row)?)?;
    }
    Ok(())
}
