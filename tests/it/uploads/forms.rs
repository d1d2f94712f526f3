//! Pictures that come with a form, without a script.

use crate::harness::{Form, LARGE, Site, between, samples::photograph};

#[test]
fn pictures_come_with_the_form_without_a_script() {
    let site = Site::start();
    let alice = site.member("alice");
    // The order does not matter: the token may stand behind the pictures.
    let form = Form::of("orientation-6.jpg")
        .file("image", &photograph(LARGE))
        .field("message", "Two pictures")
        .field("alt", "A house")
        .field("alt", "A <wave>")
        .field("csrf_token", &alice.form_token());
    let answer = alice.send_form("/post", form);
    assert_eq!(
        (answer.status, answer.location()),
        (303, "/"),
        "{}",
        answer.text
    );
    let river = alice.get("/");
    let post = &river.posts()[0];
    let article = between(&river.text, &format!("id=\"post-{post}\""), "</article>");
    assert!(article.contains("Two pictures") && article.matches("<img src=\"/image/").count() == 2);
    assert!(
        article.find("A house") < article.find("A &lt;wave&gt;"),
        "{article}"
    );
    assert!(site.left_behind().is_empty());
}

#[test]
fn a_form_without_pictures_is_a_post_all_the_same() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = alice.post_form().field("message", "Only words");
    let form = form.nothing_chosen().field("alt", "");
    assert_eq!(alice.send_form("/post", form).status, 303);
    assert!(alice.get("/").has("Only words"));
    let nothing = alice.send_form("/post", alice.post_form().field("message", " "));
    assert!(nothing.status == 422 && nothing.has("This field is required."));
}

#[test]
fn a_post_may_have_pictures_and_no_words() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let form = bob.post_form().field("message", "  ").image("palette.png");
    assert_eq!(bob.send_form("/post", form).status, 303);
    let id = alice.get("/").posts()[0].clone();
    let page = alice.get(&format!("/post/{id}/post"));
    assert_eq!(page.status, 200);
    for (message, status) in [("now with words", 303), (" ", 303)] {
        let answer = bob.edit(&id, message);
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    alice.comment(&id, "What is it?");
    assert_eq!(bob.get("/notifications").status, 200);
    let words = bob.write("words alone");
    let answer = bob.edit(&words, " ");
    assert!(answer.status == 422 && answer.has("This field is required."));
}

#[test]
fn a_full_form_can_be_sent_again_as_it_is_drawn() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = (0..8).fold(alice.post_form(), |form, _| form.image("palette.png"));
    let page = alice.send_form("/post", form.field("message", &"x".repeat(3_001)));
    assert_eq!(page.status, 422);
    let drawn = between(&page.text, "id=\"compose\"", "</form>");
    let ids = page.images();
    assert_eq!(ids.len(), 8);
    let key = between(drawn, "name=\"form_key\" value=\"", "\"");
    let form = alice.post_form().field("form_key", key);
    let form = ids.iter().fold(form.field("message", "short"), |form, id| {
        form.field("alt", "").field("image_id", id)
    });
    let answer = alice.send_form("/post", form.nothing_chosen());
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(alice.get("/").text.matches("/row\"").count(), 8);
}

#[test]
fn alt_texts_stay_with_the_pictures_that_they_were_typed_for() {
    let site = Site::start();
    let alice = site.member("alice");
    let before = alice.image("grey.png");
    // One picture was sent before, one is no picture, and one has no alt text.
    let form = alice.post_form().field("image_id", &before);
    let form = form.field("alt", "the first").field("alt", "the second");
    let form = form.image("text.jpg").image("palette.png");
    let page = alice.send_form("/post", form);
    assert_eq!(page.status, 422, "{}", page.text);
    let drawn = between(&page.text, "id=\"compose\"", "</form>");
    let words = drawn.split("name=\"alt\" value=\"").skip(1);
    let words: Vec<&str> = words.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(words, ["the first", "", "the second"], "{drawn}");
    let ids = page.images();
    assert!(ids.len() == 2 && ids[0] == before, "{ids:?}");
}

#[test]
fn a_form_with_a_wrong_token_keeps_its_words_and_its_pictures() {
    let site = Site::start();
    let alice = site.member("alice");
    let id = alice.image("palette.png");
    let form = Form::default()
        .field("csrf_token", "wrong")
        .field("image_id", &id)
        .field("alt", "kept words")
        .file("image", &photograph(LARGE))
        .field("message", "my long story");
    let page = alice.send_form("/post", form);
    assert_eq!(page.status, 403);
    for kept in [
        "Invalid POST contents",
        "my long story",
        "kept words",
        &format!("value=\"{id}\""),
    ] {
        assert!(page.has(kept), "{kept}: {}", page.text);
    }
    assert!(alice.get("/").posts().is_empty());
    assert_eq!(site.count("images"), 1);
}

#[test]
fn more_pictures_than_a_post_has_are_refused_and_the_first_are_kept() {
    let site = Site::with(|config| config.limits.images_per_post = 2);
    let alice = site.member("alice");
    let form = (0..3).fold(alice.post_form(), |form, _| form.image("palette.png"));
    let page = alice.send_form("/post", form.field("message", "three"));
    assert!(page.status == 422 && page.has("A post may have at most 2 pictures."));
    assert_eq!(page.images().len(), 2, "{}", page.text);
}
