//! Pictures on their way in: over real sockets, whole and broken, from friends and strangers.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    thread,
};

use rustix::process::{Signal, kill_process};
use serde_json::json;

use crate::harness::{
    FRAGMENT, Form, LARGE, MULTIPART, Page, Person, Program, Site, SmallDisk, assert_sound,
    between, connect, eventually, exchange, left_behind, one_answer, rest,
    samples::{noise, photograph, picture},
};

#[test]
fn without_a_script_pictures_come_with_the_form() {
    let site = Site::start();
    let alice = site.member("alice");
    // In whatever order: the token may stand behind the pictures.
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
    // The form of the script.
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
    // Used meanwhile, it is the same all the same.
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
    // Other pictures behind the same key are another post.
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
fn words_stay_with_the_pictures_that_they_were_typed_for() {
    let site = Site::start();
    let alice = site.member("alice");
    let before = alice.image("grey.png");
    // One that was sent before, one that is no picture, and one without words.
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
fn over_the_quota_both_numbers_are_named() {
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
fn who_has_no_room_is_told_before_anything_is_drawn() {
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
    // The picture of a person goes for their next one.
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
        "Picture 1: What a picture shows: Field cannot be longer than 1000 characters.",
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
        (json!(["nonsense"]), "Each picture is"),
        (json!(many), "A post may have 8 pictures at most."),
        (json!([own, own]), "The same picture is there twice."),
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
    // Null is nothing said.
    let sent = json!({ "images": [{ "id": own, "alt": null }] });
    assert_eq!(script.send("POST", "/posts", &sent).status, 201);
}

#[test]
fn more_pictures_than_a_post_has_are_refused_and_the_first_are_kept() {
    let site = Site::with(|config| config.limits.images_per_post = 2);
    let alice = site.member("alice");
    let form = (0..3).fold(alice.post_form(), |form, _| form.image("palette.png"));
    let page = alice.send_form("/post", form.field("message", "three"));
    assert!(page.status == 422 && page.has("A post may have 2 pictures at most."));
    assert_eq!(page.images().len(), 2, "{}", page.text);
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
        page.status == 422 && page.has(&long) && page.has("Please choose the picture once more."),
        "{}",
        page.text
    );
    let answer = alice.post("/profile/delete-image", &[]);
    assert_eq!((answer.status, answer.location()), (303, "/user/alice"));
    let page = alice.get("/user/alice");
    assert!(page.has("Profile image removed") && !page.has("/avatar-"));
    assert_eq!(site.count("images"), 0);
}

#[test]
fn what_is_no_form_with_files_is_refused_by_its_kind() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.form_token();
    let script = [("X-CSRF-Token", token.as_str())];
    let send = |path: &str, kind: &str, body: &[u8]| {
        let headers = [script[0], ("Content-Type", kind)];
        alice.upload(path, &headers, body)
    };
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
            assert_eq!(send(path, kind, &whole).status, status, "{path} {kind}");
        }
    }
    assert_eq!(
        send("/login", MULTIPART, &whole).status,
        415,
        "no pictures there"
    );
    assert_eq!(send("/api/v1/posts", MULTIPART, &whole).status, 415);
    let typed = Form::default().field("message", "my words");
    let many = (0..20).fold(typed, |form, _| form.field("alt", "x"));
    for path in ["/api/v1/images", "/post"] {
        let answer = send(path, MULTIPART, &many.clone().end());
        assert!(
            answer.status == 400 && answer.has("20 fields"),
            "{}",
            answer.text
        );
        assert_eq!(answer.has("my words"), path == "/post", "{}", answer.text);
    }
    let none = send(
        "/api/v1/images",
        MULTIPART,
        &Form::default().field("image", "x").end(),
    );
    assert_eq!(none.json()["fields"]["image"], "This field is required.");
    // What a page of another site could send needs a token that only a page of ours has.
    let forged = alice.upload("/api/v1/images", &[("Content-Type", MULTIPART)], &whole);
    assert_eq!(forged.error(), (403, "Invalid POST contents".to_owned()));
    assert_eq!(site.count("images"), 0);
    // Words alone stay small.
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

