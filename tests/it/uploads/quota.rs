//! The room that a member has for pictures.

use crate::harness::{Form, Site};

#[test]
fn a_picture_over_the_quota_is_refused_with_both_numbers() {
    let site = Site::with(|config| config.limits.storage_per_user = 4_500);
    let alice = site.member("alice");
    let form = alice
        .post_form()
        .field("message", "my words")
        .image("photograph.jpg");
    let page = alice.send_form("/post", form);
    assert!(
        page.status == 422 && page.has("my words") && page.has("There is no room for this picture"),
        "{}",
        page.text
    );
    assert!(page.has("0 bytes of the 4.4 kB"), "{}", page.words());
    let answer = alice.send_image(Form::of("photograph.jpg"));
    assert!(answer.status == 422 && answer.json()["fields"]["image"].is_string());
}

#[test]
fn a_full_quota_is_reported_before_any_picture_is_encoded() {
    let site = Site::with(|config| config.limits.storage_per_user = 8_191);
    let alice = site.member("alice");
    alice.image("1x1.png");
    let no_room = "There is no room for another picture: your pictures take 4 kB of the 8 kB that you have here.";
    let form = alice.post_form().field("message", "my words");
    let form = (0..3).fold(form, |form, _| form.image("text.jpg"));
    let page = alice.send_form("/post", form);
    assert!(page.status == 422 && page.has("my words"), "{}", page.text);
    assert_eq!(page.words().matches(no_room).count(), 1, "{}", page.words());
    assert!(!page.words().contains("Images only!"), "nobody looked");
    let answer = alice.send_image(Form::of("text.jpg"));
    let said = answer.json()["fields"]["image"].to_string();
    assert!(answer.status == 422 && said.contains(no_room), "{said}");
    // An avatar makes room for the next one.
    let bob = site.member("bob");
    let profile = |name: &str| {
        let form = bob
            .post_form()
            .field("username", "bob")
            .field("name", "Bob");
        bob.send_form("/profile/edit", form.image(name))
    };
    for _ in 0..2 {
        assert_eq!(profile("1x1.png").status, 303);
    }
    assert_eq!(site.number("select sum(bytes) from images"), 2 * 4_096);
}
