//! `quartfeed backup`, the backups of a running site, and the one before an upgrade.

use std::{fs, io::Read, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use flate2::read::GzDecoder;
use quartfeed::config::Interval;
use rusqlite::Connection;

use crate::harness::{HOUR, Program, Said, Site, SmallDisk, assert_sound, eventually, run};

/// A file of schema 7.
const BEFORE_FEEDS: &[u8] = include_bytes!("../../databases/before-feeds.db.gz");

/// Returns the path that a command has printed.
fn printed(said: &Said) -> PathBuf {
    assert_eq!(said.status, Some(0), "{}", said.err);
    PathBuf::from(said.out.trim_end())
}

fn count(file: &std::path::Path, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    let file = Connection::open(file).expect("a database");
    file.query_row(&sql, [], |row| row.get(0))
        .expect("a number")
}

#[test]
fn a_backup_of_a_running_site_is_whole_and_private_and_can_be_restored() {
    let mut site = Site::start();
    let alice = site.member("alice");
    alice.write("kept");
    let made = printed(&site.command(&["backup", "create"]));
    assert!(
        made.starts_with(site.directory().join("backups")),
        "{made:?}"
    );
    let permissions = fs::metadata(&made).expect("a file").permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    assert_sound(&made);
    let verified = site.command(&["backup", "verify", made.to_str().expect("UTF-8")]);
    assert!(
        verified.out.contains("1 accounts, 1 posts"),
        "{}",
        verified.out
    );

    alice.write("lost");
    let stream = alice.listen().last_id;
    let refused = site.command(&["backup", "restore", made.to_str().expect("UTF-8")]);
    assert_eq!(refused.status, Some(1));
    assert!(
        refused.err.contains("another QuartFeed serves it"),
        "{}",
        refused.err
    );

    let database = site.database();
    let mut said = String::new();
    site.while_stopped(|site| {
        let restored = site.command(&["backup", "restore", made.to_str().expect("UTF-8")]);
        assert_eq!(restored.status, Some(0), "{}", restored.err);
        said = restored.out;
    });
    assert!(said.contains("-before-restore.db"), "{said}");
    let kept = said.rsplit("is now ").next().expect("a path").trim_end();
    assert_eq!(count(kept.as_ref(), "posts"), 2, "nothing is lost");
    let page = alice.get("/").text;
    assert!(page.contains("kept") && !page.contains("lost"), "{page}");
    let mut again = alice.listen_at(&format!("/sse?after={stream}"), &[]);
    again.expect("reset");
    let left = fs::read_dir(database.parent().expect("a directory")).expect("readable");
    let names: Vec<String> = left
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert!(
        names.iter().all(|name| !name.contains(".part")),
        "{names:?}"
    );
}

#[test]
fn wrong_backups_are_refused_and_nothing_changes() {
    let mut site = Site::start();
    site.member("alice").write("kept");
    let made = printed(&site.command(&["backup", "create"]));
    let directory = site.directory();
    let whole = fs::read(&made).expect("a backup");
    let half = directory.join("half.db");
    fs::write(&half, &whole[..whole.len() / 2 + 100]).expect("written");
    let damaged = directory.join("damaged.db");
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_000].fill(7);
    fs::write(&damaged, &bytes).expect("written");
    let newer = directory.join("newer.db");
    fs::write(&newer, &whole).expect("written");
    let file = Connection::open(&newer).expect("a database");
    file.execute_batch("update refinery_schema_history set version = 999 where version = 1")
        .expect("it is newer");
    drop(file);
    let foreign = directory.join("foreign.db");
    let file = Connection::open(&foreign).expect("a database");
    file.execute_batch("create table other (id)")
        .expect("a table");
    drop(file);
    fs::write(directory.join("empty.db"), "").expect("written");
    fs::write(
        directory.join("words.db"),
        "no database at all, but long enough to be looked at".repeat(40),
    )
    .expect("written");
    let database = site.database();
    site.while_stopped(|site| {
        let before = fs::read(&database).expect("readable");
        for (name, why) in [
            ("half.db", "it is damaged"),
            ("damaged.db", "it is damaged"),
            ("newer.db", "written by a newer QuartFeed (schema 999"),
            ("foreign.db", "another program's tables"),
            ("empty.db", "it is empty"),
            ("words.db", "it is no database"),
            ("missing.db", "there is no such file"),
        ] {
            let file = directory.join(name);
            let file = file.to_str().expect("UTF-8");
            for act in ["verify", "restore"] {
                let said = site.command(&["backup", act, file]);
                assert_eq!(said.status, Some(1), "{act} {name}: {}", said.out);
                assert!(said.err.contains(why), "{act} {name}: {}", said.err);
            }
        }
        assert!(fs::read(&database).expect("readable") == before);
    });
    let there = site.command(&["backup", "create", "--to", made.to_str().expect("UTF-8")]);
    assert!(there.err.contains("this file exists"), "{}", there.err);
}

