//! Members who are deleted, and rows of theirs that the deletion has forgotten.

use std::time::Duration;

use quartfeed::store::personal::{Deletion, PERSONAL};
use rusqlite::Connection;

use super::{
    acts::PASSWORD,
    person::Person,
    site::Site,
    wait::{DAY, HOUR, eventually},
};

/// The time after which everything of a member who leaves is deleted.
const LEAVE_AFTER: Duration = DAY.saturating_mul(14);

impl Site {
    /// Deletes a member as they would themselves, and waits until the program has done it. When the test ends, the site
    /// checks that no row of theirs is left: see [`forgotten_rows`].
    pub(crate) fn forget(&mut self, person: &Person) {
        let left = person.post("/settings/account/delete", &[("password", PASSWORD)]);
        assert_eq!(left.status, 303, "{}", left.text);
        self.pass(LEAVE_AFTER + HOUR);
        // The program looks at its start, and then every minute.
        self.restart();
        let name = &person.name;
        eventually("everything of theirs is gone", || {
            let gone = format!("users where username = '{name}' and gone_at is not null");
            self.count(&gone) == 1
        });
    }
}

/// Lists the columns that still refer to a member whose deletion is complete. It walks every foreign key to `users`, so
/// that tables of later versions are checked as well. Rows that the table `PERSONAL` keeps for a reason do not count.
pub(crate) fn forgotten_rows(file: &Connection) -> Vec<String> {
    let mut columns = columns_of_people(file);
    columns.retain(|(table, column)| {
        !is_kept(table, column) && {
            let sql = format!(
                "select exists (
                     select 1 from {table} where {column} in (select id from users where gone_at is not null))"
            );
            file.query_row(&sql, [], |row| row.get(0))
                .expect("it can be read")
        }
    });
    let names = columns.iter();
    names
        .map(|(table, column)| format!("{table}.{column}"))
        .collect()
}

fn columns_of_people(file: &Connection) -> Vec<(String, String)> {
    let columns: Vec<(String, String)> = file
        .prepare(
            "select tables.name, keys.\"from\" from sqlite_schema as tables
             join pragma_foreign_key_list(tables.name) as keys
             where tables.type = 'table' and keys.\"table\" = 'users'",
        )
        .and_then(|mut query| {
            query
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .expect("the schema");
    assert!(columns.len() > 15, "{columns:?}");
    columns
}

fn is_kept(table: &str, column: &str) -> bool {
    let mut entries = PERSONAL.iter();
    entries.any(|entry| {
        entry.table == table
            && entry.column == column
            && matches!(entry.deletion, Deletion::Kept(_))
    })
}
