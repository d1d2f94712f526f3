//! Private people, and requests to follow them.

use crate::harness::Site;

#[test]
fn a_private_person_is_hidden_until_a_request_is_accepted() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bob.go_private();
    let post = bob.write("among friends");
    let mut bobs = bob.listen();
    alice.press("/follow/bob");
    let told = bobs.expect("notification");
    assert_eq!(told.data["unread"], 1);
    assert!(
        bob.get("/notifications")
            .words()
            .contains("alice asked to follow you")
    );
    let profile = alice.get("/user/bob");
    assert!(profile.has(">Requested<") && profile.words().contains("This account is private"));
    for path in [
        "/user/bob/activity",
        "/user/bob/followers",
        "/user/bob/following",
        "/everything",
        "/",
    ] {
        assert!(!alice.get(path).has("among friends"), "{path}");
    }
    assert_eq!(alice.read(&post).status, 404);
    assert_eq!(
        alice
            .post(&format!("/post/{post}/comment"), &[("comment", "hi")])
            .status,
        404
    );
    assert_eq!(alice.post(&format!("/post/{post}/like"), &[]).status, 404);
}

#[test]
fn a_request_to_follow_is_refused_withdrawn_or_accepted() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bob.go_private();
    let post = bob.write("among friends");
    alice.press("/follow/bob");
    // The request is refused, repeated, withdrawn, repeated and accepted.
    bob.press("/requests/alice/refuse");
    assert!(alice.get("/user/bob").has(">Follow<"));
    alice.press("/follow/bob");
    alice.press("/unfollow/bob");
    assert!(!bob.get("/requests").has("alice"));
    assert_eq!(
        bob.post("/requests/alice/accept", &[]).status,
        404,
        "nobody asks"
    );
    alice.press("/follow/bob");
    let mut alices = alice.listen();
    bob.press("/requests/alice/accept");
    alices.expect("reset");
    assert_eq!(alices.expect("notification").data["unread"], 1);
    assert!(
        alice
            .get("/notifications")
            .words()
            .contains("bob accepted your follow request")
    );
    assert_eq!(alice.get("/").posts(), [post.as_str()]);
    assert_eq!(alice.read(&post).status, 200);

    // The follower is removed again.
    bob.press("/remove-follower/alice");
    alices.expect("reset");
    assert_eq!(alice.read(&post).status, 404);
}

#[test]
fn becoming_public_accepts_all_requests() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bob.go_private();
    let post = bob.write("among friends");
    alice.press("/follow/bob");
    assert!(alice.get("/").posts().is_empty());
    bob.press("/settings/privacy");
    assert_eq!(alice.get("/").posts(), [post.as_str()]);
}
