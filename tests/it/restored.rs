//! A database that was put back from a copy: its event log begins another life.

use std::{fs, path::Path};

use crate::harness::Site;

/// Runs a site whose file is replaced, and checks that pages from before the loss load again.
fn lose_three_posts(put_back: impl FnOnce(&Path, &Path)) {
    let mut site = Site::start();
    let alice = site.member("alice");
    alice.write("kept");
    let database = site.database();
    let copy = database.with_extension("copy");
    site.restart_after(|_| {
        fs::copy(&database, &copy).expect("a copy");
    });
    for text in ["lost", "lost as well", "all of them"] {
        alice.write(text);
    }
    let last = alice.listen().last_id;
    site.restart_after(|_| put_back(&copy, &database));
    assert!(site.log().contains("put back or moved"), "{}", site.log());
    for n in 0..5 {
        alice.write(&format!("new {n}"));
    }
    let mut stream = alice.listen_at(&format!("/sse?after={last}"), &[]);
    let reset = stream.expect("reset");
    let epoch = |id: &str| id.split('-').next().map(str::to_owned);
    assert_ne!(epoch(&reset.id), epoch(&last));
    site.restart();
    assert_eq!(site.log().matches("put back or moved").count(), 1);
}

#[test]
fn a_copy_in_place_of_the_file_has_a_new_epoch() {
    lose_three_posts(|copy, database| {
        fs::rename(copy, database).expect("it is put back");
    });
}

#[test]
fn a_copy_over_the_file_has_a_new_epoch() {
    lose_three_posts(|copy, database| {
        let bytes = fs::read(copy).expect("a copy");
        fs::write(database, bytes).expect("it is put back");
    });
}

#[test]
fn a_file_that_was_only_closed_keeps_its_epoch() {
    let mut site = Site::start();
    let alice = site.member("alice");
    alice.write("one");
    let last = alice.listen().last_id;
    site.restart();
    let id = alice.write("two");
    let mut stream = alice.listen_at(&format!("/sse?after={last}"), &[]);
    assert_eq!(stream.expect("post").data["post_id"], id.as_str());
    assert!(!site.log().contains("put back"));
}
