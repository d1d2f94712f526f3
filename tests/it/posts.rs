use crate::site::{FRAGMENT, Site, between};

#[test]
fn a_post_is_drawn_as_it_was_written() {
    let site = Site::start();
    let alice = site.member("alice");
    let long = "x".repeat(2_000);
    for (written, drawn) in [
        ("hello & welcome", "hello &amp; welcome"),
        (
            "<script>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("👩‍👩‍👧 שלום عالم", "👩‍👩‍👧 שלום عالم"),
        ("a\r\nb", "a\nb"),
        (&long, &long),
    ] {
        let id = alice.write(written);
        let page = alice.get("/");
        assert_eq!(page.posts()[0], id);
        assert!(
            page.has(drawn) && !page.has("<script>alert") && !page.has("href=\"javascript"),
            "{written}"
        );
    }
}

#[test]
fn without_a_script_a_post_leads_back_to_the_river() {
    let site = Site::start();
    let alice = site.member("alice");
    let answer = alice.post("/post", &[("message", "hi")]);
    assert_eq!((answer.status, answer.location()), (303, "/"));
    let answer = alice.post("/post", &[("message", "hi"), ("next", "/user/alice")]);
    assert_eq!(answer.location(), "/user/alice");
}

#[test]
fn a_refused_post_says_why_and_keeps_the_text() {
    let site = Site::start();
    let alice = site.member("alice");
    let too_long = "é".repeat(3_001);
    for (message, reason) in [
        ("  \n ", "This field is required."),
        (
            too_long.as_str(),
            "Field cannot be longer than 3000 characters.",
        ),
        ("a\0b", "Control characters are not allowed (found U+0000)."),
    ] {
        let page = alice.post("/post", &[("message", message)]);
        assert_eq!(page.status, 422);
        assert!(page.has(reason), "{}", page.text);
        assert!(page.has("aria-invalid=\"true\" aria-describedby=\"message-error\""));
        let form = alice.post_with("/post", &[("message", message)], &[("Accept", FRAGMENT)]);
        assert_eq!(form.status, 422);
        assert!(form.text.starts_with("<form") && form.has(reason));
    }
    let page = alice.post("/post", &[("message", &too_long)]);
    assert!(page.has(&too_long), "what was typed is still there");
    assert_eq!(
        alice
            .post("/post", &[("message", &"é".repeat(3_000))])
            .status,
        303
    );
}

#[test]
fn a_post_has_one_address_that_can_be_read() {
    let site = Site::start();
    let alice = site.member("alice");
    let id = alice.write("Привет, my dear world!");
    let right = format!("/post/{id}/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82-my-dear-world");
    assert_eq!(alice.get(&right).status, 200);
    for wrong in [
        format!("/post/{id}"),
        format!("/post/{id}/something-else"),
        format!("/post/{id}/%FF"),
    ] {
        let moved = alice.get(&wrong);
        assert_eq!(
            (moved.status, moved.location()),
            (301, right.as_str()),
            "{wrong}"
        );
    }
    let digits = "0".repeat(13);
    for nothing in [
        digits.as_str(),
        "1",
        "x",
        "ZZZZZZZZZZZZZ",
        "-1",
        "9999999999999999999",
        "%00",
        "..%2F",
    ] {
        assert_eq!(
            alice.get(&format!("/post/{nothing}/post")).status,
            404,
            "{nothing}"
        );
    }
}

#[test]
fn only_its_author_deletes_a_post() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let id = alice.write("mine");
    let delete = format!("/post/{id}/delete");
    assert!(alice.get("/").has(&delete) && !bob.get("/user/alice").has(&delete));
    assert_eq!(bob.post(&delete, &[]).status, 403);
    assert_eq!(
        site.visitor().post(&delete, &[]).status,
        303,
        "to the sign-in page"
    );
    assert_eq!(alice.get("/").posts(), [id.as_str()]);

    let answer = alice.post(&delete, &[]);
    assert_eq!((answer.status, answer.location()), (303, "/"));
    assert!(alice.get("/").posts().is_empty());
    assert_eq!(alice.get(&format!("/post/{id}/mine")).status, 404);
    assert_eq!(alice.post(&delete, &[]).status, 404, "it is gone already");
}

#[test]
fn a_script_that_deletes_gets_the_means_to_take_it_back() {
    let site = Site::start();
    let alice = site.member("alice");
    let id = alice.write("mine");
    let answer = alice.post_with(&format!("/post/{id}/delete"), &[], &[("Accept", FRAGMENT)]);
    assert_eq!(answer.status, 200);
    assert!(answer.text.starts_with("<form class=\"undo\""));
    let undo = between(&answer.text, "action=\"", "\"").to_owned();
    let back = alice.post_with(&undo, &[], &[("Accept", FRAGMENT)]);
    assert_eq!((back.status, back.posts()), (200, vec![id.clone()]));
    assert_eq!(alice.get("/").posts(), [id]);
}

#[test]
fn other_kinds_of_bodies_and_methods_are_refused() {
    let site = Site::start();
    let alice = site.member("alice");
    assert_eq!(alice.get("/post").status, 405);
    assert_eq!(alice.get("/post").header("allow"), Some("POST"));
    assert_eq!(alice.get("/no/such/thing").status, 404);
    let many: Vec<(&str, &str)> = (0..101).map(|_| ("message", "x")).collect();
    assert_eq!(alice.post_as_is("/post", &many, &[]).status, 400);
}
