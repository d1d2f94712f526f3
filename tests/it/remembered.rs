//! Home pages that are shown again. A debug build compares each of them with one that is drawn anew and panics if they
//! differ, so the tests here also watch that nothing outdated is shown.

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use crate::harness::{Person, Site, between};

/// The number of acts in the random history.
const ACTS: usize = 200;

/// Returns the idempotency key of the forms, which a page that is shown again has in common with the one before.
fn key(person: &Person) -> String {
    let page = person.get("/");
    between(&page.text, "name=\"form_key\" value=\"", "\"").to_owned()
}

#[test]
fn a_home_page_is_shown_again_until_it_changes() {
    let site = Site::start();
    let (alice, bob, carol) = (
        site.member("alice"),
        site.member("bob"),
        site.member("carol"),
    );
    alice.follow(&bob);
    let post = bob.write("first");
    let first = key(&alice);
    assert_eq!(key(&alice), first, "nothing happened");
    carol.write("not for alice");
    assert_eq!(key(&alice), first, "somebody else's post");

    let mut last = first;
    let mut changes = |what: &str| {
        let next = key(&alice);
        assert_ne!(next, last, "{what}");
        assert_eq!(key(&alice), next, "{what}, once more");
        last = next;
    };
    bob.write("second");
    changes("a friend's post");
    carol.comment(&post, "hello");
    changes("a comment on a post of the page");
    alice.comment(&post, "hello, too");
    changes("an own comment: the next form is a new one");
    carol.write("for @alice");
    changes("a mention, which is counted");
    alice.post("/theme", &[("theme", "dark"), ("next", "/")]);
    changes("another theme");
}

#[test]
fn a_change_by_a_command_is_shown_at_once() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    alice.follow(&bob);
    bob.write("soon gone");
    assert!(alice.get("/").has("soon gone"));
    site.command(&["user", "suspend", "bob"]);
    assert!(!alice.get("/").has("soon gone"));
}

#[test]
fn a_program_gets_the_same_river_and_its_tag_until_it_changes() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    alice.follow(&bob);
    for n in 0..5 {
        bob.write(&format!("{n}: {}", "the same words ".repeat(30)));
    }
    let feed = alice.get("/api/v1/feed");
    let tag = feed.header("etag").expect("a tag").to_owned();
    let again = |tag: &str| alice.get_with("/api/v1/feed", &[("If-None-Match", tag)]);
    assert_eq!(again(&tag).status, 304);
    bob.write("new");
    let changed = again(&tag);
    assert!(changed.status == 200 && changed.has("new"));
}

/// Every page is right after every act, of whatever kind. The comparison in the server is the test.
#[test]
fn no_history_leaves_an_outdated_page() {
    let site = Site::start();
    let people = ["ann", "bob", "cat", "dan"].map(|name| site.member(name));
    let mut posts = vec![people[0].write("the first")];
    let mut comments = vec![people[0].comment(&posts[0], "the first")];
    let mut liked = Vec::new();
    let mut runner = TestRunner::deterministic();
    let acts = (0..17_u32, 0..4_usize, 0..4_usize, 0..6_usize);
    for n in 0..ACTS {
        let act = acts.new_tree(&mut runner).expect("a value").current();
        let (kind, who, whom, back) = act;
        let (mut one, other) = (&people[who], people[whom].name.as_str());
        // Likes are given and taken back on two posts alone, so that they meet.
        let recent = if matches!(kind, 5 | 6) {
            back % 2
        } else {
            back
        };
        let post = posts[posts.len().saturating_sub(1 + recent)].clone();
        let comment = comments[comments.len().saturating_sub(1 + back)].clone();
        match kind {
            0 | 1 => {
                posts.push(one.write(&format!("post {n} for @{other}")));
            }
            2..=4 => {
                let page = one.post(
                    &format!("/post/{post}/comment"),
                    &[("comment", &format!("comment {n}, @{other}"))],
                );
                if let Some((_, id)) = page.header("location").and_then(|at| at.rsplit_once('-')) {
                    comments.push(id.to_owned());
                }
            }
            _ => {
                let (path, text) = match kind {
                    5 => {
                        liked.push((one, post.clone()));
                        (format!("/post/{post}/like"), "")
                    }
                    6 if let Some((who, post)) = liked.pop() => {
                        one = who;
                        (format!("/post/{post}/unlike"), "")
                    }
                    7 => (format!("/comment/{comment}/like"), ""),
                    8 => (format!("/post/{post}/edit"), "edited"),
                    9 => (format!("/comment/{comment}/edit"), "edited"),
                    10 => (format!("/post/{post}/delete"), ""),
                    11 => (format!("/post/{post}/undelete"), ""),
                    12 => (format!("/comment/{comment}/delete"), ""),
                    13 => (format!("/unfollow/{other}"), ""),
                    14 if back == 0 => (format!("/block/{other}"), ""),
                    14 => (format!("/unblock/{other}"), ""),
                    15 => (format!("/mute/{other}"), ""),
                    _ => (format!("/follow/{other}"), ""),
                };
                one.post(&path, &[("message", text), ("comment", text)]);
            }
        }
        for person in &people {
            for path in ["/", "/api/v1/feed"] {
                let page = person.get(path);
                assert_eq!(page.status, 200, "after {act:?}, {path}");
            }
        }
    }
    assert!(posts.len() > 10 && comments.len() > 5, "it is a history");
}
