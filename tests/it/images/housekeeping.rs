//! Images that are deleted, and the room that they give back.

use std::time::Duration;

use crate::harness::{
    Site, eventually,
    images::{get_full, keep, new_image, tidy, webp, write_with},
};

#[test]
fn an_image_stored_twice_takes_room_once_and_is_deleted_with_its_last_post() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let [hers, his] = [&alice, &bob].map(|owner| keep(&site, owner, &new_image(1, 100_000)));
    let post = write_with(&site, &alice, "mine", &[hers]);
    let other = write_with(&site, &bob, "mine too", &[his]);
    assert_eq!((site.count("images"), site.count("blobs")), (2, 3));
    alice.press(&format!("/post/{post}/delete"));
    site.pass(Duration::from_mins(11));
    tidy(&mut site);
    assert_eq!((site.count("images"), site.count("blobs")), (1, 3));
    assert!(get_full(&alice, his, &[]).bytes == webp(1, 100_000));
    bob.press(&format!("/post/{other}/delete"));
    site.pass(Duration::from_mins(11));
    tidy(&mut site);
    assert_eq!((site.count("images"), site.count("blobs")), (0, 0));
}

#[test]
fn unused_images_are_deleted_after_a_day_and_the_file_shrinks() {
    let mut site = Site::start();
    let bob = site.member("bob");
    for seed in 0..5 {
        keep(&site, &bob, &new_image(seed, 2_000_000));
    }
    let used = keep(&site, &bob, &new_image(9, 1_000));
    write_with(&site, &bob, "look", &[used]);
    site.restart();
    let bytes = |site: &Site| std::fs::metadata(site.database()).expect("the file").len();
    assert!(bytes(&site) > 10_000_000);
    site.pass(Duration::from_hours(23));
    tidy(&mut site);
    assert_eq!(site.count("images"), 6);
    site.pass(Duration::from_hours(1));
    tidy(&mut site);
    assert_eq!(site.count("images"), 1);
    eventually("the pages are given back", || {
        let free: i64 = site
            .file()
            .query_row("pragma freelist_count", [], |row| row.get(0))
            .expect("readable");
        free <= 1_024
    });
    site.restart();
    assert!(bytes(&site) < 2_500_000, "{}", bytes(&site));
    bob.sign_in("bob");
    assert_eq!(get_full(&bob, used, &[]).status, 200);
}

#[test]
fn a_stop_does_not_wait_for_housekeeping() {
    const MANY: i64 = 100_000;
    let mut site = Site::start();
    site.restart_after(|file| {
        file.execute_batch(&format!(
            "begin;
             with recursive n(i) as (select 1 union all select i + 1 from n where i < {MANY})
             insert into blobs (hash, crc, media_type, bytes) select null, 0, 'image/webp', 0 from n;
             commit"
        ))
        .expect("a row each");
    });
    site.stop();
    let left = site.count("blobs");
    assert!(left > 0, "all of it was tidied first");
    assert!(left < MANY, "nothing is tidied at all");
}