/// Heads alone are sent: the answer comes before any of the body.
#[test]
fn who_would_be_refused_is_refused_before_the_body_comes() {
    let site = Site::start();
    let alice = site.member("alice");
    let stranger = site.visitor();
    let address = alice.address().to_owned();
    let ten = 10 * 1024 * 1024 + 256 * 1024;
    let ask = |head: String| {
        let mut socket = connect(&address);
        socket.write_all(head.as_bytes()).expect("it reads");
        let mut answer = vec![0; 64 * 1024];
        let mut read = 0;
        // To the end of the answer, and not to that of the connection: it is kept open for who still sends.
        loop {
            match socket.read(&mut answer[read..]) {
                Ok(0) | Err(_) => break,
                Ok(more) => read += more,
            }
        }
        String::from_utf8_lossy(&answer[..read]).into_owned()
    };
    let waits = "Expect: 100-continue\r\n";
    for (who, path, bytes, begins, words) in [
        (
            &stranger,
            "/post",
            9_000_000,
            "HTTP/1.1 303",
            "Location: /login",
        ),
        (
            &stranger,
            "/profile/edit",
            9_000_000,
            "HTTP/1.1 303",
            "Location: /login",
        ),
        (
            &stranger,
            "/api/v1/images",
            9_000_000,
            "HTTP/1.1 401",
            "please login",
        ),
        (
            &alice,
            "/api/v1/images",
            ten + 1,
            "HTTP/1.1 413",
            "{\"error\":\"A picture may have 10 MB at most.",
        ),
        (
            &alice,
            "/profile/edit",
            ten + 1,
            "HTTP/1.1 413",
            "A picture may have 10 MB at most. What you sent has 10.3 MB.",
        ),
        (
            &alice,
            "/post",
            8 * ten,
            "HTTP/1.1 413",
            "A post may have 8 of them.",
        ),
        (&alice, "/post", usize::MAX, "HTTP/1.1 413", "10 MB"),
        (&alice, "/login", 300_000, "HTTP/1.1 413", "262144 bytes"),
        (
            &alice,
            "/api/v1/posts",
            9_000_000,
            "HTTP/1.1 413",
            "262144 bytes",
        ),
    ] {
        let answer = ask(who.head_of(path, bytes, waits));
        assert!(
            answer.starts_with(begins) && answer.contains(words),
            "{path} {bytes}: {answer}"
        );
        assert!(
            answer.contains("Connection: close") && !answer.contains("100 Continue"),
            "{answer}"
        );
    }
    let page = ask(alice.head_of("/profile/edit", ten + 1, ""));
    assert!(
        page.contains("href=\"/notifications\"") && page.contains("<h1>Too large</h1>"),
        "{page}"
    );
    let cross = ask(alice.head_of("/post", 9_000_000, "Sec-Fetch-Site: cross-site\r\n"));
    assert!(cross.starts_with("HTTP/1.1 403"), "{cross}");
    // A client cannot ask the door's question itself: this is a form of nothing.
    let asks = exchange(
        &address,
        alice
            .head_of("/post", 0, "X-Quartfeed-Announced: 5\r\n")
            .as_bytes(),
    );
    assert!(
        String::from_utf8_lossy(&asks).starts_with("HTTP/1.1 400"),
        "{}",
        String::from_utf8_lossy(&asks)
    );
    assert!(site.left_behind().is_empty());
}

