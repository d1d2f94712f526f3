//! Migrations of old files, by the server and by a command.

use refinery::Target;

use super::*;
use crate::{
    model::{Attached, HomeOrder, Message, Slice, UserId},
    store::{Db, notifications, posts, relationships, rivers},
};

/// A database as the first version of the program left it.
const OLD: &str = "
    insert into site (id, epoch, secret, created_at) values (1, 'old', x'00', 0);
    insert into users (id, username, password_hash, created_at) values (1, 'Alice', '', 0), (2, 'bob', '', 0), (3, 'carol', '', 0);
    insert into feeds (id, owner_id) values (1, 1), (2, 2), (3, 3);
    insert into follows (user_id, feed_id, created_at) values (1, 2, 20), (3, 2, 10), (2, 1, 30);
    insert into events (id, kind, post_id, feed_id, actor_id, created_at) values
        (7, 'post', 100, 2, 2, 1), (8, 'post', 200, 2, 2, 2), (9, 'post', 300, 3, 3, 3), (10, 'post_deleted', 400, 3, 3, 4);
    insert into posts (id, feed_id, author_id, message, bump, created_at) values
        (100, 2, 2, 'one', 7, 1), (200, 2, 2, 'two', 8, 2), (300, 3, 3, 'three', 9, 3);
    insert into sessions (token_hash, user_id, persistent, created_at, last_seen_at) values (x'01', 1, 0, 0, 0);";

/// Returns a directory, and the configuration of a database in it that does not exist yet.
fn temporary_database() -> (tempfile::TempDir, config::Database) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let config = config::Database {
        path: directory.path().join("db"),
        synchronous: Synchronous::Full,
        upgrade_backups: None,
    };
    (directory, config)
}

/// Gives an empty file the schema of an earlier version, and rows by these statements.
fn write_old_file(config: &config::Database, version: i32, statements: &str) {
    let mut connection = writer(config).expect("it opens");
    embedded::migrations::runner()
        .set_target(Target::Version(version))
        .run(&mut connection)
        .expect("an earlier schema");
    connection
        .execute_batch(statements)
        .expect("the statements are right");
}

fn mark(config: &config::Database) -> i64 {
    let connection = writer(config).expect("it opens");
    let read = connection.query_row("pragma user_version", [], |row| row.get(0));
    read.expect("every file has one")
}

#[test]
fn the_build_knows_the_newest_migration() {
    let runner = embedded::migrations::runner();
    let versions = runner
        .get_migrations()
        .iter()
        .map(|migration| i64::from(migration.version()));
    assert_eq!(versions.max(), Some(SCHEMA_VERSION));
}

#[test]
fn migrations_are_compared_once_and_again_when_they_have_changed() {
    let (_directory, config) = temporary_database();
    create(&config.path).expect("a new file");
    prepare(&config, Timestamp(50)).expect("a new file is fine");
    assert_eq!(mark(&config), SCHEMA_MARK);

    let change = |statement: &str| {
        let connection = writer(&config).expect("it opens");
        connection.execute_batch(statement).expect("it is right");
    };
    change("update refinery_schema_history set checksum = '1' where version = 1");
    prepare(&config, Timestamp(50)).expect("it is marked, so nothing is compared");
    change("pragma user_version = 1");
    let refused = prepare(&config, Timestamp(50)).map(|_| ());
    let refused = refused.expect_err("a migration differs").to_string();
    assert!(
        refused.contains("cannot be brought up to date"),
        "{refused}"
    );
    assert_eq!(mark(&config), 1);
}

#[test]
fn a_file_of_the_first_version_goes_on_with_everything_in_it() {
    let (_directory, config) = temporary_database();
    create(&config.path).expect("a new file");
    write_old_file(&config, 1, OLD);
    let db = Db::open(&config, 1_000, Timestamp(50), Box::new(|_| ()))
        .expect("it is brought up to date");
    assert_eq!(db.epoch().as_str(), "old");
    let [alice, bob, carol] = [1, 2, 3].map(UserId);
    db.read(|conn| {
        let river = rivers::home(
            conn,
            alice,
            HomeOrder::Activity,
            Slice::first(10, Timestamp(1)),
        )?;
        let messages: Vec<_> = river
            .posts
            .items
            .iter()
            .map(|post| post.message.as_str())
            .collect();
        assert_eq!(messages, ["two", "one"]);
        let everything = rivers::everything(conn, alice, Slice::first(10, Timestamp(1)))?;
        assert_eq!(everything.posts.items.len(), 3);
        let followers = relationships::followers(conn, bob, crate::model::FeedId(2), None, 10)?;
        let names: Vec<_> = followers
            .items
            .iter()
            .map(|person| person.user.username.as_str())
            .collect();
        assert_eq!(names, ["Alice", "carol"], "the newest first");
        assert_eq!(
            notifications::unread(conn, bob, Timestamp(1))?,
            0,
            "what happened before is no news"
        );
        assert_eq!(
            notifications::page(conn, bob, Slice::first(10, Timestamp(1)))?
                .items
                .len(),
            1
        );
        let found = crate::store::people::search(conn, carol, "ALICE", None, 10)?;
        assert_eq!(found.items.len(), 1);
        Ok(())
    })
    .expect("it can be read");
    let message = Message::parse("four", 10).expect("a message");
    let id = db
        .write(Timestamp(60), move |tx| {
            posts::create(tx, bob, &message, &Attached::default(), None)
        })
        .expect("it can be written");
    db.read(|conn| {
        let post = posts::find(conn, alice, id, posts::Shape::Folded)?;
        assert!(
            post.posted.0 > 13,
            "new events come after the old ones: {:?}",
            post.posted
        );
        Ok(())
    })
    .expect("it can be read");
    drop(db);
    let file = Connection::open(&config.path).expect("it opens");
    let sound: String = file
        .query_row("pragma integrity_check", [], |row| row.get(0))
        .expect("it can be checked");
    assert_eq!(sound, "ok");
    let orphans: i64 = file
        .query_row("select count(*) from pragma_foreign_key_check", [], |row| {
            row.get(0)
        })
        .expect("it can be checked");
    assert_eq!(orphans, 0);
}

