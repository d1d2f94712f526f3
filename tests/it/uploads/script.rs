//! Pictures that a script or a program sends before the post.

use serde_json::json;

use crate::harness::{FRAGMENT, Form, MULTIPART, Site};

#[test]
fn a_script_sends_pictures_first_and_then_the_post() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let answer = alice.send_image(Form::of_large().field("alt", "A wave"));
    assert_eq!(answer.status, 201, "{}", answer.text);
    let one = answer.json();
    let id = one["id"].as_str().expect("an id");
    assert_eq!(one["alt"], "A wave");
    assert!(one["width"].as_u64() > Some(0) && one["height"].as_u64() > Some(0));
    assert_eq!(answer.location(), one["url"].as_str().expect("an address"));
    let two = alice.image("palette.png");

    let post = json!({ "message": "", "images": [id, { "id": two, "alt": "Four colours" }] });
    let theirs = bob.send("POST", "/posts", &post);
    assert_eq!(theirs.status, 422, "somebody else's");
    let answer = alice.send("POST", "/posts", &post);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let images = answer.json()["images"].clone();
    assert_eq!(
        (&images[0]["alt"], &images[1]["alt"]),
        (&json!("A wave"), &json!("Four colours"))
    );
    assert_eq!(
        alice.send("POST", "/posts", &post).status,
        422,
        "used already"
    );
    for wrong in [
        json!("x"),
        json!([5]),
        json!([{ "alt": "x" }]),
        json!(["nonsense"]),
    ] {
        let answer = alice.send(
            "POST",
            "/posts",
            &json!({ "message": "x", "images": wrong }),
        );
        assert!(
            answer.status == 422 && answer.json()["fields"]["images"].is_string(),
            "{}",
            answer.text
        );
    }
    // The script's own form for posts.
    let three = alice.image("lossy.webp");
    let form = [
        ("message", "By the script"),
        ("image_id", &three),
        ("alt", "A third"),
    ];
    let answer = alice.post_with("/post", &form, &[("Accept", FRAGMENT)]);
    assert!(
        answer.status == 201 && answer.has("A third") && answer.has(&format!("/image/{three}/")),
        "{}",
        answer.text
    );
}

#[test]
fn programs_are_told_which_field_is_wrong() {
    let site = Site::start();
    let alice = site.member("alice");
    let bob = site.member("bob");
    let script = site.script("alice");
    let (own, other) = (alice.image("palette.png"), bob.image("grey.png"));
    let post = script.write("words");
    let many: Vec<&str> = vec![&own; 9];
    for (images, why) in [
        (
            json!([own, other]),
            "One of these pictures is not there any more.",
        ),
        (json!([{"id": own, "alt": 7}]), "alt must be a string."),
        (json!([{"id": own, "alt": ["x"]}]), "alt must be a string."),
        (
            json!([{"id": own, "alt": "x".repeat(1_001)}]),
            "1000 characters",
        ),
        (json!(["nonsense"]), "Each picture must be"),
        (json!(many), "A post may have at most 8 pictures."),
        (json!([own, own]), "You added the same picture twice."),
        (json!(own), "This field must be a list."),
    ] {
        let sent = json!({ "message": "hi", "images": images });
        for (method, path) in [
            ("POST", "/posts".to_owned()),
            ("PATCH", format!("/posts/{post}")),
        ] {
            let answer = script.send(method, &path, &sent);
            assert_eq!(answer.status, 422, "{}", answer.text);
            let answer = answer.json();
            let fields = answer["fields"].as_object().expect("fields");
            assert!(fields.len() == 1, "{answer}");
            let said = fields["images"].as_str().expect("it is about the pictures");
            assert!(said.contains(why), "{method} {said}");
        }
    }
    // Null means that nothing is said.
    let sent = json!({ "images": [{ "id": own, "alt": null }] });
    assert_eq!(script.send("POST", "/posts", &sent).status, 201);
}

#[test]
fn a_malformed_upload_is_refused_with_the_right_status() {
    let site = Site::start();
    let alice = site.member("alice");
    let whole = Form::of("palette.png").end();
    for (kind, status) in [
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        (
            &format!("multipart/form-data; boundary={}", "q".repeat(71)),
            400,
        ),
        ("multipart/form-data; boundary=other", 400),
        ("multipart/mixed; boundary=qf", 415),
        ("image/png", 415),
        ("application/json", 415),
    ] {
        for path in ["/api/v1/images", "/post"] {
            assert_eq!(
                alice.send_to_api(path, kind, &whole).status,
                status,
                "{path} {kind}"
            );
        }
    }
    assert_eq!(
        alice.send_to_api("/login", MULTIPART, &whole).status,
        415,
        "no pictures there"
    );
    assert_eq!(
        alice.send_to_api("/api/v1/posts", MULTIPART, &whole).status,
        415
    );
    assert_eq!(site.count("images"), 0);
}

#[test]
fn a_form_of_pictures_with_wrong_fields_is_refused_with_its_reason() {
    let site = Site::start();
    let alice = site.member("alice");
    let typed = Form::default().field("message", "my words");
    let many = (0..20).fold(typed, |form, _| form.field("alt", "x"));
    for path in ["/api/v1/images", "/post"] {
        let answer = alice.send_to_api(path, MULTIPART, &many.clone().end());
        assert!(
            answer.status == 400 && answer.has("20 fields"),
            "{}",
            answer.text
        );
        assert_eq!(answer.has("my words"), path == "/post", "{}", answer.text);
    }
    let none = alice.send_to_api(
        "/api/v1/images",
        MULTIPART,
        &Form::default().field("image", "x").end(),
    );
    assert_eq!(none.json()["fields"]["image"], "This field is required.");
    // A form that another site could send needs a token that only a page of ours has.
    let forged = alice.upload(
        "/api/v1/images",
        &[("Content-Type", MULTIPART)],
        &Form::of("palette.png").end(),
    );
    assert_eq!(forged.error(), (403, "Invalid POST contents".to_owned()));
    assert_eq!(site.count("images"), 0);
    // A form without pictures stays small.
    let long = format!("message={}", "x".repeat(300_000));
    let answer = alice.upload(
        "/post",
        &[("Content-Type", "application/x-www-form-urlencoded")],
        long.as_bytes(),
    );
    assert!(
        answer.status == 413 && answer.has("A form without pictures may have 256 kB at most."),
        "{}",
        answer.text
    );
}
