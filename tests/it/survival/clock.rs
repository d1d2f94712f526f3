//! A clock that is far wrong, or is set while the site runs.

use crate::harness::{DAY, HOUR, Person, Site};

/// A time far ahead: 2096.
const FAR_AHEAD: i64 = 4_000_000_000_000;

/// Asserts that a person is signed in and sees these posts in this order.
fn assert_sees(person: &Person, posts: &[String]) {
    let page = person.get("/everything");
    assert_eq!((page.status, page.posts()), (200, posts.to_vec()));
}

#[test]
fn a_clock_that_is_set_back_changes_no_order_and_signs_nobody_out() {
    let mut site = Site::start();
    let alice = site.member("alice");
    let beginning = site.now();
    let one = alice.write("one");
    let mut stream = alice.listen();
    // A machine without a clock starts at the epoch.
    site.set_clock(0);
    let two = alice.write("two");
    assert_sees(&alice, &[two.clone(), one.clone()]);
    assert_eq!(stream.expect("post").data["post_id"], two.as_str());
    drop(stream);
    site.restart();
    assert_sees(&alice, &[two.clone(), one.clone()]);
    let three = alice.write("three");
    assert_sees(&alice, &[three.clone(), two.clone(), one.clone()]);
    let bob = site.member("bob");
    assert_sees(&bob, &[three.clone(), two.clone(), one.clone()]);
    // Then the network sets it.
    site.set_clock(beginning);
    site.pass(HOUR);
    let four = alice.write("four");
    assert_sees(&alice, &[four, three, two, one]);
}

#[test]
fn a_clock_that_was_far_ahead_locks_nobody_out() {
    let site = Site::start();
    let alice = site.member("alice");
    let beginning = site.now();
    let one = alice.write("one");
    site.set_clock(FAR_AHEAD);
    // Everything is long over.
    assert_eq!(alice.get("/notifications").status, 303);
    let visitor = site.visitor();
    for n in 0..12 {
        visitor.log_in(&format!("nobody{n}"), "wrong horse");
    }
    let refused = visitor.log_in("alice", "wrong horse");
    assert_eq!(refused.status, 429);
    site.set_clock(beginning);
    visitor.sign_in("alice");
    let two = visitor.write("two");
    assert_sees(&visitor, &[two.clone(), one.clone()]);
    for _ in 0..3 {
        site.set_clock(FAR_AHEAD);
        assert_eq!(visitor.get("/healthz").status, 200);
        site.set_clock(beginning);
        site.pass(DAY);
        assert_eq!(visitor.get("/healthz").status, 200);
    }
    assert_eq!(visitor.get("/readyz").status, 200);
}
