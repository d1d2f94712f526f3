//! Marks in memory: what is due, and what happens to one that moves while a batch is written.

use super::*;
use crate::store::tests::{NOW, person, post, site};

fn mark(post: PostId, comment: i64) -> SeenMark {
    let comment = CommentId(comment);
    SeenMark { post, comment }
}

#[test]
fn marks_wait_for_a_quarter_of_an_hour_and_not_longer() {
    let (db, _directory) = site();
    let alice = person(&db, "alice");
    let [first, second] = [0, 1].map(|_| post(&db, alice, "a word"));
    let pending = PendingMarks::default();
    assert!(!pending.are_due(NOW.plus(WRITE_AFTER)), "there is nothing");
    assert!(pending.add(alice, &[mark(first, 5)], NOW));
    let later = NOW.plus(WRITE_AFTER / 2);
    assert!(pending.add(alice, &[mark(first, 3), mark(second, 0)], later));
    assert!(!pending.are_due(later));
    assert!(pending.are_due(NOW.plus(WRITE_AFTER)));

    pending.write(&db, later).expect("written");
    assert!(!pending.are_due(NOW.plus(WRITE_AFTER * 2)));
    let rows = |conn: &rusqlite::Connection| {
        let mut query = conn.prepare("select post_id, comment_id from seen order by post_id")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<Vec<(PostId, i64)>>>()?)
    };
    let mut expected = vec![(first, 5), (second, 0)];
    expected.sort_unstable();
    assert_eq!(db.read(rows).expect("readable"), expected);
}

#[test]
fn a_mark_is_found_while_it_waits_and_just_after_it_was_written() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    let talk = post(&db, alice, "talk");
    let pending = PendingMarks::default();
    assert_eq!(pending.of(alice, talk), None);
    assert!(pending.add(alice, &[mark(talk, 5)], NOW));
    assert_eq!(pending.of(alice, talk), Some(CommentId(5)));
    assert_eq!(pending.of(bob, talk), None);
    pending.write(&db, NOW).expect("written");
    // A page whose snapshot is older than the batch needs it from here.
    assert_eq!(pending.of(alice, talk), Some(CommentId(5)));
    assert!(pending.add(alice, &[mark(talk, 7)], NOW));
    assert_eq!(pending.of(alice, talk), Some(CommentId(7)));
}

#[test]
fn marks_that_cannot_be_written_wait_on_and_are_bounded() {
    let (db, _directory) = site();
    let alice = person(&db, "alice");
    let talk = post(&db, alice, "talk");
    let pending = PendingMarks::default();
    assert!(pending.add(alice, &[mark(talk, 5)], NOW));
    db.close();
    assert!(pending.write(&db, NOW).is_err());
    assert!(pending.are_due(NOW.plus(WRITE_AFTER)));

    let many = i64::try_from(WAITING_MAX).expect("few");
    let marks: Vec<_> = (1..many).map(|id| mark(PostId(id), 0)).collect();
    assert!(pending.add(alice, &marks, NOW));
    assert!(!pending.add(alice, &[mark(PostId(many), 0)], NOW));
}
