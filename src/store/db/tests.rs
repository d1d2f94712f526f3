//! The database as a whole: commits, failures, snapshots, closing, and files that are refused.

use std::sync::{Arc, Mutex};

use super::*;
use crate::{
    config::{Config, Synchronous},
    model::{EventId, EventKind, Feed, FeedId, FeedKind, SessionId, UserId},
    store::{commits::Commit, events::Announcement},
};

const NOW: Timestamp = Timestamp(1_000_000);

struct Opened {
    db: Db,
    heard: Arc<Mutex<Vec<Commit>>>,
    directory: tempfile::TempDir,
}

fn open() -> Opened {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let config = config::Database {
        path: directory.path().join("new/quartfeed.db"),
        synchronous: Synchronous::Full,
        upgrade_backups: None,
    };
    let heard = Arc::<Mutex<Vec<_>>>::default();
    let on_commit = Box::new({
        let heard = heard.clone();
        move |commit: Commit| lock(&heard).push(commit)
    });
    let retention = Config::default().feed.event_retention;
    let db =
        Db::open(&config, retention, NOW, on_commit).expect("an empty directory takes a database");
    Opened {
        db,
        heard,
        directory,
    }
}

fn announce(tx: &mut Tx<'_>) -> Result<EventId> {
    let feed = Feed {
        id: FeedId(1),
        kind: FeedKind::Own(UserId(1)),
        is_private: false,
    };
    tx.announce(&Announcement::on_feed(EventKind::Post, UserId(1), &feed))
}

#[test]
fn a_write_that_fails_announces_nothing_and_leaves_nothing() {
    let Opened {
        db,
        heard,
        directory: _directory,
    } = open();
    let failed = db.write(NOW, |tx| {
        announce(tx)?;
        Err::<(), Error>(Error::Forbidden)
    });
    assert!(matches!(failed, Err(Error::Forbidden)));
    let id = db.write(NOW, announce).expect("nothing is wrong");
    assert_eq!(id, EventId(1));
    let heard: Vec<bool> = lock(&heard)
        .iter()
        .map(|commit| commit.has_events)
        .collect();
    assert_eq!(heard, [false, true]);
}

#[test]
fn a_commit_says_whether_streams_need_to_know_of_it() {
    let Opened {
        db,
        heard,
        directory: _directory,
    } = open();
    db.write(NOW, |tx| {
        tx.execute("update users set seen_at = 1", [])?;
        Ok(())
    })
    .expect("nothing is wrong");
    db.write(NOW, announce).expect("nothing is wrong");
    db.write(NOW, |tx| {
        tx.end_session(SessionId(1));
        Ok(())
    })
    .expect("nothing is wrong");
    let silent: Vec<bool> = lock(&heard).iter().map(Commit::is_silent).collect();
    assert_eq!(silent, [true, false, false]);
}

#[test]
fn a_change_that_panics_ends_neither_the_writer_nor_the_others() {
    let Opened {
        db,
        directory: _directory,
        ..
    } = open();
    let failed = db.write(NOW, |tx| -> Result<()> {
        announce(tx)?;
        panic!("on purpose");
    });
    assert!(matches!(failed, Err(Error::Internal(_))));
    assert_eq!(
        db.write(NOW, announce).expect("the writer lives"),
        EventId(1)
    );
}

#[test]
fn a_page_reads_one_snapshot() {
    let Opened {
        db,
        directory: _directory,
        ..
    } = open();
    db.read(|conn| {
        let before = crate::store::events::newest(conn)?;
        db.write(NOW, announce)?;
        assert_eq!(crate::store::events::newest(conn)?, before);
        Ok(())
    })
    .expect("nothing is wrong");
    assert_eq!(
        db.read(crate::store::events::newest).expect("readable"),
        EventId(1)
    );
}

/// Runs `meanwhile` while as many reads as are allowed at once do not end.
fn during_long_reads(db: &Db, meanwhile: impl FnOnce()) {
    let (release, held) = bounded::<()>(0);
    let (started, starts) = bounded(0);
    thread::scope(|scope| {
        for _ in 0..db.readers_max {
            scope.spawn(|| {
                db.read(|_| {
                    started.send(()).expect("it is awaited");
                    // Ends when `release` is dropped.
                    let _ = held.recv();
                    Ok(())
                })
                .expect("readable");
            });
        }
        for _ in 0..db.readers_max {
            starts.recv().expect("every read starts");
        }
        meanwhile();
        drop(release);
    });
}

fn kept_connections(db: &Db) -> usize {
    let readers = lock(&db.readers);
    assert_eq!((readers.lent, readers.waiting), (0, 0));
    readers.idle.len()
}

