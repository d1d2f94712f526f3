//! The check of a whole database.

use rusqlite::Connection;

/// Reads the whole database. Returns what is damaged; none if it is sound.
pub(super) fn damage(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = conn.query_row("pragma integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some(found));
    }
    let lost: i64 = conn.query_row("select count(*) from pragma_foreign_key_check", [], |row| {
        row.get(0)
    })?;
    Ok((lost > 0).then(|| format!("{lost} rows refer to missing ones")))
}
