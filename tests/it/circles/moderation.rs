//! Deletions by the admins of a group.

use super::{Circle, join, write_to};

#[test]
fn an_admin_deletes_what_is_in_the_group_alone() {
    let circle = Circle::of("public");
    join(&circle.carol, "garden", None);
    circle.alice.press("/group/garden/members/carol/promote");
    let post = write_to(&circle.bob, &["garden"], "an advertisement");
    let delete = format!("/post/{post}/delete");
    assert!(circle.alice.get("/group/garden").has(&delete));
    circle.alice.press(&delete);
    assert_eq!(circle.bob.read(&post).status, 404);
    let told = circle.bob.get("/notifications").words();
    assert!(
        told.contains("A group admin deleted your post in Garden Club"),
        "{told}"
    );
    assert!(!told.contains("alice"), "{told}");
    let told = circle.carol.get("/notifications").words();
    assert!(
        told.contains("alice deleted a member’s post in Garden Club"),
        "{told}"
    );
    // Its author cannot take that back, and an admin can.
    let undelete = format!("/post/{post}/undelete");
    assert_eq!(circle.bob.post(&undelete, &[]).status, 404);
    circle.carol.press(&undelete);
    assert_eq!(circle.bob.read(&post).status, 200);
    assert!(!circle.bob.get("/notifications").has("A group admin"));
}

#[test]
fn a_post_that_is_elsewhere_too_is_only_taken_out() {
    let circle = Circle::of("public");
    let post = write_to(&circle.bob, &["feed", "garden"], "off topic");
    circle.alice.press(&format!("/post/{post}/delete"));
    assert_eq!(circle.alice.get("/group/garden").posts(), [] as [&str; 0]);
    assert_eq!(circle.carol.get("/user/bob").posts(), [post.as_str()]);
    assert!(circle.bob.get("/notifications").has("A group admin"));
    // It is the author's alone now.
    assert_eq!(
        circle
            .alice
            .post(&format!("/post/{post}/delete"), &[])
            .status,
        403
    );
    // So is its deletion.
    circle.bob.press(&format!("/post/{post}/delete"));
    let undelete = format!("/post/{post}/undelete");
    assert_eq!(circle.alice.post(&undelete, &[]).status, 404);
    circle.bob.press(&undelete);
    assert_eq!(circle.carol.get("/user/bob").posts(), [post.as_str()]);
    assert!(circle.bob.get("/notifications").has("A group admin"));
}

#[test]
fn an_admin_deletes_comments_in_the_group() {
    let circle = Circle::of("public");
    let post = write_to(&circle.bob, &["garden"], "tulips");
    let comment = circle.carol.comment(&post, "rude");
    let delete = format!("/comment/{comment}/delete");
    circle.alice.press(&delete);
    assert!(!circle.bob.read(&post).has("rude"));
    let told = circle.carol.get("/notifications").words();
    assert!(
        told.contains("A group admin deleted your comment in Garden Club"),
        "{told}"
    );
    let undelete = format!("/comment/{comment}/undelete");
    assert_eq!(circle.carol.post(&undelete, &[]).status, 404);
    circle.alice.press(&undelete);
    assert!(circle.bob.read(&post).has("rude"));
}

#[test]
fn members_and_admins_of_other_groups_moderate_nothing() {
    let circle = Circle::of("public");
    super::found(&circle.carol, "kitchen", &[]);
    join(&circle.carol, "garden", None);
    let post = write_to(&circle.bob, &["garden"], "tulips");
    let comment = circle.alice.comment(&post, "nice");
    assert_eq!(
        circle
            .carol
            .post(&format!("/post/{post}/delete"), &[])
            .status,
        403
    );
    assert_eq!(
        circle
            .carol
            .post(&format!("/comment/{comment}/delete"), &[])
            .status,
        403
    );
}
