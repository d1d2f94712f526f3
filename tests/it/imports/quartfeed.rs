//! Archives of QuartFeed itself, from one site into another.

use std::fs;

use super::{import, posts, texts};
use crate::harness::{Site, images};

/// Returns the archive of alice.
fn export(site: &Site) -> Vec<u8> {
    let file = site.directory().join("alice.zip");
    let path = file.to_str().expect("UTF-8");
    let said = site.command(&["export", path, "--user", "alice"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    let archive = fs::read(&file).expect("a file");
    fs::remove_file(&file).expect("it is there");
    archive
}

#[test]
fn posts_move_to_another_site_with_their_dates_and_pictures() {
    let old = Site::start();
    let (alice, bob) = old.friends();
    alice.write("first #tag @bob");
    let post = alice.write("with a picture");
    images::put_into(&old, &alice, &post);
    bob.follow(&alice);
    alice.post("/post", &[("message", "only for bob"), ("to", "@bob")]);
    let archive = export(&old);
    let new = Site::start();
    new.member("bob");
    new.member("alice");
    let report = import(&new, &archive);
    assert!(report.contains("2 posts imported"), "{report}");
    assert!(report.contains("left out: 1 post to certain"), "{report}");
    assert_eq!(texts(&new, "bob"), ["with a picture", "first #tag @bob"]);
    assert_eq!(
        posts(&new, "bob")[1]["created_at"],
        posts(&old, "bob")[1]["created_at"]
    );
    assert!(!new.is_stored("only for bob"));
    assert_eq!(new.count("mentions"), 0, "nobody here is meant");
    assert!(import(&new, &archive).contains("2 posts already here"));
    let home = import(&old, &archive);
    assert!(
        home.contains("0 posts imported\n2 posts already here"),
        "{home}"
    );
}

#[test]
fn a_post_that_is_too_long_here_comes_in_parts() {
    let old = Site::start();
    let alice = old.member("alice");
    let long = format!("{}end", "words ".repeat(300));
    alice.write(&long);
    let archive = export(&old);
    let new = Site::start();
    new.member("alice");
    let file = new.directory().join("quartfeed.toml");
    fs::write(&file, "[limits]\npost_chars = 500\n").expect("written");
    let report = import(&new, &archive);
    assert!(
        report.contains("1 post too long for one post here"),
        "{report}"
    );
    assert_eq!(
        texts(&new, "alice").join(" "),
        long.split_whitespace().collect::<Vec<_>>().join(" ")
    );
}
