//! Streams that end, and the limits of their number.

use std::time::Duration;

use crate::harness::{Site, eventually};

#[test]
fn signing_out_ends_the_streams_of_that_session_only() {
    let site = Site::start();
    let alice = site.member("alice");
    let other_browser = site.visitor();
    other_browser.sign_in("alice");
    let (mut ended, mut stays) = (alice.listen(), other_browser.listen());
    alice.post("/logout", &[]);
    ended.expect_sign_out();
    assert!(ended.next().is_none());
    let id = other_browser.write("still here");
    assert_eq!(stays.expect("post").data["post_id"], id.as_str());
    assert_eq!(alice.listen().status(), "401");
}

#[test]
fn a_stream_ends_when_its_session_expires() {
    let site = Site::start();
    let alice = site.member("alice");
    let mut stream = alice.listen();
    site.pass(Duration::from_hours(25));
    stream.expect_sign_out();
}

#[test]
fn one_stream_too_many_ends_the_oldest() {
    let site = Site::with(|config| config.limits.streams_per_user = 2);
    let alice = site.member("alice");
    let (mut first, mut second) = (alice.listen(), alice.listen());
    let mut third = alice.listen();
    assert_eq!(first.expect("bye").data["reason"], "too_many");
    alice.write("hi");
    second.expect("post");
    third.expect("post");
}

#[test]
fn a_reader_over_the_stream_limit_is_asked_to_come_back_later() {
    let site = Site::with(|config| config.limits.streams = 1);
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let mut stream = alice.listen();
    let mut refused = bob.listen();
    assert_eq!((refused.status(), refused.retry), ("200", Some(30_000)));
    // Some clients keep the time of a block with data only.
    let (name, data) = refused.beginning.clone().expect("a block");
    assert_eq!(name, "bye");
    assert!(data.expect("data").contains("\"full\""));
    assert!(refused.next().is_none());
    alice.write("hi");
    stream.expect("post");
    drop(stream);
    eventually("the place is free again", || site.server().streams() == 0);
    assert_eq!(bob.listen().retry, Some(3_000));
}

#[test]
fn a_disconnected_reader_is_noticed_at_once() {
    let site = Site::start();
    let alice = site.member("alice");
    let streams: Vec<_> = (0..5).map(|_| alice.listen()).collect();
    eventually("all are there", || site.server().streams() == 5);
    drop(streams);
    eventually("all are gone", || site.server().streams() == 0);
}

#[test]
fn a_reader_who_does_not_read_costs_the_others_nothing() {
    let site = Site::with(|config| config.limits.stream_buffer_bytes = 4_096);
    let (alice, bob) = site.friends();
    let mut reads = alice.listen();
    let asleep = alice.listen();
    eventually("both are there", || site.server().streams() == 2);
    let mut written = 0;
    while site.server().streams() == 2 {
        bob.write(&"x".repeat(3_000));
        reads.expect("post");
        written += 1;
        assert!(written < 2_000, "the reader who is asleep is never let go");
    }
    drop(asleep);
    bob.write("on we go");
    reads.expect("post");
}
