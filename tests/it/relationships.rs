//! Following and what it changes at once.

use crate::harness::{FRAGMENT, Site};

#[test]
fn following_acts_on_the_whole_river_at_once() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let old = bob.write("before");
    assert!(alice.get("/").posts().is_empty());
    alice.follow(&bob);
    assert_eq!(alice.get("/").posts(), [old.as_str()]);
    assert!(
        alice.get("/user/bob").has("1 follower · 0 following")
            && alice.get("/user/bob").has("Unfollow")
    );
    assert_eq!(alice.post("/unfollow/bob", &[]).status, 303);
    assert!(alice.get("/").posts().is_empty());
}

#[test]
fn following_twice_is_following_once() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    for _ in 0..2 {
        let answer = alice.post("/follow/BOB", &[]);
        assert_eq!((answer.status, answer.location()), (303, "/user/bob"));
    }
    assert!(bob.get("/user/bob").has("1 follower · 0 following"));
    for _ in 0..2 {
        assert_eq!(alice.post("/unfollow/bob", &[]).status, 303);
    }
    assert!(bob.get("/user/bob").has("0 followers · 0 following"));
}

#[test]
fn nobody_follows_themselves_or_nobody() {
    let site = Site::start();
    let alice = site.member("alice");
    assert_eq!(alice.post("/follow/alice", &[]).status, 403);
    assert_eq!(alice.post("/follow/nobody", &[]).status, 404);
    assert_eq!(alice.post("/follow/al%20ice", &[]).status, 404);
    assert!(!alice.get("/user/alice").has("action=\"/follow/"));
}

#[test]
fn a_script_gets_the_button_that_fits_now() {
    let site = Site::start();
    let (alice, _bob) = (site.member("alice"), site.member("bob"));
    let button = alice.post_with("/follow/bob", &[("next", "/")], &[("Accept", FRAGMENT)]);
    assert_eq!(button.status, 200);
    assert!(
        button.text.starts_with("<form id=\"follow-bob\"")
            && button.has("action=\"/unfollow/bob\"")
            && button.has(">Unfollow")
    );
}

#[test]
fn newcomers_are_shown_to_each_other() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    assert!(alice.get("/").has("action=\"/follow/bob\""));
    alice.follow(&bob);
    assert!(!alice.get("/").has("action=\"/follow/bob\""));
}
