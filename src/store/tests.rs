//! The cost of acts and pages, counted.

use std::{cell::Cell, collections::BTreeSet};

use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::*;
use crate::{
    config::{self, Synchronous},
    model::{
        self, AltText, Attached, CommentText, HomeOrder, Message, NewUser, PasswordRules, PostId,
        Slice, Timestamp, UserId,
    },
};

pub(crate) const NOW: Timestamp = Timestamp(1_000_000);

pub(crate) fn site() -> (Db, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let config = config::Database {
        path: directory.path().join("db"),
        synchronous: Synchronous::Normal,
        upgrade_backups: None,
    };
    let db = Db::open(&config, 1_000, NOW, Box::new(|_| ())).expect("a new database");
    (db, directory)
}

pub(crate) fn person(db: &Db, name: &str) -> UserId {
    let field = |field: &str| -> &str {
        match field {
            "username" => name,
            "password" => "correct horse",
            _ => "",
        }
    };
    let Ok(new) = NewUser::parse(field, &PasswordRules::LEAST) else {
        unreachable!("the name is a name")
    };
    db.write(NOW, move |tx| users::register(tx, &new, ""))
        .expect("a new name")
}

pub(crate) fn post(db: &Db, by: UserId, text: &str) -> PostId {
    let message = Message::parse(text, 3_000).expect("a message");
    db.write(NOW, move |tx| {
        posts::create(tx, by, &message, &Attached::default(), None)
    })
    .expect("written")
}

pub(crate) fn comment(db: &Db, by: UserId, post: PostId, text: &str) -> u64 {
    let text = CommentText::parse(text, 3_000).expect("a comment");
    db.write(NOW, move |tx| {
        let before = tx.total_changes();
        comments::create(tx, by, post, &text, None)?;
        Ok(tx.total_changes() - before)
    })
    .expect("written")
}

#[test]
fn a_comment_writes_as_many_rows_for_a_thousand_followers_as_for_none() {
    let (db, _directory) = site();
    let [author, lonely, commenter] =
        ["author", "lonely", "commenter"].map(|name| person(&db, name));
    db.write(NOW, move |tx| {
        tx.execute_batch(
            "with recursive n(i) as (select 1000 union all select i + 1 from n where i < 1999)
             insert into users (id, username, password_hash, created_at) select i, 'fan' || i, '', 0 from n;
             insert into feeds (owner_id) select id from users where id >= 1000;
             insert into follows (user_id, feed_id, event_id, created_at)
                 select id, 1, id, 0 from users where id >= 1000;",
        )?;
        Ok(())
    })
    .expect("the statements are right");
    let rows: BTreeSet<u64> = [author, lonely]
        .map(|author| comment(&db, commenter, post(&db, author, "hello"), "well said"))
        .into();
    // The event, the comment, its post, the post's row in its feed, and the act; and the note for the index of words, which
    // is in memory.
    assert_eq!(rows, BTreeSet::from([6]));
}

thread_local! {
    static STATEMENTS: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn a_page_of_the_river_costs_the_same_statements_whatever_it_shows() {
    /// What the viewer hides, the river, its hidden parts, likers, comments, reasons and names.
    const STATEMENTS_MAX: u32 = 7;
    let (db, directory) = site();
    let [viewer, friend, stranger] = ["viewer", "friend", "stranger"].map(|name| person(&db, name));
    db.write(NOW, move |tx| {
        relationships::follow(tx, viewer, &"friend".parse().expect("a name"))
    })
    .expect("they exist");
    let mut reader = Snapshot::open(directory.path().join("db")).expect("the file is there");
    reader
        .trace_v2(
            TraceEventCodes::SQLITE_TRACE_STMT,
            Some(|_: TraceEvent<'_>| STATEMENTS.set(STATEMENTS.get() + 1)),
        )
        .expect("it can be watched");
    let count = || {
        STATEMENTS.set(0);
        rivers::home(
            &reader,
            viewer,
            HomeOrder::Activity,
            Slice::first(20, Timestamp(1)),
        )
        .expect("a page");
        STATEMENTS.get()
    };
    for _ in 0..30 {
        for author in [friend, stranger] {
            let post = post(&db, author, "hello @friend, @nobody #tag");
            for _ in 0..5 {
                comment(&db, friend, post, "well said, @stranger");
            }
            if author == stranger {
                db.write(NOW, move |tx| likes::like(tx, friend, post))
                    .expect("liked");
            }
        }
        let statements = count();
        assert!(
            statements > 2 && statements <= STATEMENTS_MAX,
            "{statements}"
        );
    }
    assert_eq!(count(), STATEMENTS_MAX);
    // One more statement reads the images of all its posts, if one of them has any.
    db.write(NOW, move |tx| {
        let image = model::NewImage {
            width: 1,
            height: 1,
            is_moving: false,
            renditions: vec![model::NewRendition::new(
                model::Rendition::Full,
                1,
                1,
                model::MediaType::WebP,
                vec![0],
            )],
        };
        for _ in 0..5 {
            let image = images::create(tx, friend, &image, &AltText::default(), u64::MAX)?;
            let images = Attached::parse(vec![(image, AltText::default())], 1).expect("one");
            let message = Message::parse("look", 3_000).expect("a message");
            posts::create(tx, friend, &message, &images, None)?;
        }
        Ok(())
    })
    .expect("written");
    assert_eq!(count(), STATEMENTS_MAX + 1);
}
