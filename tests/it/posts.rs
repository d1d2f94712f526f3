//! Posts on their pages: writing, changing, deleting, and taking a deletion back.

use std::time::Duration;

use crate::harness::{FRAGMENT, Site, between, eventually};

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
fn a_post_without_a_script_leads_back_to_the_river() {
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

#[test]
fn an_edited_post_says_so_and_keeps_its_history() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let id = bob.write("first words");
    let edit = format!("/post/{id}/edit");
    let old_address = format!("/post/{id}/first-words");
    assert!(bob.get(&old_address).has("?edit") && !alice.get(&old_address).has("?edit"));
    assert!(bob.get(&format!("{old_address}?edit")).has("Edit post"));
    assert_eq!(alice.get(&format!("{old_address}?edit")).status, 403);
    assert_eq!(alice.post(&edit, &[("message", "mine now")]).status, 403);
    let refused = bob.post(&edit, &[("message", " ")]);
    assert_eq!(refused.status, 422);
    assert!(refused.has("This field is required.") && refused.has("aria-invalid=\"true\""));

    site.pass(Duration::from_mins(1));
    for (message, slug) in [
        ("second words", "second-words"),
        ("last words", "last-words"),
    ] {
        let answer = bob.post(&edit, &[("message", message)]);
        assert_eq!(
            (answer.status, answer.location()),
            (303, format!("/post/{id}/{slug}").as_str())
        );
    }
    bob.post(&edit, &[("message", "last words")]);
    let moved = alice.get(&format!("{old_address}?history"));
    assert_eq!(
        (moved.status, moved.location()),
        (301, format!("/post/{id}/last-words?history").as_str())
    );
    let page = alice.get(moved.location());
    let (now, earlier) = page
        .text
        .split_once("Earlier versions")
        .expect("the history");
    assert!(now.contains("last words") && now.contains("edited"));
    assert_eq!(
        earlier.matches("words</div>").count(),
        2,
        "the same words are no edit"
    );
    assert!(earlier.find("second words") < earlier.find("first words"));
    assert_eq!(alice.get("/").posts(), [id.as_str()]);
}

#[test]
fn a_deletion_can_be_taken_back_for_ten_minutes_and_then_nothing_is_left() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let id = bob.write("secret plan");
    let comment = alice.comment(&id, "secret comment");
    let (delete, undelete) = (format!("/post/{id}/delete"), format!("/post/{id}/undelete"));
    let page = format!("/post/{id}/secret-plan");
    assert_eq!(bob.post(&delete, &[]).status, 303);
    let home = bob.get("/");
    assert!(
        home.has("Post deleted") && home.has(&undelete),
        "without a script there is a button"
    );
    for gone in [
        page.clone(),
        format!("/comment/{comment}"),
        format!("/sse/post/{id}"),
    ] {
        assert_eq!(alice.get(&gone).status, 404, "{gone}");
        assert_eq!(bob.get(&gone).status, 404, "{gone}");
    }
    for list in [
        "/",
        "/everything",
        "/discussions",
        "/user/bob",
        "/user/alice/activity",
    ] {
        assert!(alice.get(list).posts().is_empty(), "{list}");
    }
    for act in ["comment", "like", "edit", "mute"] {
        let form = [("comment", "x"), ("message", "x")];
        assert_eq!(
            alice.post(&format!("/post/{id}/{act}"), &form).status,
            404,
            "{act}"
        );
    }
    assert_eq!(alice.post(&undelete, &[]).status, 404);
    site.pass(Duration::from_mins(9));
    for _ in 0..2 {
        let answer = bob.post(&undelete, &[]);
        assert_eq!((answer.status, answer.location()), (303, page.as_str()));
    }
    assert_eq!(alice.get(&page).comments(), [comment.as_str()]);

    bob.press(&delete);
    site.pass(Duration::from_mins(11));
    assert_eq!(bob.post(&undelete, &[]).status, 404);
    site.restart();
    eventually("the file forgets it", || {
        let rows = "select (select count(*) from posts) + (select count(*) from comments) + (select count(*) from acts)";
        site.number(rows) == 0
    });
}

#[test]
fn the_same_form_twice_is_one_post_also_at_once() {
    let site = Site::start();
    let alice = site.member("alice");
    let page = alice.get("/");
    let key = between(&page.text, "name=\"form_key\" value=\"", "\"");
    let token = between(&page.text, "name=\"csrf_token\" value=\"", "\"");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let form = [
                    ("message", "once"),
                    ("form_key", key),
                    ("csrf_token", token),
                ];
                assert_eq!(alice.post_as_is("/post", &form, &[]).status, 303);
            });
        }
    });
    assert_eq!(alice.get("/").posts().len(), 1);
    alice.post("/post", &[("message", "once")]);
    assert_eq!(
        alice.get("/").posts().len(),
        2,
        "without a key nothing is known of an earlier one"
    );
    let answer = alice.post_with(
        "/post",
        &[("message", "once"), ("form_key", key)],
        &[("Accept", FRAGMENT)],
    );
    assert_eq!((answer.status, answer.posts().len()), (201, 1));
    assert_eq!(alice.get("/").posts().len(), 2);
    // A deleted post that is sent again is a new post.
    let [second, first] = <[String; 2]>::try_from(alice.get("/").posts()).expect("two");
    alice.press(&format!("/post/{first}/delete"));
    let again = alice.post_with(
        "/post",
        &[("message", "once"), ("form_key", key)],
        &[("Accept", FRAGMENT)],
    );
    assert_eq!(again.status, 201);
    assert!(!again.posts().contains(&first) && !again.posts().contains(&second));
}
