//! Tests that compare the table `PERSONAL` with the schema and with the download.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::*;
use crate::store::tests::site;

/// Returns the columns that refer to `users`, by the schema.
fn columns_of_people(conn: &Connection) -> BTreeSet<(String, String)> {
    let mut query = conn
        .prepare(
            "select tables.name, keys.\"from\" from sqlite_schema as tables
             join pragma_foreign_key_list(tables.name) as keys
             where tables.type = 'table' and keys.\"table\" = 'users'",
        )
        .expect("the query is right");
    let columns = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let columns: rusqlite::Result<_> = columns.expect("it runs").collect();
    columns.expect("two texts")
}

#[test]
fn every_column_that_refers_to_a_person_has_one_entry() {
    let (db, _directory) = site();
    db.read(|conn| {
        let columns = columns_of_people(conn);
        for (table, column) in &columns {
            let entries = PERSONAL
                .iter()
                .filter(|entry| entry.table == table && entry.column == column);
            assert_eq!(entries.count(), 1, "{table}.{column} in PERSONAL");
        }
        for entry in PERSONAL {
            let (table, column) = (entry.table, entry.column);
            let sql = format!("select {column} from {table} limit 1");
            assert!(conn.prepare(&sql).is_ok(), "{table}.{column} is there");
            let is_of_people = columns.contains(&(table.into(), column.into()));
            assert!(
                is_of_people || matches!(entry.deletion, With(_)),
                "{table}.{column}"
            );
        }
        Ok(())
    })
    .expect("it can be read");
}

#[test]
fn what_goes_with_another_table_names_one_that_is_deleted() {
    for entry in PERSONAL {
        if let With(other) = entry.deletion {
            let mut others = PERSONAL.iter().filter(|one| one.table == other);
            let is_deleted = others.any(|one| !matches!(one.deletion, Kept(_)));
            assert!(is_deleted, "{} goes with {other}", entry.table);
        }
        if let Kept(reason) = entry.deletion {
            assert!(!reason.is_empty(), "{}", entry.table);
        }
    }
}

#[test]
fn every_part_of_the_download_has_an_entry_and_every_omission_a_reason() {
    let mut named = BTreeSet::new();
    for entry in PERSONAL {
        match entry.export {
            In(parts) => named.extend(parts.iter().map(|part| part.name())),
            Omitted(reason) => assert!(!reason.is_empty(), "{}", entry.table),
        }
    }
    let parts: BTreeSet<&str> = ExportPart::all().map(ExportPart::name).collect();
    assert_eq!(named, parts);
}
