//! The file of a site, for things that no page shows.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quartfeed::{
    config::{self, Synchronous},
    error::Result,
    model::Timestamp,
    store::{Tx, Visit},
};

use super::{forgotten::forgotten_rows, site::Site, wait::DEADLINE};

impl Site {
    pub(crate) fn directory(&self) -> PathBuf {
        self.database().parent().expect("a directory").to_owned()
    }

    pub(crate) fn file(&self) -> rusqlite::Connection {
        let file = rusqlite::Connection::open(self.database()).expect("the file is there");
        file.busy_timeout(DEADLINE).expect("it can be set");
        file
    }

    /// Changes the file in a transaction beside the site, as a command does.
    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> T {
        let config = config::Database {
            path: self.database(),
            synchronous: Synchronous::Normal,
            upgrade_backups: None,
        };
        let now = Timestamp(self.now());
        let mut visit = Visit::open(&config, 10_000, now, false).expect("the site's file");
        visit.write(now, change).expect("it can be done")
    }

    /// Runs statements on the file while the site runs.
    pub(crate) fn execute(&self, sql: &str) {
        let done = self.file().execute_batch(sql);
        done.expect("the statements are right");
    }

    /// Returns the number that a query gives.
    pub(crate) fn number(&self, query: &str) -> i64 {
        self.file()
            .query_row(query, [], |row| row.get(0))
            .expect("it can be read")
    }

    /// Counts the rows of a table; conditions may follow its name.
    pub(crate) fn count(&self, table: &str) -> i64 {
        self.number(&format!("select count(*) from {table}"))
    }

    /// Checks whether these letters stand anywhere in the file or its log.
    pub(crate) fn is_stored(&self, letters: &str) -> bool {
        let database = self.database();
        let log = database.with_extension("db-wal");
        [database, log].iter().any(|path| {
            let bytes = fs::read(path).unwrap_or_default();
            bytes
                .windows(letters.len())
                .any(|window| window == letters.as_bytes())
        })
    }

    /// Returns what requests have left in the site's directory: see [`left_behind`].
    pub(crate) fn left_behind(&self) -> Vec<String> {
        left_behind(&self.directory(), "self")
    }
}

/// Asserts that the file is whole, that no row refers to one that is not there, and that nothing is left of a member who
/// has been deleted.
pub(crate) fn assert_sound(database: &Path) -> rusqlite::Connection {
    let file = rusqlite::Connection::open(database).expect("the file is there");
    let first = |query: &str| -> String {
        file.query_row(query, [], |row| row.get(0))
            .expect("it can be read")
    };
    assert_eq!(first("pragma integrity_check"), "ok");
    assert_eq!(
        first("select cast(count(*) as text) from pragma_foreign_key_check"),
        "0"
    );
    let miscounted = "select cast(count(*) as text) from posts where comment_like_count <> (
         select coalesce(sum(like_count), 0) from comments where post_id = posts.id and deleted_at is null)";
    assert_eq!(first(miscounted), "0", "likes of comments");
    assert_eq!(forgotten_rows(&file), [""; 0], "rows of deleted members");
    file
}

/// Lists the files without a name that a process has open in a directory, and the strange ones that lie there.
pub(crate) fn left_behind(directory: &Path, process: &str) -> Vec<String> {
    let open = fs::read_dir(format!("/proc/{process}/fd")).expect("Linux");
    let open = open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    let open = open.map(|path| path.to_string_lossy().into_owned());
    let beginning = directory.to_string_lossy().into_owned();
    let nameless = open.filter(|path| path.starts_with(&beginning) && path.ends_with("(deleted)"));
    let lying = fs::read_dir(directory).expect("it is there");
    let lying = lying.map(|entry| {
        entry
            .expect("readable")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    let lying = lying.filter(|name| !name.starts_with("quartfeed.db") && name != "log");
    nameless.chain(lying).collect()
}
