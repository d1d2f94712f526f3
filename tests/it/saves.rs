//! Saved posts: a private list of each member.

use quartfeed::store::personal;

use crate::harness::{Export, FRAGMENT, Person, Site, all_between};

/// Returns the posts on a page, from the top.
fn posts(person: &Person, path: &str) -> Vec<String> {
    let page = person.get(path);
    assert_eq!(page.status, 200, "{path}: {}", page.text);
    let ids = all_between(&page.text, "data-post-id=\"", "\"");
    ids.into_iter().map(str::to_owned).collect()
}

/// Returns the posts that the API lists.
fn listed(person: &Person, path: &str) -> Vec<String> {
    let page = person.get(path).json();
    let posts = page["posts"].as_array().expect("a list").clone();
    let ids = posts.iter().map(|post| post["id"].as_str().expect("an id"));
    ids.map(str::to_owned).collect()
}

fn save(person: &Person, post: &str) {
    person.press(&format!("/post/{post}/save"));
}

#[test]
fn saved_posts_are_listed_for_their_member_alone_the_last_saved_first() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (old, new) = (bob.write("old words"), bob.write("new words"));
    assert!(alice.get("/saved").words().contains("Nothing saved yet"));
    save(&alice, &new);
    save(&alice, &old);
    save(&alice, &new);
    let expected = [old.clone(), new.clone()];
    assert_eq!(posts(&alice, "/saved"), expected);
    assert_eq!(listed(&alice, "/api/v1/saved"), expected);
    assert_eq!(posts(&bob, "/saved"), [""; 0]);
    assert!(!alice.get("/saved").has("Back to the newest posts"));
    for _ in 0..2 {
        alice.press(&format!("/post/{old}/unsave"));
        assert_eq!(posts(&alice, "/saved"), [new.as_str()]);
    }
    // What was removed and is saved again is the last saved one.
    save(&alice, &old);
    assert_eq!(posts(&alice, "/saved"), expected);
    assert_eq!(site.visitor().get("/saved").status, 303);
}

#[test]
fn the_button_shows_to_each_member_what_they_saved() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("words");
    let (pressed, action) = (
        "aria-pressed=\"true\" aria-label=\"Save this post\"",
        format!("/post/{post}/unsave"),
    );
    assert!(!alice.get("/").has(pressed));
    let answer = alice.post_with(&format!("/post/{post}/save"), &[], &[("Accept", FRAGMENT)]);
    assert!(answer.text.starts_with("<article") && answer.has(&action));
    let gzip = [("Accept-Encoding", "gzip")];
    assert!(alice.get("/").has(pressed) && alice.get("/").has(&action));
    assert_eq!(alice.get_with("/", &gzip).status, 200, "a remembered page");
    assert!(!bob.get("/").has(pressed));
    // A post that comes back to open pages looks different to those who saved it.
    let (mut alices, mut bobs) = (alice.listen(), bob.listen());
    bob.press(&format!("/post/{post}/delete"));
    bob.press(&format!("/post/{post}/undelete"));
    for (stream, is_saved) in [(&mut alices, true), (&mut bobs, false)] {
        let event = loop {
            let event = stream.next().expect("the post comes back");
            if event.name == "post" {
                break event;
            }
        };
        assert_eq!(event.html().contains(&action), is_saved);
    }
}

#[test]
fn a_saved_post_comes_and_goes_with_the_permission_to_see_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("words");
    save(&alice, &post);
    for (hide, show) in [
        (
            format!("/post/{post}/delete"),
            format!("/post/{post}/undelete"),
        ),
        ("/block/alice".to_owned(), "/unblock/alice".to_owned()),
    ] {
        bob.press(&hide);
        assert_eq!(posts(&alice, "/saved"), [""; 0], "{hide}");
        assert_eq!(listed(&alice, "/api/v1/saved"), [""; 0], "{hide}");
        assert_eq!(alice.post(&format!("/post/{post}/save"), &[]).status, 404);
        bob.press(&show);
        assert_eq!(posts(&alice, "/saved"), [post.as_str()], "{show}");
    }
    // A muted person is not read, but what was saved of them is.
    alice.press("/mute/bob");
    assert_eq!(posts(&alice, "/saved"), [post.as_str()]);
}

#[test]
fn many_saved_posts_have_pages() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let (alice, bob) = site.friends();
    let written: Vec<String> = (0..5).map(|n| bob.write(&format!("post {n}"))).collect();
    for post in &written {
        save(&alice, post);
    }
    let seen: Vec<String> = alice
        .pages("/saved")
        .flat_map(|page| {
            let ids = all_between(&page.text, "data-post-id=\"", "\"").into_iter();
            ids.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let expected: Vec<String> = written.iter().rev().cloned().collect();
    assert_eq!(seen, expected);
    let next = alice.get("/api/v1/saved").json()["next"].clone();
    let next = next.as_str().expect("there are more");
    let second = listed(&alice, &format!("/api/v1/saved?before={next}"));
    assert_eq!(second, expected[2..4]);
}

#[test]
fn saved_posts_are_in_the_download_and_go_with_their_member() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("words to keep");
    save(&alice, &post);
    let export = Export::of(&alice);
    let saved = &export.data()["saved_posts"][0];
    assert_eq!(saved["post"]["id"], post.as_str());
    assert!(saved["saved_at"].is_string());
    assert!(personal::exported().any(|part| part.name() == "saved_posts"));
    assert!(
        Export::of(&bob).data()["saved_posts"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
    site.forget(&alice);
    assert_eq!(site.count("saves"), 0);
    let again = site.member("carol");
    save(&again, &post);
    let bob = site.visitor();
    bob.sign_in("bob");
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!(posts(&again, "/saved"), [""; 0]);
}