#[test]
fn long_reads_do_not_stop_others() {
    let Opened {
        db,
        directory: _directory,
        ..
    } = open();
    during_long_reads(&db, || {
        for read in [Db::read, Db::read_at_once] {
            let newest = read(&db, crate::store::events::newest).expect("one more is opened");
            assert_eq!(newest, EventId(0));
        }
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| db.read(crate::store::events::newest).expect("readable"));
            }
        });
    });
    assert!(kept_connections(&db) <= db.readers_max + 1);
}

#[test]
fn many_reads_at_once_share_few_connections() {
    let Opened {
        db,
        directory: _directory,
        ..
    } = open();
    thread::scope(|scope| {
        for _ in 0..db.readers_max * 4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    db.read(crate::store::events::newest).expect("readable");
                }
            });
        }
    });
    assert!((1..=db.readers_max + 1).contains(&kept_connections(&db)));
}

#[test]
fn a_closed_database_is_one_file_that_only_its_owner_reads() {
    use std::os::unix::fs::PermissionsExt;
    let Opened { db, directory, .. } = open();
    db.write(NOW, announce).expect("nothing is wrong");
    db.close();
    assert!(matches!(db.write(NOW, announce), Err(Error::Busy { .. })));
    let files: Vec<_> = std::fs::read_dir(directory.path().join("new"))
        .expect("it is there")
        .map(|entry| entry.expect("readable"))
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(
        files[0].metadata().expect("readable").permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn the_writer_of_a_closing_database_waits_for_its_readers() {
    let Opened { db, directory, .. } = open();
    db.write(NOW, announce).expect("nothing is wrong");
    thread::scope(|scope| {
        during_long_reads(&db, || {
            scope.spawn(|| db.close());
            while !lock(&db.readers).is_closed {
                thread::yield_now();
            }
            for _ in 0..1_000 {
                let writer = lock(&db.writer);
                let is_there = writer.as_ref().is_some_and(|writer| !writer.is_finished());
                assert!(is_there, "it cannot move the log into the file yet");
                drop(writer);
                thread::yield_now();
            }
        });
    });
    let log = directory.path().join("new/quartfeed.db-wal");
    assert!(!log.exists(), "everything is in the one file");
}

#[test]
fn a_schema_newer_than_the_program_is_refused_and_left_alone() {
    let Opened { db, directory, .. } = open();
    db.close();
    let path = directory.path().join("new/quartfeed.db");
    let file = Connection::open(&path).expect("it is a database");
    file.execute("insert into refinery_schema_history (version, name, applied_on, checksum) values (999, 'later', '', '1')", [])
        .expect("it can be written");
    drop(file);
    let config = config::Database {
        path,
        synchronous: Synchronous::Full,
        upgrade_backups: None,
    };
    let refused = Db::open(&config, 100, NOW, Box::new(|_| ()))
        .err()
        .expect("it is too new")
        .to_string();
    assert!(refused.contains("newer QuartFeed (schema 999"), "{refused}");
}

#[test]
fn what_cannot_be_opened_is_said_with_its_path_and_how_to_mend_it() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let not_one = directory.path().join("text.db");
    std::fs::write(
        &not_one,
        "a letter to my aunt, which is long enough not to be mistaken for nothing",
    )
    .expect("writable");
    for (path, expected) in [
        (not_one, "another program's file"),
        (directory.path().to_owned(), "quartfeed.db"),
    ] {
        let config = config::Database {
            path: path.clone(),
            synchronous: Synchronous::Full,
            upgrade_backups: None,
        };
        let refused = Db::open(&config, 100, NOW, Box::new(|_| ()))
            .err()
            .expect("it cannot be opened")
            .to_string();
        assert!(
            refused.contains(&path.display().to_string()) && refused.contains(expected),
            "{refused}"
        );
    }
}

#[test]
fn a_file_has_one_program_and_no_other_tables() {
    let Opened { db, directory, .. } = open();
    let path = directory.path().join("new/quartfeed.db");
    let again = |path: &std::path::Path| {
        let config = config::Database {
            path: path.to_owned(),
            synchronous: Synchronous::Full,
            upgrade_backups: None,
        };
        Db::open(&config, 100, NOW, Box::new(|_| ())).map(|_| ())
    };
    let refused = again(&path).expect_err("it is open already").to_string();
    assert!(refused.contains("another QuartFeed serves it"), "{refused}");
    db.close();
    again(&path).expect("it is free again");

    let foreign = directory.path().join("foreign.db");
    let file = Connection::open(&foreign).expect("a new database");
    file.execute("create table users (x)", [])
        .expect("writable");
    drop(file);
    let before = std::fs::read(&foreign).expect("readable");
    let refused = again(&foreign)
        .expect_err("it is another program's")
        .to_string();
    assert!(refused.contains("another program's tables"), "{refused}");
    assert_eq!(
        std::fs::read(&foreign).expect("readable"),
        before,
        "not a byte was changed"
    );
}
