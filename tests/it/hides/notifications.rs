//! Notifications of somebody who hides things.

use std::time::Duration;

use crate::harness::{Person, Site};

/// Returns the number of unread notifications, which the list and its count must agree on.
fn unread(person: &Person) -> u64 {
    let list = person.get("/api/v1/notifications").json();
    let count = list["unread"].as_u64().expect("a number");
    let listed = list["notifications"].as_array().expect("a list").len();
    assert_eq!(count, listed as u64, "{list}");
    count
}

#[test]
fn a_post_that_is_hidden_everywhere_makes_no_notification() {
    let site = Site::start();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
    let post = bob.write("a spoiler for @alice #news");
    alice.comment(&post, "oh");
    carol.comment(&post, "well");
    assert_eq!(unread(&alice), 2, "a mention and a comment");
    for (kind, value) in [
        ("words", "spoiler"),
        ("tag", "news"),
        ("post", post.as_str()),
        ("user", "bob"),
    ] {
        alice.hide(kind, value, "2h", "home");
        assert_eq!(unread(&alice), 2, "{kind} at home");
        alice.hide(kind, value, "2h", "everywhere");
        assert_eq!(unread(&alice), 0, "{kind}");
        assert!(!alice.get("/notifications").has("spoiler"), "{kind}");
        site.pass(Duration::from_hours(2));
        assert_eq!(unread(&alice), 2, "{kind} has ended");
    }
}

#[test]
fn acts_of_a_person_who_is_hidden_everywhere_are_no_news() {
    let site = Site::start();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
    let post = alice.write("mine");
    bob.comment(&post, "by bob");
    bob.like(&post);
    bob.follow(&alice);
    assert_eq!(unread(&alice), 3);
    alice.hide("user", "bob", "ever", "everywhere");
    assert_eq!(unread(&alice), 0);
    carol.comment(&post, "by carol");
    carol.like(&post);
    assert_eq!(unread(&alice), 2);
    let words = alice.get("/notifications").words();
    assert!(words.contains("carol") && !words.contains("bob"), "{words}");
    alice.unhide("user", "bob");
    assert_eq!(unread(&alice), 3);
}

#[test]
fn a_count_of_many_goes_on_behind_those_that_are_hidden() {
    let site = Site::start();
    let [alice, bob] = ["alice", "bob"].map(|name| site.member(name));
    for n in 0..3 {
        bob.write(&format!("good {n} @alice"));
    }
    for n in 0..30 {
        bob.write(&format!("spoiler {n} @alice"));
    }
    alice.hide("words", "spoiler", "ever", "everywhere");
    assert_eq!(unread(&alice), 3);
    let first = alice.get("/api/v1/notifications?limit=2").json();
    assert_eq!(
        first["notifications"].as_array().map(Vec::len),
        Some(0),
        "after six reads"
    );
    let (mut seen, mut next) = (0, first["next"].clone());
    while let Some(cursor) = next.as_str() {
        let page = alice
            .get(&format!("/api/v1/notifications?limit=2&before={cursor}"))
            .json();
        seen += page["notifications"].as_array().map_or(0, Vec::len);
        next = page["next"].clone();
    }
    assert_eq!(seen, 3);
}

#[test]
fn open_pages_hear_no_count_of_what_is_hidden() {
    let site = Site::start();
    let [alice, bob] = ["alice", "bob"].map(|name| site.member(name));
    alice.hide("words", "spoiler", "ever", "everywhere");
    let mut stream = alice.listen();
    bob.write("a spoiler for @alice");
    assert_eq!(stream.expect("notification").data["unread"], 0);
    bob.write("hello @alice");
    assert_eq!(stream.expect("notification").data["unread"], 1);
}
