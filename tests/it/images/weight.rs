//! The room that images take: the quota, the download of a member's data, the admin's page.

use quartfeed::{model::AltText, store::images};

use crate::harness::{
    Export, Site,
    images::{give_avatar, keep, new_image, visit, webp, write_with},
};

#[test]
fn a_full_quota_is_refused_with_both_numbers() {
    let site = Site::start();
    let alice = site.member("alice");
    keep(&site, &alice, &new_image(1, 1_000));
    let problem = visit(&site, &alice, |tx, alice| {
        let refused = images::create(
            tx,
            alice.id,
            &new_image(2, 5_000),
            &AltText::default(),
            8_000,
        );
        Ok(refused.expect_err("too much").to_string())
    });
    assert!(
        problem.contains("take 4 kB") && problem.contains("7.9 kB"),
        "{problem}"
    );
    assert_eq!((site.count("images"), site.count("blobs")), (1, 3));
}

#[test]
fn pictures_are_in_the_download_of_ones_data() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let [one, two, gone, unused] =
        [1, 2, 3, 4].map(|seed| keep(&site, &bob, &new_image(seed, 300_000)));
    let hers = keep(&site, &alice, &new_image(5, 1_000));
    write_with(&site, &alice, "not bob's", &[hers]);
    let post = write_with(&site, &bob, "look", &[two, one]);
    let deleted = write_with(&site, &bob, "away with it", &[gone]);
    bob.press(&format!("/post/{deleted}/delete"));
    let avatar = give_avatar(&site, &bob, 1);
    let settings = bob.get("/settings/data").words();
    assert!(
        settings.contains("Your pictures use 1.2 MB of 1 GB"),
        "{settings}"
    );

    let export = Export::of(&bob);
    for (seed, image) in [(1, one), (2, two), (4, unused)] {
        let picture = &export.pictures[&format!("pictures/{image}.webp")];
        assert!(*picture == webp(seed, 300_000), "{image}");
    }
    let picture = &export.pictures[&format!("pictures/{avatar}.webp")];
    assert!(*picture == webp(1, 600));
    assert_eq!(export.pictures.len(), 4);
    let data = export.data();
    assert_eq!(data["posts"][0]["id"], post);
    assert_eq!(
        data["posts"][0]["images"][0]["file"],
        format!("pictures/{two}.webp")
    );
    assert_eq!(data["posts"][0]["images"][1]["alt"], "a tomato & a <plate>");
    assert_eq!(
        data["user"]["avatar_file"],
        format!("pictures/{avatar}.webp")
    );
    assert_eq!(data["pictures"].as_array().map(Vec::len), Some(4));
    let shown = format!(
        "<img src=\"pictures/{two}.webp\" width=\"1600\" height=\"1200\" alt=\"a tomato &amp; a &lt;plate&gt;\""
    );
    let index = &export.files["index.html"];
    assert!(index.contains(&shown), "{index}");
}

#[test]
fn an_admin_sees_what_pictures_take() {
    let site = Site::start();
    let boss = site.admin("boss");
    let bob = site.member("bob");
    keep(&site, &bob, &new_image(1, 500_000));
    let page = boss.get("/admin/user/bob").words();
    assert!(page.contains("489.7 kB of text and pictures"), "{page}");
}
