//! Likes, bookmarks and people of an archive of Mastodon: nothing is fetched, so only what is here comes in.

use std::fs;

use super::{import, run, settings, zip};
use crate::harness::Site;

const LIST: &str = "Account address,Show boosts,Notify on new posts,Languages\r\n\
                    bob@social.example,true,false,\r\ncarol@other.example,true,false,\r\n\
                    nobody@other.example,true,false,\r\nno-name@other.example,true,false,\r\n";

/// Returns an archive of two posts with lists beside them.
fn archive() -> Vec<u8> {
    let item = |n: u32| {
        format!(
            "{{\"type\":\"Create\",\"object\":{{\"id\":\"https://social.example/{n}\",\
             \"published\":\"2020-01-01T00:00:00Z\",\"to\":\"as:Public\",\"content\":\"post {n}\"}}}}"
        )
    };
    let outbox = format!("{{\"orderedItems\":[{},{}]}}", item(1), item(2));
    let likes = "{\"orderedItems\":[\"https://social.example/1\",\"https://other.example/like\"]}";
    let bookmarks = "{\"orderedItems\":[\"https://social.example/2\",\"https://other.example/a\",\
                     \"https://other.example/b\"]}";
    zip(&[
        ("outbox.json", outbox.as_bytes()),
        ("likes.json", likes.as_bytes()),
        ("bookmarks.json", bookmarks.as_bytes()),
        ("following_accounts.csv", LIST.as_bytes()),
    ])
}

#[test]
fn bookmarks_of_own_posts_are_saved_and_the_rest_is_listed() {
    let site = Site::start();
    let alice = site.member("alice");
    site.member("bob");
    let list = site.directory().join("list");
    let path = list.to_str().expect("UTF-8");
    let said = run(&site, &archive(), &["--elsewhere", path]);
    assert_eq!(
        said.out,
        "an archive of Mastodon\n2 posts imported\n1 bookmark of one's own posts saved\n\
         left out: 1 like of a post on another site\n\
         left out: 1 like of one's own post, which this site does not have\n\
         left out: 2 bookmarks of posts on other sites\n\
         left out: 3 people followed there who are not here by those names\n",
        "{}",
        said.err
    );
    let lines = fs::read_to_string(&list).expect("it was written");
    fs::remove_file(&list).expect("it is there");
    let addresses: Vec<_> = lines
        .lines()
        .filter_map(|line| line.split('\t').nth(1))
        .collect();
    assert_eq!(
        addresses,
        [
            "https://other.example/a",
            "https://other.example/b",
            "https://other.example/like",
            "carol@other.example",
            "nobody@other.example",
            "no-name@other.example"
        ]
    );
    assert!(alice.get("/saved").has("post 2") && !alice.get("/saved").has("post 1"));
    assert_eq!(site.count("follows where user_id = 1"), 0, "nobody said so");
    let again = import(&site, &archive());
    assert!(
        again.contains("2 posts already here\n1 bookmark"),
        "{again}"
    );
    assert_eq!(site.count("saves"), 1);
}

#[test]
fn people_of_the_same_names_are_followed_if_that_is_wanted() {
    let site = Site::start();
    let alice = site.member("alice");
    let (bob, carol) = (site.member("bob"), site.member("carol"));
    carol.go_private();
    let dry = run(&site, &archive(), &["--dry-run"]);
    assert!(
        dry.out
            .contains("2 people here by the same name: bob, carol\n"),
        "{}",
        dry.out
    );
    settings::bring(&alice, LIST.as_bytes());
    let page = settings::wait_for(&alice, "What would come in");
    assert!(page.has("name=\"follow\"") && page.has("href=\"/user/bob\""));
    let archive = crate::harness::between(&page.text, "name=\"archive\" value=\"", "\"");
    alice.post(
        "/settings/import/start",
        &[("archive", archive), ("follow", "1")],
    );
    let page = settings::wait_for(&alice, "Your posts are here");
    assert!(
        page.words().contains("2 people followed: bob, carol"),
        "{}",
        page.words()
    );
    let list = alice.get("/settings/import/elsewhere.txt");
    assert!(list.has("\tnobody@other.example\n"), "{}", list.text);
    assert!(bob.get("/user/bob/followers").has("alice"));
    assert!(carol.get("/requests").has("alice"), "she is asked");
}
