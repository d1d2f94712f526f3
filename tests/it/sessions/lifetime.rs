//! The lifetime of sessions.

use crate::harness::{DAY, HOUR, MINUTE, Site};

#[test]
fn an_unused_session_ends_and_a_used_one_ends_later() {
    let site = Site::start();
    let alice = site.member("alice");
    for _ in 0..3 {
        site.pass(7 * HOUR);
        assert_eq!(
            alice.get("/user/alice").status,
            200,
            "used every seven hours"
        );
    }
    site.pass(4 * HOUR);
    assert_eq!(alice.get("/user/alice").status, 303, "a day is over");
    alice.sign_in("alice");
    site.pass(13 * HOUR);
    assert_eq!(
        alice.get("/user/alice").status,
        303,
        "twelve hours without use"
    );
}

#[test]
fn a_lasting_session_lasts_two_weeks_unused_and_three_months_at_most() {
    let site = Site::start();
    let alice = site.lasting_member("alice");
    for _ in 0..6 {
        site.pass(13 * DAY);
        assert_eq!(alice.get("/user/alice").status, 200);
    }
    site.pass(11 * DAY);
    assert_eq!(alice.get("/user/alice").status, 200, "on the 89th day");
    site.pass(2 * DAY);
    assert_eq!(alice.get("/user/alice").status, 303, "ninety days are over");
    let bob = site.lasting_member("bob");
    site.pass(15 * DAY);
    assert_eq!(bob.get("/user/bob").status, 303, "two weeks without use");
}

#[test]
fn the_time_of_the_last_visit_is_stored_every_few_minutes() {
    let mut site = Site::start();
    let alice = site.member("alice");
    let seen = |site: &Site| -> (i64, i64) {
        site.file()
            .query_row(
                "select seen_at, last_seen_at from users join sessions on user_id = users.id",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .expect("she has one session")
    };
    let first = seen(&site);
    site.pass(14 * MINUTE);
    alice.get("/");
    assert_eq!(seen(&site), first, "not on every page");
    site.pass(2 * MINUTE);
    alice.get("/");
    let later = first.0 + 16 * 60 * 1_000;
    assert_eq!(seen(&site), (later, later));
    site.pass(MINUTE);
    alice.get("/");
    assert_eq!(
        seen(&site),
        (later, later),
        "this use waits for the next batch"
    );
    site.restart();
    let last = later + 60 * 1_000;
    assert_eq!(seen(&site), (last, last), "or for the end of the program");
}
