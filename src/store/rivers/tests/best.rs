//! The best posts of random histories, compared with what each viewer counts on the pages of the posts.

use std::cmp::Reverse;

use proptest::{collection::vec, prelude::*};
use rusqlite::StatementStatus;

use super::{
    super::{
        best,
        best::{CANDIDATES, LOOKED_AT_MAX, with_scores},
    },
    a_busy_site,
};
use crate::{
    error::Result,
    model::{EventId, PostId, Slice, Timestamp, UserId, UserName, best_score},
    store::{
        Db, Tx, comments,
        feeds::tests::assert_copies_hold,
        hides, likes, posts,
        relationships::{self, distance, requests},
        tests::{NOW, comment, person, post, site},
    },
};

const PEOPLE: usize = 5;

/// An act: what is done, by whom, about which person, post and comment.
type Act = (u8, usize, usize, usize, usize);

fn act() -> impl Strategy<Value = Act> {
    (0..12_u8, 0..PEOPLE, 0..PEOPLE, 0..5_usize, 0..4_usize)
}

fn name(person: usize) -> UserName {
    format!("user{person}").parse().expect("a name")
}

/// Does an act, if it is allowed.
fn play(db: &Db, people: &[UserId], posts: &mut Vec<PostId>, (kind, a, b, p, c): Act) {
    let (by, id) = (people[a], posts[p % posts.len()]);
    let found: Vec<_> = db
        .read(|conn| {
            Ok(
                posts::find(conn, by, id, posts::Shape::Whole { everybody: false })
                    .map(|post| post.comments.shown)
                    .unwrap_or_default(),
            )
        })
        .expect("readable");
    let about = found.get(c % found.len().max(1)).map(|comment| comment.id);
    let write = |change: fn(&mut Tx<'_>, UserId, &UserName) -> Result<()>| {
        let other = name(b);
        // What is not allowed is refused, and changes nothing.
        let _ = db.write(NOW, move |tx| change(tx, by, &other));
    };
    match (kind, about) {
        (0, _) => posts.push(post(db, by, "words")),
        (1 | 2, _) => drop(db.write(NOW, move |tx| likes::like(tx, by, id))),
        (3, _) => {
            let is_seen = db.read(|conn| posts::is_visible(conn, by, id));
            if is_seen.expect("readable") {
                comment(db, by, id, "well said");
            }
        }
        (4 | 5, Some(about)) => {
            drop(db.write(NOW, move |tx| likes::like_comment(tx, by, about)));
        }
        (6, Some(about)) => drop(db.write(NOW, move |tx| likes::unlike_comment(tx, by, about))),
        (7, Some(about)) => drop(db.write(NOW, move |tx| comments::delete(tx, by, about))),
        (8, _) if c == 0 => write(distance::block),
        (9, _) => write(|tx, by, other| distance::mute(tx, by, other).map(|_| ())),
        (10, _) => write(|tx, by, other| relationships::follow(tx, by, other).map(|_| ())),
        (11, _) => drop(db.write(NOW, move |tx| requests::set_private(tx, by, c < 2))),
        _ => {}
    }
}

/// Returns all posts that a viewer sees in lists and that are liked or commented on, the best first, with their scores.
fn counted(db: &Db, viewer: UserId) -> Vec<(u64, PostId)> {
    db.read(|conn| {
        let all = super::super::everything(conn, viewer, Slice::first(100, NOW))?
            .posts
            .items;
        let mut scored: Vec<(u64, EventId, PostId)> = Vec::new();
        for post in all {
            let post = posts::find(
                conn,
                viewer,
                post.id,
                posts::Shape::Whole { everybody: true },
            )?;
            let shown = &post.comments.shown;
            let of_comments = shown.iter().map(|comment| comment.likes).sum();
            let likers = post.likes.named.len() as u64;
            let score = best_score(likers, shown.len() as u64, of_comments);
            scored.push((score, post.posted, post.id));
        }
        scored.retain(|(score, _, _)| *score > 0);
        scored.sort_by_key(|row| Reverse(*row));
        Ok(scored
            .into_iter()
            .map(|(score, _, id)| (score, id))
            .collect())
    })
    .expect("readable")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_best_posts_are_those_that_the_viewer_counts(acts in vec(act(), 40..120)) {
        let (db, _directory) = site();
        let people: Vec<UserId> = (0..PEOPLE).map(|n| person(&db, &format!("user{n}"))).collect();
        let mut written = vec![post(&db, people[0], "first"), post(&db, people[1], "second")];
        for act in acts {
            play(&db, &people, &mut written, act);
        }
        db.read(|conn| {
            assert_copies_hold(conn);
            Ok(())
        })
        .expect("readable");
        for viewer in people {
            let expected = counted(&db, viewer);
            for size in [1, 2, 50] {
                let found = db.read(|conn| {
                    let hides = hides::of(conn, viewer, NOW)?;
                    with_scores(conn, viewer, &hides, Timestamp(0), size)
                });
                let found = found.expect("readable");
                let found: Vec<_> = found.iter().map(|one| (one.score, one.post.id)).collect();
                let size = expected.len().min(size as usize);
                prop_assert_eq!(&found, &expected[..size]);
            }
        }
    }
}

#[test]
fn the_best_of_a_hundred_thousand_posts_are_found_in_few_steps() {
    /// The limit of steps for choosing. Measured: about 305,000 for the 10,000 posts that are looked at.
    const STEPS_MAX: i32 = 500_000;
    let (db, _directory) = a_busy_site();
    db.read(|conn| {
        let mut query = conn.prepare(CANDIDATES).expect("the query is right");
        let rows = query
            .query_map((0, LOOKED_AT_MAX), |_| Ok(()))
            .expect("it runs")
            .count();
        assert!(rows > 1_000, "the premise: {rows}");
        let steps = query.get_status(StatementStatus::VmStep);
        assert!(steps < STEPS_MAX, "{steps}");
        assert_eq!(
            query.get_status(StatementStatus::FullscanStep),
            0,
            "nothing is read from end to end"
        );
        let newest = best(conn, UserId(1), Timestamp(99_000), Slice::first(20, NOW))?
            .posts
            .items;
        assert_eq!(newest.len(), 20);
        assert!(
            newest
                .iter()
                .all(|post| post.created_at >= Timestamp(99_000))
        );
        Ok(())
    })
    .expect("nothing is wrong");
}
