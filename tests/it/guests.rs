//! Pages as guests see them.

use quartfeed::config::Visibility;

use crate::harness::Site;

fn public(guest_reads: u32) -> Site {
    Site::with(|config| {
        config.site.visibility = Visibility::Public;
        config.site.guest_reads = guest_reads;
    })
}

#[test]
fn a_site_for_members_shows_guests_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    let post = alice.write("for members");
    let guest = site.visitor();
    for path in ["/user/alice", &format!("/post/{post}"), "/user/nobody"] {
        let answer = guest.get(path);
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.location().starts_with("/login?next="), "{path}");
    }
    assert!(!guest.get("/").has("for members"));
}

#[test]
fn a_public_site_shows_public_people_and_posts() {
    let site = public(0);
    let (alice, bob) = site.friends();
    let post = bob.write("hello world");
    alice.comment(&post, "hello bob");
    alice.like(&post);
    let guest = site.visitor();
    for page in [guest.get("/"), guest.get("/user/bob"), guest.read(&post)] {
        let words = page.words_of(&post);
        assert!(
            words.contains("hello world") && words.contains("alice liked this"),
            "{words}"
        );
    }
    let page = guest.read(&post);
    assert!(page.words().contains("hello bob"));
    // A guest is offered nothing that needs an account.
    for button in [
        "/like\"",
        "Write a comment",
        "/follow/",
        "Stop notifications",
    ] {
        assert!(!page.has(button), "{button}");
    }
    for path in [
        "/user/bob/activity",
        "/user/alice/following",
        "/user/bob/followers",
    ] {
        assert_eq!(guest.get(path).status, 200, "{path}");
    }
    for path in [
        "/everything",
        "/people",
        "/sse",
        "/notifications",
        "/settings",
        "/feed",
    ] {
        assert_ne!(guest.get(path).status, 200, "{path}");
    }
    let like = guest.post(&format!("/post/{post}/like"), &[]);
    assert_eq!(like.status, 303, "to sign in");
    assert!(like.location().starts_with("/login"));
    assert!(alice.read(&post).words().contains("You liked this"));
}

#[test]
fn private_people_are_not_for_guests() {
    let site = public(0);
    let (alice, bob) = site.friends();
    let (open, closed) = (bob.write("an open word"), alice.write("among us"));
    alice.like(&open);
    alice.go_private();
    let guest = site.visitor();
    assert_eq!(guest.read(&closed).status, 404);
    for path in [
        "/user/alice",
        "/user/alice/activity",
        "/user/alice/followers",
    ] {
        assert_eq!(guest.get(path).status, 404, "{path}");
    }
    assert!(!guest.get("/").has("among us"));
    assert!(!guest.get("/user/bob/followers").has("alice"));
    assert!(
        !guest.read(&open).words().contains("liked this"),
        "her likes are private too"
    );
    assert!(bob.read(&open).words().contains("alice liked this"));
}

#[test]
fn a_guest_reads_so_many_posts_and_is_then_asked_to_sign_in() {
    let site = public(2);
    let alice = site.member("alice");
    let [one, two, three] = ["one", "two", "three"].map(|text| alice.write(text));
    let guest = site.visitor();
    for post in [&one, &two, &one, &two] {
        assert_eq!(guest.read(post).status, 200);
    }
    let refused = guest.read(&three);
    assert_eq!(refused.status, 403);
    assert!(
        refused
            .words()
            .contains("You have read 2 posts as a guest. Sign in or register to keep reading."),
        "{}",
        refused.words()
    );
    assert!(refused.has("href=\"/login"), "and can do so here");
    assert!(!refused.has(">three<"));
    assert_eq!(
        guest.read(&one).status,
        200,
        "what was read can be read again"
    );
    assert_eq!(alice.read(&three).status, 200, "members read on");
}
