//! Uploads that are sent twice: a key or a form makes one thing.

use std::thread;

use serde_json::json;

use crate::harness::{Form, LARGE, MULTIPART, Page, Person, Site, between, samples::photograph};

#[test]
fn the_same_key_makes_one_post_with_its_pictures() {
    let site = Site::start();
    let alice = site.member("alice");
    let image = alice.image("palette.png");
    let body = json!({ "message": "x", "images": [image] }).to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "k"),
    ];
    let send = |body: &str| alice.ask("POST", "/api/v1/posts", &headers, Some(body));
    let (one, two) = (send(&body), send(&body));
    assert_eq!((one.status, two.status), (201, 201), "{}", two.text);
    assert_eq!(one.json()["id"], two.json()["id"]);
    let other = json!({ "message": "x", "images": [{ "id": image, "alt": "y" }] }).to_string();
    assert_eq!(send(&other).status, 422, "the key says something else");
}

#[test]
fn the_same_key_makes_one_picture() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let send = |who: &Person, name: &str, alt: &str| {
        let token = who.form_token();
        let headers = [
            ("Content-Type", MULTIPART),
            ("X-CSRF-Token", token.as_str()),
            ("Idempotency-Key", "k"),
        ];
        let form = Form::default().field("alt", alt).image(name);
        who.upload("/api/v1/images", &headers, &form.end())
    };
    let first = thread::scope(|scope| {
        let answers: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| send(&alice, "palette.png", "A")))
            .collect();
        let answers = answers.into_iter().map(|one| one.join().expect("no panic"));
        let answers: Vec<Page> = answers.collect();
        assert!(
            answers
                .iter()
                .all(|one| one.status == 201 && one.text == answers[0].text)
        );
        answers[0].json()
    });
    assert_eq!(site.count("images"), 1);
    for (name, alt) in [("palette.png", "B"), ("grey.png", "A")] {
        let other = send(&alice, name, alt);
        assert!(
            other.status == 422 && other.json()["fields"]["Idempotency-Key"].is_string(),
            "{}",
            other.text
        );
    }
    assert_eq!(send(&bob, "grey.png", "").status, 201, "keys are one's own");
    // A key gives the same answer after its image has been used.
    let post = json!({ "message": "x", "images": [first["id"]] });
    assert_eq!(alice.send("POST", "/posts", &post).status, 201);
    let again = send(&alice, "palette.png", "A");
    assert_eq!((again.status, again.json()), (201, first));
    assert_eq!(site.count("images"), 2);
}

#[test]
fn the_same_form_twice_is_one_post_and_its_pictures_count_once() {
    let site = Site::start();
    let alice = site.member("alice");
    let key = between(&alice.get("/").text, "name=\"form_key\" value=\"", "\"").to_owned();
    let form = alice
        .post_form()
        .field("form_key", &key)
        .field("message", "Once");
    let form = form.file("image", &photograph(LARGE)).image("palette.png");
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(alice.send_form("/post", form.clone()).status, 303));
        }
    });
    assert_eq!(alice.send_form("/post", form).status, 303);
    assert_eq!(alice.get("/").posts().len(), 1);
    assert_eq!(site.count("images"), 2);
    // Other pictures with the same key make another post.
    let other = alice
        .post_form()
        .field("form_key", &key)
        .field("message", "Once");
    assert_eq!(
        alice.send_form("/post", other.image("grey.png")).status,
        303
    );
    assert_eq!(alice.get("/").posts().len(), 2);
}
