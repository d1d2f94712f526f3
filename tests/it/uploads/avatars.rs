//! The picture of a member.

use crate::harness::{
    LARGE, Site,
    samples::{photograph, picture},
};

#[test]
fn a_person_gets_a_picture_and_loses_it() {
    let site = Site::start();
    let alice = site.member("alice");
    let edit = |image: &[u8]| {
        let form = alice
            .post_form()
            .field("username", "alice")
            .field("name", "Alice")
            .field("bio", "mine");
        alice.send_form("/profile/edit", form.file("image", image))
    };
    let wrong = edit(&picture("text.jpg"));
    assert!(
        wrong.status == 422 && wrong.has("Images only!") && wrong.has("mine"),
        "{}",
        wrong.text
    );
    for image in [picture("orientation-6.jpg"), photograph(LARGE)] {
        let answer = edit(&image);
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/user/alice"),
            "{}",
            answer.text
        );
        let page = alice.get("/user/alice");
        assert!(
            page.has("Profile updated") && page.has("/avatar-"),
            "{}",
            page.text
        );
        assert_eq!(site.count("images"), 1, "the old one is gone");
    }
    let long = "x".repeat(501);
    let form = alice.post_form().field("username", "alice");
    let form = form.field("bio", &long).image("palette.png");
    let page = alice.send_form("/profile/edit", form);
    assert!(
        page.status == 422 && page.has(&long) && page.has("Please choose the picture again."),
        "{}",
        page.text
    );
    let answer = alice.post("/profile/delete-image", &[]);
    assert_eq!((answer.status, answer.location()), (303, "/user/alice"));
    let page = alice.get("/user/alice");
    assert!(page.has("Profile image removed") && !page.has("/avatar-"));
    assert_eq!(site.count("images"), 0);
}
