//! Tests of the rivers: the steps that a page costs, and random histories that are compared with an oracle.

mod best;
mod histories;
mod oracle;

use rusqlite::{Connection, StatementStatus};

use super::{
    home::RIVER,
    this_day::{LOOKED_AT_AT_HOME, THIS_DAY, as_json},
    *,
};
use crate::{
    config::{self, Synchronous},
    model::{DaySpan, Timestamp},
    store::Db,
};

/// Creates a site with a thousand people and a hundred posts of each, where one person follows two hundred others.
/// There are as many likes as posts, each of a post that is not old when it is liked. A fifth of the likes is by
/// friends of that person, and a fifth of these is of direct posts.
fn a_busy_site() -> (Db, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let config = config::Database {
        path: directory.path().join("db"),
        synchronous: Synchronous::Normal,
    };
    let db = Db::open(&config, 1_000, Timestamp(0), Box::new(|_| ())).expect("a new database");
    db.write(Timestamp(0), |tx| {
        tx.execute_batch(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
             insert into users (id, username, password_hash, created_at) select i, 'user' || i, '', 0 from n;
             insert into feeds (id, owner_id) select id, id from users;
             insert into follows (user_id, feed_id, event_id, created_at) select 1, id, id, 0 from users where id between 2 and 201;
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
             insert into posts (id, author_id, message, bump, event_id, created_at)
                 select i * 7919, 1 + i % 1000, 'post ' || i, 2 * i, 2 * i, i from n;
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
             insert or ignore into acts (post_id, feed_id, actor_id, owner_id, post_feed_id, first_event, like_event)
                 select posts.id, 1 + i * 31 % 1000, 1 + i * 31 % 1000, posts.author_id, posts.author_id, 2 * i + 1, 2 * i + 1
                 from n join posts on posts.id = (i - i * 7919 % 997) * 7919
                 where posts.author_id <> 1 + i * 31 % 1000;
             update posts set like_count = (select count(*) from acts where post_id = posts.id);",
        )?;
        Ok(())
    })
    .expect("the statements are right");
    (db, directory)
}

/// Counts the steps of SQLite's virtual machine for the page below `before`.
fn steps(conn: &Connection, viewer: i64, before: i64) -> i32 {
    let mut query = conn.prepare(RIVER).expect("the query is right");
    let rows = query
        .query_map((viewer, before, 21, 63), rows::from_row)
        .expect("it runs")
        .count();
    assert_eq!(rows, 21);
    query.get_status(StatementStatus::VmStep)
}

#[test]
fn a_page_of_the_river_costs_few_steps_whatever_there_is() {
    /// The limit of steps. Measured: about 21,000 for 200 followed feeds, most of them for looking into each feed
    /// twice: for posts and for acts. A plan that reads the followed feeds to their ends takes more than 500,000.
    const STEPS_MAX: i32 = 40_000;
    let (db, _directory) = a_busy_site();
    db.read(|conn| {
        let mut counted = vec![];
        for (viewer, before) in [(1, i64::MAX), (1, 100_000), (1, 1_000), (2, i64::MAX)] {
            counted.push(steps(conn, viewer, before));
        }
        assert!(
            counted.iter().all(|steps| *steps < STEPS_MAX),
            "{counted:?}"
        );
        Ok(())
    })
    .expect("nothing is wrong");
}

#[test]
fn looking_for_earlier_years_costs_the_home_page_little() {
    /// The limit of steps. Measured: about 500 without posts of such a day, and about 13,500 if the viewer follows the
    /// authors of all posts that are looked at.
    const STEPS_MAX: i32 = 20_000;
    let (db, _directory) = a_busy_site();
    let day = |begins| DaySpan {
        begins: Timestamp(begins),
        ends: Timestamp(begins + 100_000),
    };
    let quiet: Vec<DaySpan> = (1..=40).map(|n| day(-n * 1_000_000)).collect();
    db.read(|conn| {
        let steps = |days: &[DaySpan]| {
            let mut query = conn.prepare(THIS_DAY).expect("the query is right");
            let parameters = (1, i64::MAX, 3, as_json(days), LOOKED_AT_AT_HOME);
            let rows = query.query_map(parameters, rows::from_row);
            let rows = rows.expect("it runs").count();
            (rows, query.get_status(StatementStatus::VmStep))
        };
        let (none, few) = steps(&quiet);
        let (some, many) = steps(&[&[day(0)], &*quiet].concat());
        assert!(none == 0 && few < STEPS_MAX / 10, "{none}: {few}");
        assert!(some == 3 && many < STEPS_MAX, "{some}: {many}");
        Ok(())
    })
    .expect("nothing is wrong");
}

#[test]
fn acts_on_what_one_sees_anyway_are_not_waded_through() {
    /// The limit of steps. Measured: about 48,000 for 999 followed feeds.
    const STEPS_MAX: i32 = 90_000;
    let (db, _directory) = a_busy_site();
    // The viewer follows everybody, so that no act adds a post.
    db.write(Timestamp(0), |tx| {
        tx.execute_batch(
            "insert or ignore into follows (user_id, feed_id, event_id, created_at)
                 select 1, id, id, 0 from users where id <> 1;",
        )?;
        Ok(())
    })
    .expect("the statements are right");
    db.read(|conn| {
        let counted = steps(conn, 1, i64::MAX);
        assert!(counted < STEPS_MAX, "{counted}");
        Ok(())
    })
    .expect("nothing is wrong");
}
