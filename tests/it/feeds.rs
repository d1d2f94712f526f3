//! The lists of posts: the river, everything, discussions, and their pages.

use crate::harness::{FRAGMENT, Site, between};

#[test]
fn a_stranger_is_welcomed_and_sees_no_posts() {
    let site = Site::start();
    let alice = site.member("alice");
    alice.write("for members");
    let page = site.visitor().get("/");
    assert_eq!(page.status, 200);
    assert!(page.has("/login") && page.has("/register") && !page.has("for members"));
    let id = &alice.get("/").posts()[0];
    assert_eq!(
        site.visitor()
            .get(&format!("/post/{id}/for-members"))
            .status,
        303
    );
}

#[test]
fn an_empty_river_says_what_would_be_here() {
    let site = Site::start();
    let page = site.member("alice").get("/");
    assert!(page.has("Nothing in your feed yet — follow some people or write your first post."));
}

#[test]
fn the_river_holds_ones_own_posts_and_those_of_friends_newest_first() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let first = bob.write("1");
    let second = alice.write("2");
    carol.write("not for alice");
    let third = bob.write("3");
    assert_eq!(alice.get("/").posts(), [third.as_str(), &second, &first]);
    assert_eq!(bob.get("/").posts(), [third.as_str(), &first]);
}

#[test]
fn a_reader_pages_through_everything_once_while_things_move() {
    let site = Site::with(|config| config.feed.page_size = 3);
    let (alice, bob) = site.friends();
    let mut written: Vec<String> = (0..8).map(|n| bob.write(&format!("post {n}"))).collect();
    written.reverse();
    let (mut seen, mut path) = (Vec::new(), "/".to_owned());
    loop {
        let page = alice.get(&path);
        seen.extend(page.posts());
        bob.write("in between");
        let Some(next) = page.next_page() else {
            break;
        };
        path = next;
        let fragment = alice.get(between(&page.text, "data-fragment=\"", "\""));
        assert!(fragment.text.starts_with("<div class=\"river-page\""));
        assert_eq!(fragment.posts(), alice.get(&path).posts());
    }
    assert_eq!(seen, written);
}

#[test]
fn a_damaged_cursor_is_refused_with_words() {
    let site = Site::start();
    let alice = site.member("alice");
    for cursor in [
        "x",
        "-1",
        "zzzzzzzzzzzzz",
        "0000000000000000",
        "%00",
        "1'--",
    ] {
        let page = alice.get(&format!("/?before={cursor}"));
        assert_eq!(page.status, 400, "{cursor}");
        assert!(page.has("This link to older posts is damaged."));
    }
    assert_eq!(
        alice.get("/?before=0000000000001").status,
        200,
        "old, but a cursor"
    );
    assert_eq!(
        site.visitor()
            .get_with("/feed", &[("Accept", FRAGMENT)])
            .status,
        401
    );
}

#[test]
fn friends_bring_posts_of_strangers_with_the_reason() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let [carol, dave] = ["carol", "dave"].map(|name| site.member(name));
    alice.follow(&dave);
    let post = carol.write("from afar");
    let near = bob.write("from a friend");
    assert_eq!(alice.get("/").posts(), [near.as_str()]);
    bob.comment(&post, "look");
    let river = alice.get("/");
    assert_eq!(river.posts(), [post.as_str(), &near]);
    assert!(river.words_of(&post).contains("bob commented on this"));
    assert!(!river.words_of(&near).contains("this"));
    dave.like(&post);
    assert!(
        alice
            .get("/")
            .words_of(&post)
            .contains("via dave’s like and bob’s comment")
    );
    alice.like(&post);
    assert!(
        alice
            .get("/")
            .words_of(&post)
            .contains("via your like, dave’s like and 1 more")
    );
    alice.press("/unfollow/dave");
    assert!(
        alice
            .get("/")
            .words_of(&post)
            .contains("via your like and bob’s comment")
    );
    alice.press("/unfollow/bob");
    assert!(alice.get("/").words_of(&post).contains("You liked this"));
    alice.unlike(&post);
    assert!(alice.get("/").posts().is_empty());
    alice.follow(&carol);
    assert!(
        !alice.get("/").words_of(&post).contains("via"),
        "direct wins"
    );
}

#[test]
fn everything_and_discussions_are_lists_of_their_own() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let [alice, bob] = ["alice", "bob"].map(|name| site.member(name));
    assert!(alice.get("/everything").has("No posts yet."));
    assert!(alice.get("/discussions").has("Nothing yet."));
    let posts: Vec<_> = (0..3).map(|n| bob.write(&format!("post {n}"))).collect();
    let own = alice.write("mine");
    alice.comment(&posts[0], "hello");
    alice.like(&posts[2]);
    let all = |path: &str| {
        let (mut seen, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(path) = next {
            let page = alice.get(&path);
            seen.extend(page.posts());
            let fragment = alice.get_with(&path, &[("Accept", FRAGMENT)]);
            assert!(fragment.text.starts_with("<div class=\"river-page\""));
            assert_eq!(fragment.posts(), page.posts());
            next = page.next_page();
        }
        seen
    };
    assert_eq!(
        all("/everything"),
        [&own, &posts[2], &posts[1], &posts[0]].map(Clone::clone)
    );
    assert_eq!(
        all("/discussions"),
        [&posts[0], &own, &posts[2]].map(Clone::clone)
    );
    assert_eq!(
        all("/user/bob"),
        [&posts[2], &posts[1], &posts[0]].map(Clone::clone)
    );
    assert_eq!(
        all("/user/alice/activity"),
        [&posts[2], &posts[0]].map(Clone::clone)
    );
    assert!(
        bob.get("/user/bob/activity")
            .has("No comments or likes yet.")
    );
    for page in [
        "/everything",
        "/discussions",
        "/user/bob",
        "/user/alice/activity",
        "/people",
        "/user/bob/followers",
    ] {
        assert_eq!(alice.get(&format!("{page}?before=x")).status, 400, "{page}");
        assert_eq!(site.visitor().get(page).status, 303, "{page}");
        // A cursor of another list is accepted: it is only a place.
        assert_eq!(
            alice.get(&format!("{page}?before=0000000000001")).status,
            200,
            "{page}"
        );
    }
}

#[test]
fn an_empty_river_leads_somewhere() {
    let site = Site::start();
    let alice = site.member("alice");
    let bob = site.member("bob");
    let page = alice.get("/");
    for link in ["/people", "/everything", "/profile/edit", "/user/bob"] {
        assert!(page.has(&format!("href=\"{link}\"")), "{link}");
    }
    assert!(page.has("action=\"/follow/bob\""));
    bob.write("hello");
    alice.follow(&bob);
    assert!(!alice.get("/").has("First steps"));
}
