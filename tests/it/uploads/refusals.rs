//! Pictures that are refused: the reason is shown, and the rest of the form stays.

use crate::harness::{
    FRAGMENT, Form, Site, between,
    samples::{photograph, picture},
};

#[test]
fn a_refused_picture_says_why_and_nothing_has_to_be_chosen_again() {
    let site = Site::with(|config| config.limits.image_bytes = 65_536);
    let alice = site.member("alice");
    let long = "x".repeat(3_001);
    for (bad, message, reason) in [
        (Some(picture("text.jpg")), "my words", "Images only!"),
        (
            Some(photograph(65_537)),
            "my words",
            "A picture may have 64 kB at most.",
        ),
        (
            Some(photograph(200_000)),
            "my words",
            "A picture may have 64 kB at most.",
        ),
        (None, &long, "Field cannot be longer than 3000 characters."),
    ] {
        let mut form = alice
            .post_form()
            .field("message", message)
            .image("palette.png");
        form = bad.iter().fold(form, |form, bad| form.file("image", bad));
        let form = form
            .field("alt", "what the first shows")
            .field("alt", "what the second shows");
        let page = alice.send_form("/post", form);
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(
            page.has(reason) && page.has(message),
            "{reason} {}",
            page.text
        );
        let words = ["what the first shows", "what the second shows"];
        assert!(words.iter().all(|words| page.has(words)), "{}", page.text);
        let form = between(&page.text, "id=\"compose\"", "</form>");
        let id = between(form, "name=\"image_id\" value=\"", "\"").to_owned();
        assert!(
            form.contains(&format!("src=\"/image/{id}/row\"")),
            "a small preview"
        );
        assert_eq!(alice.get(&format!("/image/{id}/row")).status, 200);
        let again = [
            ("message", "better"),
            ("image_id", &id),
            ("alt", "what the first shows"),
        ];
        let answer = alice.post_with("/post", &again, &[("Accept", FRAGMENT)]);
        assert!(
            answer.status == 201 && answer.has(&format!("/image/{id}/")),
            "{}",
            answer.text
        );
    }
    assert_eq!(site.count("images"), 4, "what was refused is not kept");
    assert!(site.left_behind().is_empty());
}

#[test]
fn each_picture_of_a_form_says_what_is_wrong_with_it() {
    let site = Site::with(|config| config.limits.image_bytes = 65_536);
    let alice = site.member("alice");
    let before = alice.image("grey.png");
    let wrong = |form: Form| {
        let form = form
            .field("message", "my words")
            .field("alt", &"x".repeat(1_001));
        let form = form.image("text.jpg");
        let form = form.image("palette.png");
        form.file("image", &photograph(65_537))
    };
    let words = [
        "Picture 1: Description: Field cannot be longer than 1000 characters.",
        "Picture 2: Images only!",
        "Picture 4: A picture may have 64 kB at most.",
    ];
    let post = alice.write("with none yet");
    for path in ["/post".to_owned(), format!("/post/{post}/edit")] {
        let page = alice.send_form(&path, wrong(alice.post_form().field("image_id", &before)));
        assert_eq!(page.status, 422);
        assert!(words.iter().all(|words| page.has(words)), "{}", page.text);
        assert!(!page.has("Picture 3:"), "nothing is wrong with it");
    }
    let one = alice.post_form().field("message", "my words");
    let page = alice.send_form("/post", one.image("text.jpg"));
    assert!(
        page.words().contains("Images only!") && !page.has("Picture 1:"),
        "{}",
        page.text
    );
}
