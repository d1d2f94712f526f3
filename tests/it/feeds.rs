use crate::site::{FRAGMENT, Site, between};

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
        if !page.has("rel=\"next\"") {
            break;
        }
        path = between(&page.text, "rel=\"next\" href=\"", "\"").to_owned();
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
