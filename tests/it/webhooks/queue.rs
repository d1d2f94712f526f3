//! The queue: what is sent first, what waits, and what is kept.

use super::{
    PAGE, in_state, make,
    receiver::{Received, SILENCE, answer},
    sending, tried,
};
use crate::harness::{DAY, SECOND, eventually};

const LEFT_OUT: &str = "an event is sent to no webhook, because it cannot be read event=";

#[test]
fn an_event_that_cannot_be_read_stops_nothing() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    make(&alice, &receiver.url("/a"), "home");
    bob.write("before");
    receiver.wait("/a", 1);
    // Whether she hides it cannot be found out for a while.
    site.execute(
        "insert into hides (user_id, kind, subject, typed, is_everywhere, hidden_at)
         select id, 'words', 'x', cast(x'ff' as text), 0, 0 from users where username = 'alice'",
    );
    bob.write("meanwhile");
    eventually("it is left out", || site.log().contains(LEFT_OUT));
    site.execute("delete from hides");
    bob.write("after");
    let came = receiver.wait("/a", 2);
    let texts: Vec<String> = came.iter().map(Received::text).collect();
    assert_eq!(texts, ["before", "after"]);
    let log = site.log();
    assert_eq!(log.matches(LEFT_OUT).count(), 1, "{log}");
}

#[test]
fn deliveries_are_sent_while_nothing_new_can_be_noted() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    receiver.answers("/a", &[&answer("500 Internal Server Error", "")]);
    make(&alice, &receiver.url("/a"), "home");
    bob.write("one");
    tried(&site, 1);
    site.execute(
        "create trigger no_note before update on webhook_progress begin select raise(abort, 'no'); end",
    );
    receiver.answers("/a", &[&answer("200 OK", "")]);
    site.pass(6 * SECOND);
    for n in 0..5 {
        bob.write(&n.to_string());
    }
    assert_eq!(receiver.wait("/a", 2)[1].text(), "one");
    eventually("it is noted", || in_state(&site, "sent") == 1);
    bob.write("and another one");
    let log = site.log();
    let complaints = log
        .lines()
        .filter(|line| line.contains("new posts cannot be collected for webhooks"));
    assert_eq!(complaints.count(), 1, "the pause is kept: {log}");
}

#[test]
fn a_delivery_of_a_clock_that_was_ahead_is_sent() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    receiver.answers("/a", &[&answer("500 Internal Server Error", "")]);
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("one");
    tried(&site, 1);
    alice.write("two");
    eventually("both wait", || in_state(&site, "waiting") == 2);
    receiver.answers("/a", &[&answer("200 OK", "")]);
    let ahead = site.now() + i64::try_from((30 * DAY).as_millis()).expect("a month");
    site.execute(&format!(
        "update webhook_deliveries set next_at = {ahead} where id = 1"
    ));
    alice.write("three");
    let texts: Vec<String> = receiver.wait("/a", 4)[1..]
        .iter()
        .map(Received::text)
        .collect();
    assert_eq!(texts, ["one", "two", "three"]);
}

#[test]
fn one_test_waits_at_a_time_and_posts_stay_in_the_log() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("a post");
    eventually("it is sent", || in_state(&site, "sent") == 1);
    receiver.answers("/a", &[&answer("500 Internal Server Error", "no")]);
    for n in 2..25 {
        alice.press(&format!("{PAGE}/1/test"));
        receiver.wait("/a", n);
        eventually("it is noted", || in_state(&site, "waiting") == 0);
    }
    let tests = "select count(*) from webhook_deliveries where post_id is null";
    assert_eq!(site.number(tests), 3);
    assert!(alice.get(PAGE).words().contains("A post ·"));

    receiver.answers("/a", &[SILENCE]);
    alice.press(&format!("{PAGE}/1/test"));
    receiver.wait("/a", 25);
    for _ in 0..3 {
        alice.press(&format!("{PAGE}/1/test"));
    }
    let old = site.number(&format!(
        "{} and state = 'failed'",
        tests.replace("count(*)", "max(id)")
    ));
    let again = alice.post(&format!("{PAGE}/1/{old}/resend"), &[]);
    assert_eq!(again.status, 404, "{}", again.words());
    assert_eq!(in_state(&site, "waiting"), 1);
}

#[test]
fn tests_take_no_place_of_posts_that_wait() {
    let (site, receiver) = sending();
    let alice = site.member("alice");
    receiver.answers("/a", &[&answer("500 Internal Server Error", "")]);
    make(&alice, &receiver.url("/a"), "feed");
    for n in 0..100 {
        alice.write(&n.to_string());
    }
    eventually("all are there", || in_state(&site, "waiting") == 100);
    alice.press(&format!("{PAGE}/1/test"));
    eventually("the test failed", || in_state(&site, "failed") == 1);
    assert_eq!(in_state(&site, "waiting"), 100);
}
