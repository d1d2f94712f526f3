//! Visibility of images: that of the post or the person to which they belong.

use std::time::Duration;

use quartfeed::model::Rendition;

use crate::harness::{
    Person, Site,
    images::{give_avatar, image_path, keep, new_image, row_path, tidy, write_with},
};

#[test]
fn an_image_is_as_visible_as_its_post_and_kept_while_a_deletion_can_be_undone() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let guest = site.visitor();
    let image = keep(&site, &bob, &new_image(1, 1_000));
    let status = |person: &Person| person.get(&row_path(image)).status;
    assert_eq!(
        (status(&bob), status(&alice), status(&guest)),
        (200, 404, 401),
        "not used yet"
    );
    let post = write_with(&site, &bob, "look", &[image]);
    assert_eq!(
        (status(&bob), status(&alice), status(&guest)),
        (200, 200, 401)
    );

    let carol = site.member("carol");
    bob.go_private();
    assert_eq!(
        (status(&alice), status(&carol)),
        (200, 404),
        "a private person's"
    );
    bob.post("/settings/privacy", &[]);
    assert_eq!(status(&carol), 200);
    carol.press("/mute/bob");
    assert_eq!(status(&carol), 200, "one can look at whom one mutes");
    bob.press("/block/carol");
    assert_eq!(status(&carol), 404);

    bob.press(&format!("/post/{post}/delete"));
    assert_eq!((status(&bob), status(&alice)), (404, 404));
    bob.press(&format!("/post/{post}/undelete"));
    assert_eq!(status(&alice), 200);
    bob.press(&format!("/post/{post}/delete"));
    site.pass(Duration::from_mins(11));
    assert_eq!(site.count("images"), 1);
    tidy(&mut site);
    for table in ["images", "renditions", "blobs", "chunks"] {
        assert_eq!(site.count(table), 0, "{table}");
    }
}

#[test]
fn nobody_sees_pictures_of_those_who_are_suspended_or_gone() {
    let mut site = Site::start();
    let admin = site.admin("boss");
    let (alice, bob) = site.friends();
    let image = keep(&site, &bob, &new_image(1, 1_000));
    write_with(&site, &bob, "look", &[image]);
    let avatar = give_avatar(&site, &bob, 1);
    let square = image_path(avatar, Rendition::Avatar(75));
    let statuses = || {
        [
            alice.get(&row_path(image)).status,
            alice.get(&square).status,
        ]
    };
    assert_eq!(statuses(), [200, 200]);
    admin.press("/admin/user/bob/suspend");
    assert_eq!(statuses(), [404, 404]);
    admin.press("/admin/user/bob/reinstate");
    assert_eq!(statuses(), [200, 200]);
    admin.press("/admin/user/bob/delete");
    assert_eq!(statuses(), [404, 404]);
    site.pass(Duration::from_hours(15 * 24));
    tidy(&mut site);
    for table in ["images", "renditions", "blobs", "chunks"] {
        assert_eq!(site.count(table), 0, "{table}");
    }
}