#[test]
fn who_would_be_taken_is_told_to_go_on() {
    let site = Site::start();
    let alice = site.member("alice");
    let body = Form::of_large().end();
    let mut socket = connect(alice.address());
    let head = alice.head_of("/api/v1/images", body.len(), "Expect: 100-continue\r\n");
    socket.write_all(head.as_bytes()).expect("it reads");
    let mut go_on = [0; 25];
    socket.read_exact(&mut go_on).expect("it asks");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(&body).expect("it reads");
    let answer = rest(&mut socket);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

#[test]
fn an_upload_that_is_cut_anywhere_leaves_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.form_token();
    for size in [120_000, LARGE] {
        let form = Form::default()
            .field("csrf_token", &token)
            .field("message", "cut");
        let body = form.file("image", &photograph(size)).end();
        let ends = [
            0,
            1,
            50,
            200,
            1_000,
            65_536,
            size / 2,
            body.len() - 20,
            body.len() - 5,
        ];
        for end in ends {
            // The connection ends, though more was announced.
            let mut socket = connect(alice.address());
            let head = alice.head_of("/post", body.len(), "");
            socket.write_all(head.as_bytes()).expect("it reads");
            socket.write_all(&body[..end]).expect("it reads");
            socket
                .shutdown(std::net::Shutdown::Write)
                .expect("a socket");
            let answer = rest(&mut socket);
            assert!(answer.starts_with("HTTP/1.1 400"), "{end}: {answer}");
            // The body is as long as announced, and the form is not at its end.
            if end > 0 {
                let answer = alice.upload("/post", &[("Content-Type", MULTIPART)], &body[..end]);
                assert!(
                    answer.status == 400 && answer.has("The upload was cut off"),
                    "{end}: {}",
                    answer.text
                );
            }
        }
    }
    assert_eq!(
        site.number("select (select count(*) from images) + (select count(*) from posts)"),
        0
    );
    eventually("nothing is left", || site.left_behind().is_empty());
}

#[test]
fn a_small_upload_that_is_cut_at_any_byte_leaves_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = alice.post_form().field("message", "cut");
    let body = form.image("palette.png").end();
    let head = |bytes| alice.head_with("/post", bytes, "");
    let (whole, head_of_whole) = (body.len(), head(body.len()));
    // One connection, which stays in step whatever is sent.
    let mut lasting = connect(alice.address());
    // The last line end may be missing.
    for end in 0..whole - 2 {
        // The connection ends, though more was announced.
        let sent = [head_of_whole.as_bytes(), &body[..end]].concat();
        let mut socket = connect(alice.address());
        socket.write_all(&sent).expect("it reads");
        socket
            .shutdown(std::net::Shutdown::Write)
            .expect("a socket");
        let answer = rest(&mut socket);
        assert!(answer.starts_with("HTTP/1.1 400"), "{end}");
        // The body is as long as announced, and the form is not at its end.
        let announced = head_of_whole.replace(
            &format!("Content-Length: {whole}\r\n"),
            &format!("Content-Length: {end}\r\n"),
        );
        let sent = [announced.as_bytes(), &body[..end]].concat();
        lasting.write_all(&sent).expect("it reads");
        let answer = one_answer(&mut lasting);
        assert!(
            answer.starts_with("HTTP/1.1 400") && answer.contains("The upload was cut off"),
            "{end}: {answer}"
        );
    }
    let nothing = "select (select count(*) from images) + (select count(*) from posts)";
    assert_eq!(site.number(nothing), 0);
    let sent = [head_of_whole.as_bytes(), &body].concat();
    lasting.write_all(&sent).expect("it reads");
    let answer = one_answer(&mut lasting);
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(site.number(nothing), 2);
    assert!(site.left_behind().is_empty());
}

#[test]
fn an_upload_that_does_not_come_on_is_given_up() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = alice.post_form().field("message", "slow");
    let body = form.image("palette.png").end();
    let mut socket = connect(alice.address());
    let head = alice.head_of("/post", body.len(), "");
    let sent = [head.as_bytes(), &body[..body.len() - 1]].concat();
    socket.write_all(&sent).expect("it reads");
    let answer = rest(&mut socket);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(alice.get("/").posts().is_empty());
}

#[test]
fn who_sends_on_though_refused_gets_to_read_why() {
    let site = Site::start();
    let alice = site.member("alice");
    let headers = [("Content-Type", MULTIPART)];
    let body = vec![b'x'; 30_000_000];
    let stranger = site.visitor().upload("/post", &headers, &body);
    assert_eq!(stranger.status, 303);
    let page = alice.upload("/profile/edit", &headers, &body);
    assert!(
        page.status == 413 && page.has("A picture may have 10 MB at most."),
        "{}",
        page.text
    );
}