#[test]
fn backups_are_listed_and_all_but_the_newest_deleted() {
    let site = Site::start();
    let directory = site.directory().join("backups");
    fs::create_dir(&directory).expect("a directory");
    for day in 10..20 {
        let name = format!("quartfeed-2026-05-{day}T120000Z.db");
        fs::write(directory.join(name), "x").expect("written");
    }
    for other in [
        "notes.txt",
        "quartfeed-old.db",
        "other-2026-05-10T120000Z.db",
    ] {
        fs::write(directory.join(other), "x").expect("written");
    }
    let listed = site.command(&["backup", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.out).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(10));
    assert_eq!(listed[0]["made_at"], "2026-05-19T12:00:00Z");
    let pruned = site.command(&["backup", "prune"]);
    assert_eq!(pruned.out.lines().count(), 3, "{}", pruned.out);
    assert!(pruned.out.contains("2026-05-12") && !pruned.out.contains("2026-05-13"));
    let left = fs::read_dir(&directory).expect("readable").count();
    assert_eq!(left, 7 + 3, "files of others stay");
}

#[test]
fn a_running_site_makes_backups_by_itself() {
    let mut site = Site::with(|config| {
        config.backup.every = Interval(Some(HOUR));
        config.backup.keep = 2;
    });
    site.member("alice").write("kept");
    let directory = site.directory().join("backups");
    let backups = || fs::read_dir(&directory).map_or(0, Iterator::count);
    assert_eq!(backups(), 0, "a new site has nothing to lose");
    for made in [1, 2, 2] {
        site.pass(HOUR + Duration::from_mins(1));
        // The thread looks at its start, and then every minute.
        site.restart();
        eventually("a backup is made", || {
            let lines = site.log();
            lines.matches("a backup is made").count() >= 1 && backups() == made
        });
    }
    let newest = site.command(&["backup", "list"]);
    assert_eq!(newest.out.lines().count(), 3, "{}", newest.out);
}

#[test]
fn an_old_file_is_backed_up_before_it_is_changed() {
    let directory = tempfile::tempdir().expect("a directory");
    let old = directory.path().join("quartfeed.db");
    let mut bytes = Vec::new();
    GzDecoder::new(BEFORE_FEEDS)
        .read_to_end(&mut bytes)
        .expect("gzip");
    fs::write(&old, bytes).expect("an old file");
    let before = count(&old, "posts");
    // A file stands where the directory would be.
    let there = directory.path().join("backups");
    fs::write(&there, "x").expect("written");
    let refused = run(directory.path(), &["user", "list"]);
    assert_eq!(refused.status, Some(1), "{}", refused.out);
    let schema = "refinery_schema_history";
    let unchanged = count(&old, schema);
    fs::remove_file(&there).expect("removed");
    let made = run(directory.path(), &["user", "list"]);
    assert_eq!(made.status, Some(0), "{}", made.err);
    assert!(made.err.contains("a backup of it is"), "{}", made.err);
    assert!(count(&old, schema) > unchanged);
    let backups: Vec<PathBuf> = fs::read_dir(&there)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(backups.len(), 1, "{backups:?}");
    assert_eq!(count(&backups[0], schema), unchanged);
    assert_eq!(count(&backups[0], "posts"), before);
}

#[test]
fn a_backup_is_sound_while_others_write() {
    let program = Program::start();
    let alice = program.member("alice");
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let alice = &alice;
                scope.spawn(move || {
                    for n in 0..60 {
                        alice.write(&format!("{writer} wrote {n}"));
                    }
                })
            })
            .collect();
        let mut backups = 0;
        while writers.iter().any(|writer| !writer.is_finished()) || backups == 0 {
            let before = count(&program.database(), "posts");
            let database = program.database();
            let directory = database.parent().expect("a directory");
            let to = directory.join(format!("copy-{backups}.db"));
            let said = run(
                directory,
                &["backup", "create", "--to", to.to_str().expect("UTF-8")],
            );
            assert_eq!(said.status, Some(0), "{}", said.err);
            assert_sound(&to);
            assert!(
                count(&to, "posts") >= before,
                "what was acknowledged is there"
            );
            backups += 1;
        }
    });
}

/// Uses a file system of its own that has less room than two copies.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_no_part_of_a_backup() {
    let disk = SmallDisk::mount();
    let program = disk.program();
    let alice = program.member("alice");
    let database = disk.path().join("quartfeed.db");
    let file = Connection::open(&database).expect("a database");
    file.execute_batch(
        "create table filler (bytes);
         insert into filler values (randomblob(800000)); pragma wal_checkpoint(truncate);
         insert into filler values (randomblob(800000)); pragma wal_checkpoint(truncate);
         insert into filler values (randomblob(600000)); pragma wal_checkpoint(truncate);",
    )
    .expect("it is large");
    drop(file);
    let arguments = [
        "backup",
        "create",
        "--database",
        database.to_str().expect("UTF-8"),
    ];
    let said = run(disk.path(), &arguments);
    assert_eq!(said.status, Some(1), "{}", said.out);
    assert!(said.err.contains("the disk is full"), "{}", said.err);
    let left = fs::read_dir(disk.path().join("backups")).expect("a directory");
    assert_eq!(left.count(), 0);
    assert_eq!(alice.get("/").status, 200);
}
