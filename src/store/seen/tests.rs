//! Marks against a slow count, and their limits.

use super::*;
use crate::{
    model::UserName,
    store::{
        Db, notifications, relationships,
        tests::{NOW, comment, person, post, site},
    },
};

fn write(db: &Db, user: UserId, marks: &[(PostId, i64)]) {
    let marks: Vec<_> = marks
        .iter()
        .map(|&(post, comment)| {
            let comment = CommentId(comment);
            (user, SeenMark { post, comment })
        })
        .collect();
    db.write(NOW, move |tx| super::write(tx, &marks))
        .expect("written");
}

fn ids(db: &Db, post: PostId) -> Vec<i64> {
    db.read(|conn| {
        let mut query = conn.prepare("select id from comments where post_id = ? order by id")?;
        let ids = query.query_map([post], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    })
    .expect("readable")
}

fn standing(
    db: &Db,
    viewer: UserId,
    post: PostId,
    pending: Option<i64>,
) -> Option<(u64, Option<i64>)> {
    let one = [(post, pending.map(CommentId))];
    let found = db
        .read(|conn| seen_posts(conn, viewer, one.into_iter()))
        .expect("readable");
    let found = found.first();
    found.map(|found| (found.unread.count, found.unread.first.map(|id| id.0)))
}

#[test]
fn a_comment_is_new_if_it_is_younger_than_the_mark_and_somebody_elses() {
    let (db, _directory) = site();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| person(&db, name));
    let talk = post(&db, bob, "talk");
    for by in [bob, alice, carol, bob] {
        comment(&db, by, talk, "a word");
    }
    let ids = ids(&db, talk);
    assert_eq!(standing(&db, alice, talk, None), None, "never seen");
    assert_eq!(standing(&db, alice, talk, Some(0)), Some((3, Some(ids[0]))));
    write(&db, alice, &[(talk, ids[0])]);
    assert_eq!(standing(&db, alice, talk, None), Some((2, Some(ids[2]))));
    // A mark in memory and one in the file: the newer one counts.
    assert_eq!(
        standing(&db, alice, talk, Some(ids[2])),
        Some((1, Some(ids[3])))
    );
    assert_eq!(standing(&db, alice, talk, Some(0)), Some((2, Some(ids[2]))));
    write(&db, alice, &[(talk, ids[3])]);
    write(&db, alice, &[(talk, ids[1])]);
    assert_eq!(standing(&db, alice, talk, None), Some((0, None)));
}

#[test]
fn comments_of_muted_people_and_on_muted_posts_are_never_new() {
    let (db, _directory) = site();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| person(&db, name));
    let talk = post(&db, bob, "talk");
    comment(&db, bob, talk, "one");
    comment(&db, carol, talk, "two");
    assert_eq!(
        standing(&db, alice, talk, Some(0)).map(|found| found.0),
        Some(2)
    );
    db.write(NOW, move |tx| {
        relationships::distance::mute(tx, alice, &UserName::parse("bob").expect("a name"))
    })
    .expect("muted");
    let second = ids(&db, talk)[1];
    assert_eq!(standing(&db, alice, talk, Some(0)), Some((1, Some(second))));
    db.write(NOW, move |tx| notifications::mute(tx, alice, talk))
        .expect("muted");
    assert_eq!(standing(&db, alice, talk, Some(0)), Some((0, None)));
}

#[test]
fn a_mark_is_on_a_visible_post_and_not_in_the_future() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    let [talk, quiet] = [0, 1].map(|_| post(&db, bob, "talk"));
    comment(&db, bob, talk, "one");
    let newest = ids(&db, talk)[0];
    let possible = |comment: i64| {
        let marks = [talk, quiet, PostId(99)].map(|post| SeenMark {
            post,
            comment: CommentId(comment),
        });
        let found = db
            .read(|conn| super::possible(conn, alice, &marks))
            .expect("readable");
        found
            .iter()
            .map(|mark| (mark.post, mark.comment.0))
            .collect::<Vec<_>>()
    };
    assert_eq!(possible(i64::MAX), [(talk, newest), (quiet, 0)]);
    assert_eq!(possible(0), [(talk, 0), (quiet, 0)]);
    db.write(NOW, move |tx| {
        relationships::distance::block(tx, bob, &UserName::parse("alice").expect("a name"))
    })
    .expect("blocked");
    assert_eq!(possible(0), []);
}

#[test]
fn marks_are_bounded_and_the_oldest_posts_lose_theirs() {
    let (db, _directory) = site();
    let alice = person(&db, "alice");
    let mut posts: Vec<_> = (0..5).map(|_| post(&db, alice, "a word")).collect();
    posts.sort_unstable();
    let marks: Vec<_> = posts.iter().map(|post| (*post, 0)).collect();
    write(&db, alice, &marks);
    let too_many = |most| db.read(|conn| with_too_many(conn, most)).expect("readable");
    assert_eq!(too_many(5), None);
    assert_eq!(too_many(3), Some(alice));
    db.write(NOW, move |tx| trim(tx, alice, 3))
        .expect("trimmed");
    assert_eq!(too_many(3), None);
    let has_mark = |post: &PostId| standing(&db, alice, *post, None).is_some();
    let kept: Vec<bool> = posts.iter().map(has_mark).collect();
    assert_eq!(kept, [false, false, true, true, true]);
}

#[test]
fn a_mark_on_a_post_that_is_gone_is_not_written() {
    let (db, _directory) = site();
    let alice = person(&db, "alice");
    write(&db, alice, &[(PostId(99), 0)]);
    assert_eq!(standing(&db, alice, PostId(99), None), None);
}