#[test]
fn slow_uploads_hold_nobody_up() {
    let site = Site::start();
    let alice = site.member("alice");
    let body = Form::of_large().end();
    let head = alice.head_of("/api/v1/images", body.len(), "");
    let mut slow: Vec<TcpStream> = (0..30)
        .map(|_| {
            let mut socket = connect(alice.address());
            socket.write_all(head.as_bytes()).expect("it reads");
            socket.write_all(&body[..300_000]).expect("it reads");
            socket
        })
        .collect();
    eventually("they wait in files", || site.left_behind().len() == 30);
    // Who says nothing for ten seconds is not waited for.
    let mut sent = 300_000;
    let mut go_on = || {
        for socket in &mut slow {
            socket.write_all(&body[sent..=sent]).expect("it reads");
        }
        sent += 1;
    };
    assert_eq!(alice.get("/").status, 200);
    go_on();
    alice.image("palette.png");
    go_on();
    alice.send_image(Form::of_large());
    go_on();
    // And one of them comes to its end.
    let mut last = slow.remove(7);
    last.write_all(&body[sent..]).expect("it reads");
    let answer = rest(&mut last);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    drop(slow);
    eventually("nothing is left", || site.left_behind().is_empty());
}

/// A picture that is slow to draw stands before forty others: until it is done none of them can end, and pages go on.
#[test]
fn forty_uploads_at_once_are_all_taken_and_pages_go_between() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.form_token();
    let headers = [
        ("Content-Type", MULTIPART),
        ("X-CSRF-Token", token.as_str()),
    ];
    let send = |body: &[u8]| alice.upload("/api/v1/images", &headers, body).status;
    let slow = Form::default().file("image", &noise(700)).end();
    let body = Form::of_large().end();
    let files = || site.left_behind().len();
    thread::scope(|scope| {
        let slow = scope.spawn(|| send(&slow));
        eventually("it is drawn", || files() == 2);
        let others: Vec<_> = (0..40).map(|_| scope.spawn(|| send(&body))).collect();
        eventually("the others wait", || files() > 41);
        for _ in 0..5 {
            assert_eq!(alice.get("/").status, 200);
        }
        assert!(!slow.is_finished(), "pages waited until it was drawn");
        for upload in others.into_iter().chain([slow]) {
            assert_eq!(upload.join().expect("no panic"), 201);
        }
    });
    assert_eq!(site.count("images"), 41);
    eventually("nothing is left", || files() == 0);
}

#[test]
fn one_client_has_not_all_turns() {
    let site = Site::behind_a_proxy();
    let alice = site.member("alice").coming_from("192.0.2.1");
    let bob = site.member("bob").coming_from("192.0.2.2");
    let slow = Form::default().file("image", &noise(400)).end();
    let send = |person: &Person, body: &[u8]| {
        let token = person.form_token();
        let headers = [
            ("Content-Type", MULTIPART),
            ("X-CSRF-Token", token.as_str()),
        ];
        person.upload("/api/v1/images", &headers, body).status
    };
    thread::scope(|scope| {
        let many: Vec<_> = (0..5)
            .map(|_| scope.spawn(|| send(&alice, &slow)))
            .collect();
        eventually("they wait", || site.left_behind().len() > 5);
        let quick = Form::of_large().end();
        assert_eq!(send(&bob, &quick), 201);
        let done = many.iter().filter(|upload| upload.is_finished()).count();
        assert!(done <= 2, "Bob waited for {done} of Alice's pictures");
        for upload in many {
            assert_eq!(upload.join().expect("no panic"), 201);
        }
    });
}

#[test]
fn words_alone_wait_for_no_picture() {
    let site = Site::with(|config| config.limits.form_bytes = 4_000_000);
    let alice = site.member("alice");
    let slow = alice.post_form().field("message", "slow");
    let slow = slow.file("image", &noise(400));
    thread::scope(|scope| {
        let many: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| alice.send_form("/post", slow.clone()).status))
            .collect();
        eventually("they are drawn", || site.left_behind().len() == 2);
        for _ in 0..3 {
            let form = alice.post_form().field("message", "words");
            assert_eq!(alice.send_form("/post", form.nothing_chosen()).status, 303);
        }
        let done = many.iter().filter(|upload| upload.is_finished()).count();
        assert!(done <= 3, "words waited for {done} pictures");
        for upload in many {
            assert_eq!(upload.join().expect("no panic"), 303);
        }
    });
}