#[test]
fn a_command_brings_a_file_up_to_date_unless_a_server_runs_on_it() {
    let (_directory, config) = temporary_database();
    let visit = || crate::store::Visit::open(&config, 1_000, Timestamp(50), false);
    let missing = visit().err().expect("there is no file").to_string();
    assert!(missing.contains("there is no such file"), "{missing}");
    create(&config.path).expect("a new file");
    write_old_file(&config, 1, OLD);
    let running = lock(&config.path).expect("nobody else has it");
    let refused = visit()
        .err()
        .expect("it would change the file under a server");
    assert!(
        refused.to_string().contains("another QuartFeed serves it"),
        "{refused}"
    );
    drop(running);
    let visit = visit().expect("it is brought up to date");
    let members = visit
        .read(|conn| crate::store::members::page(conn, "", None, 10))
        .expect("it can be read");
    assert_eq!(members.items.len(), 3);
}

#[test]
fn a_file_whose_rows_refer_to_nothing_is_refused_and_stays_as_it_was() {
    let (_directory, config) = temporary_database();
    create(&config.path).expect("a new file");
    write_old_file(
        &config,
        7,
        "pragma foreign_keys = off;
         insert into follows (user_id, feed_id, event_id, created_at) values (1, 1, 1, 0);",
    );
    for _ in 0..2 {
        let refused = Db::open(&config, 1_000, Timestamp(50), Box::new(|_| ()));
        let error = refused.err().expect("it is refused").to_string();
        assert!(error.contains("rows_that_refer_to_nothing"), "{error}");
        assert!(error.contains("Nothing was changed."), "{error}");
    }
    let file = Connection::open(&config.path).expect("it opens");
    let version: i64 = file
        .query_row(
            "select max(version) from refinery_schema_history",
            [],
            |row| row.get(0),
        )
        .expect("the history is there");
    assert_eq!(version, 7);
}

#[test]
fn texts_of_before_are_composed_and_found_by_the_rules_of_today() {
    let (_directory, config) = temporary_database();
    create(&config.path).expect("a new file");
    write_old_file(&config, 1, OLD);
    let texts = "
        update users set name = 'Jose' || char(769) where id = 2;
        update posts set message = '#Cafe' || char(769) || ' @bob' where id = 100;
        update posts set message = '#CAFE' where id = 300;";
    writer(&config)
        .and_then(|file| file.execute_batch(texts))
        .expect("old texts");
    let db = Db::open(&config, 1_000, Timestamp(50), Box::new(|_| ()))
        .expect("it is brought up to date");
    db.read(|conn| {
        let tagged = rivers::tagged(conn, UserId(1), "cafe", Slice::first(10, Timestamp(1)))?;
        let messages: Vec<_> = tagged
            .posts
            .items
            .iter()
            .map(|post| post.message.as_str())
            .collect();
        assert_eq!(messages, ["#CAFE", "#Café @bob"]);
        let found = crate::store::people::search(conn, UserId(1), "jose", None, 10)?;
        assert_eq!(found.items[0].user.name, "José");
        let mentions: i64 =
            conn.query_row("select count(*) from mentions", [], |row| row.get(0))?;
        assert_eq!(mentions, 0, "nobody is notified of an old name");
        Ok(())
    })
    .expect("it can be read");
}

#[test]
fn a_new_file_has_small_pages_and_an_old_one_keeps_its_own() {
    let (directory, new) = temporary_database();
    create(&new.path).expect("a new file");
    let old = config::Database {
        path: directory.path().join("old"),
        ..new.clone()
    };
    Connection::open(&old.path)
        .and_then(|connection| {
            connection.execute_batch("pragma page_size = 4096; create table site (id)")
        })
        .expect("it can be written");
    for (config, page_bytes) in [(new, 1_024), (old, 4_096)] {
        let connection = writer(&config).expect("it opens");
        let setting = |name: &str| {
            let read = connection.query_row(&format!("pragma {name}"), [], |row| row.get(0));
            read.unwrap_or(0)
        };
        assert_eq!(setting("page_size"), page_bytes);
        assert_eq!(setting("wal_autocheckpoint"), LOG_BYTES_MAX / page_bytes);
    }
}
