//! The journal of what admins did, in order. No entry is ever changed: a trigger in the database refuses it.

use rusqlite::Connection;

use super::Tx;
use crate::{
    error::Result,
    model::{Actor, Cursor, Entry, JournalAct, Page},
};

/// The most entries kept: years of a small site, and about a megabyte.
const ROWS_MAX: i64 = 10_000;

/// Writes an act into the journal, in the transaction that does it.
pub(super) fn note(tx: &Tx<'_>, by: &Actor, act: JournalAct, subject: Option<&str>) -> Result<()> {
    tx.prepare_cached(
        "insert into journal (actor, act, subject, address, created_at) values (?, ?, ?, ?, ?)",
    )?
    .execute((by.username(), act, subject, by.address(), tx.now))?;
    tx.prepare_cached("delete from journal where id <= ?")?
        .execute([tx.last_insert_rowid() - ROWS_MAX])?;
    Ok(())
}

/// Returns a page of entries, newest first.
pub fn page(conn: &Connection, before: Option<Cursor>, size: u32) -> Result<Page<Entry>> {
    let mut query = conn.prepare_cached(
        "select id, actor, act, subject, address, created_at from journal
         where id < ? order by id desc limit ?",
    )?;
    let entries = query.query_map((Cursor::upper_bound(before), size + 1), |row| {
        Ok(Entry {
            position: row.get("id")?,
            actor: row.get("actor")?,
            act: row.get("act")?,
            subject: row.get("subject")?,
            address: row.get("address")?,
            created_at: row.get("created_at")?,
        })
    })?;
    let entries = entries.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(entries, size, |entry: &Entry| entry.position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Config, Database},
        model::Timestamp,
        store::Db,
    };

    #[test]
    fn the_oldest_entries_go_when_there_are_too_many() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = Database {
            path: directory.path().join("db"),
            ..Config::default().database
        };
        let db = Db::open(&config, 1_000, Timestamp(0), Box::new(|_| ())).expect("a new file");
        let written = ROWS_MAX + 10;
        db.write(Timestamp(0), move |tx| {
            (0..written).try_for_each(|n| {
                let subject = n.to_string();
                note(
                    tx,
                    &Actor::CommandLine,
                    JournalAct::Suspended,
                    Some(&subject),
                )
            })
        })
        .expect("it is written");
        db.read(|conn| {
            let kept = page(conn, None, u32::MAX - 1)?.items;
            assert_eq!(i64::try_from(kept.len()), Ok(ROWS_MAX));
            let newest = kept.first().and_then(|entry| entry.subject.clone());
            assert_eq!(newest, Some((written - 1).to_string()));
            Ok(())
        })
        .expect("it is read");
    }
}