#[test]
fn who_announces_much_and_is_silent_holds_no_room() {
    let site = Site::behind_a_proxy();
    let alice = site.member("alice").coming_from("192.0.2.1");
    let bob = site.member("bob").coming_from("192.0.2.2");
    // Half of the room, less a little.
    let silent = [84_148_224, 84_148_224, 84_148_224, 15_900_000].map(|bytes| {
        let mut socket = connect(alice.address());
        let head = alice.head_of("/post", bytes, "X-Forwarded-For: 192.0.2.1\r\n");
        socket.write_all(head.as_bytes()).expect("it reads");
        socket
    });
    eventually("they have room", || site.left_behind().len() == 4);
    let picture = || Form::of_large();
    thread::scope(|scope| {
        let waits = scope.spawn(|| alice.send_image(picture()).status);
        assert_eq!(
            bob.send_image(picture()).status,
            201,
            "there is room for others"
        );
        assert!(!waits.is_finished(), "there is none for her");
        assert_eq!(
            waits.join().expect("no panic"),
            201,
            "they have given it back"
        );
    });
    for mut socket in silent {
        let answer = rest(&mut socket);
        assert!(answer.starts_with("HTTP/1.1 408"));
    }
}

/// Whoever is told that it was too much gets nothing posted behind their back.
#[test]
fn what_was_not_done_in_time_is_not_done() {
    let mut site = Site::with(|config| config.limits.upload_seconds = 0);
    let alice = site.member("alice");
    let form = || alice.post_form().field("message", "my words");
    for form in [
        form().nothing_chosen(),
        form().image("palette.png"),
        form().file("image", &photograph(LARGE)),
    ] {
        let page = alice.send_form("/post", form);
        assert_eq!(page.status, 503, "{}", page.text);
        assert_eq!(page.header("retry-after"), Some("30"));
        assert!(page.has("my words"), "{}", page.text);
    }
    assert_eq!(alice.send_image(Form::of_large()).status, 503);
    let nothing = "select (select count(*) from images) + (select count(*) from posts)";
    assert_eq!(site.number(nothing), 0);
    // Of many pictures some are done in time.
    site.restart_with(|config| config.limits.upload_seconds = 1);
    let slow = noise(700);
    let many = (0..8).fold(form(), |form, _| form.file("image", &slow));
    let page = alice.send_form("/post", many);
    assert_eq!(page.status, 503, "{}", page.text);
    let kept = page.images().len();
    assert!(kept < 8 && page.has("my words"), "{kept}");
    assert_eq!(site.count("posts"), 0);
    site.stop();
    assert_eq!(site.count("posts"), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_kill_in_the_middle_of_an_upload_leaves_nothing() {
    let body = Form::default()
        .field("message", "cut")
        .file("image", &noise(1_000))
        .end();
    // While it comes; and while it is drawn, when the form waits in one file and its picture in another.
    for (sent, files) in [(body.len() / 2, 1), (body.len(), 2)] {
        let program = Program::start();
        let alice = program.member("alice");
        let token = alice.form_token();
        let form = Form::default().field("csrf_token", &token);
        let whole = [form.beginning(), body.clone()].concat();
        let mut socket = connect(&program.address);
        let head = alice.head_of("/post", whole.len(), "");
        socket.write_all(head.as_bytes()).expect("it reads");
        let sent = whole.len() - (body.len() - sent);
        socket.write_all(&whole[..sent]).expect("it reads");
        let (directory, pid) = (program.database(), program.pid().to_string());
        let directory = directory.parent().expect("a directory");
        let waits = || left_behind(directory, &pid);
        eventually("it waits in files", || waits().len() == files);
        assert!(
            waits().iter().all(|file| file.ends_with("(deleted)")),
            "they have no names: {:?}",
            waits()
        );
        program.signal(Signal::KILL);
        let (_, directory) = program.ended();
        assert!(left_behind(directory.path(), "self").is_empty());
        let file = assert_sound(&directory.path().join("quartfeed.db"));
        let nothing = "select (select count(*) from images) + (select count(*) from posts)";
        let kept: i64 = file
            .query_row(nothing, [], |row| row.get(0))
            .expect("it can be read");
        assert_eq!(kept, 0);
        drop(file);
        let again = Program::start_in(directory, |_| ());
        let alice = Person::stranger(&again.address);
        alice.sign_in("alice");
        alice.image("palette.png");
    }
}

/// The picture that is drawn would take for ever: its process is halted.
#[test]
#[cfg(target_os = "linux")]
fn a_stop_refuses_pictures_that_are_drawn_or_wait_and_keeps_nobody_waiting() {
    let program = Program::start();
    let alice = program.member("alice");
    let token = alice.form_token();
    let headers = [
        ("Content-Type", MULTIPART),
        ("X-CSRF-Token", token.as_str()),
    ];
    let send = |body: &[u8]| alice.upload("/api/v1/images", &headers, body);
    let slow = Form::default().file("image", &noise(1_500)).end();
    let body = Form::of_large().end();
    thread::scope(|scope| {
        let slow = scope.spawn(|| send(&slow));
        eventually("it is drawn", || program.drawing().len() == 1);
        let drawing = program.drawing()[0];
        kill_process(drawing, Signal::STOP).expect("it is there");
        // Between the fork and the program it is still its parent.
        let shown = || std::fs::read_to_string(format!("/proc/{drawing}/cmdline"));
        eventually("it says what it is", || {
            shown().is_ok_and(|shown| shown.starts_with("quartfeed\0draw\0post\0"))
        });
        let others: Vec<_> = (0..5).map(|_| scope.spawn(|| send(&body))).collect();
        let (directory, pid) = (program.database(), program.pid().to_string());
        let directory = directory.parent().expect("a directory");
        eventually("the others wait", || left_behind(directory, &pid).len() > 6);
        program.signal(Signal::TERM);
        for upload in others.into_iter().chain([slow]) {
            let answer = upload.join().expect("no panic");
            assert_eq!(answer.status, 503, "{}", answer.text);
        }
        eventually("nothing is drawn", || {
            !Path::new(&format!("/proc/{drawing}")).exists()
        });
    });
    let (status, _directory) = program.ended();
    assert_eq!(status.code(), Some(0));
}

/// A file system of its own that has less room than the picture.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_refuses_an_upload_and_nothing_else() {
    // Only root can mount.
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let program = disk.program();
    let alice = program.member("alice");
    let full = alice.send_image(Form::default().file("image", &photograph(6_000_000)));
    assert_eq!(
        (full.status, full.header("retry-after")),
        (503, Some("5")),
        "{}",
        full.text
    );
    assert!(full.has("the disk is full"), "{}", full.text);
    assert_eq!(alice.get("/").status, 200);
    // There is room for the form, and none for the pictures in it.
    let form = alice
        .post_form()
        .file("image", &photograph(2_000_000))
        .field("message", "my words");
    let page = alice.send_form("/post", form);
    assert_eq!((page.status, page.header("retry-after")), (503, Some("5")));
    assert!(
        page.has("the disk is full") && page.has("my words"),
        "{}",
        page.text
    );
    assert!(alice.get("/").posts().is_empty(), "no half post");
    // There is room again at once.
    alice.image("palette.png");
    assert_eq!(
        alice.post("/post", &[("message", "still here")]).status,
        303
    );
}

#[test]
fn readers_of_a_large_picture_who_stop_hold_no_worker_and_no_memory() {
    let site = Site::start();
    let alice = site.member("alice");
    let answer = alice.send_image(Form::default().file("image", &noise(800)));
    assert_eq!(answer.status, 201, "{}", answer.text);
    let path = answer.location().to_owned();
    let whole = alice.get(&path);
    assert!(
        whole.status == 200 && whole.bytes.len() > 256 * 1024,
        "the premise: {}",
        whole.bytes.len()
    );
    let cookies = alice.cookies();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\n\r\n").repeat(20);
    let asleep: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut socket = connect(alice.address());
            socket.write_all(request.as_bytes()).expect("it reads");
            socket
        })
        .collect();
    eventually("answers wait in files", || site.left_behind().len() > 20);
    assert_eq!(alice.get("/").status, 200);
    assert_eq!(alice.get(&path).bytes, whole.bytes);
    drop(asleep);
    eventually("nothing is left", || site.left_behind().is_empty());
}
