//! Texts that are sent after the session has ended, by a browser without the script.

use std::time::Duration;

use crate::harness::{PASSWORD, Person, Site, samples::noise};

/// Longer than a session without "Stay signed in" lasts.
const NIGHT: Duration = Duration::from_hours(13);

/// Sends a form with the token that its page had, as a browser does.
fn send_late(person: &Person, path: &str, field: &str, text: &str, token: &str) -> String {
    let form = [(field, text), ("csrf_token", token)];
    let answer = person.post_as_is(path, &form, &[("Sec-Fetch-Site", "same-origin")]);
    assert_eq!(answer.status, 303, "{path}");
    answer.location().to_owned()
}

#[test]
fn a_text_that_is_sent_after_the_session_is_there_after_the_sign_in() {
    let site = Site::start();
    let alice = site.member("alice");
    let post = alice.write("First");
    let comment = alice.comment(&post, "Mine");
    for (path, field, button) in [
        ("/post".to_owned(), "message", "Post"),
        (format!("/post/{post}/comment"), "comment", "Comment"),
        (format!("/post/{post}/edit"), "message", "Save"),
        (format!("/comment/{comment}/edit"), "comment", "Save"),
    ] {
        let token = alice.form_token();
        site.pass(NIGHT);
        let text = format!("  late <b>\n{path}");
        let sent = send_late(&alice, &path, field, &text, &token);
        assert_eq!(sent, "/login?next=%2Funsent", "{path}");
        let form = [
            ("username", "alice"),
            ("password", PASSWORD),
            ("next", "/unsent"),
        ];
        assert_eq!(alice.post("/login", &form).location(), "/unsent");
        let page = alice.get("/unsent");
        assert!(page.has("Not sent yet") && page.has(&format!("action=\"{path}\"")));
        assert!(page.has(&format!("name=\"{field}\"")) && page.has(&format!(">{button}</button>")));
        assert!(
            page.has(&format!("\n  late &lt;b&gt;\n{path}</textarea>")),
            "{}",
            page.text
        );
        assert_eq!(alice.post(&path, &[(field, &text)]).status, 303);
    }
    let page = alice.read(&post);
    for path in ["edit", "comment"] {
        assert!(
            page.has(&format!("late &lt;b&gt;\n/post/{post}/{path}")),
            "{path}"
        );
    }
    assert!(page.has(&format!("late &lt;b&gt;\n/comment/{comment}/edit")));
    assert_eq!(alice.get("/").posts().len(), 2);
}

#[test]
fn a_form_with_room_for_pictures_keeps_its_text_too() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = alice
        .post_form()
        .field("message", "Of a night")
        .nothing_chosen();
    site.pass(NIGHT);
    assert_eq!(
        alice.send_form("/post", form).location(),
        "/login?next=%2Funsent"
    );
    alice.sign_in("alice");
    assert!(alice.get("/unsent").has("Of a night</textarea>"));
}

#[test]
fn a_text_beside_large_pictures_is_kept_without_them() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = alice.post_form().field("message", "Of a bright night");
    let form = form.file("image", &noise(400)).file("image", &noise(400));
    site.pass(NIGHT);
    let sent = alice.send_form("/post", form);
    assert_eq!(sent.location(), "/login?next=%2Funsent");
    alice.sign_in("alice");
    assert!(alice.get("/unsent").has("Of a bright night</textarea>"));
    assert!(alice.get("/").posts().is_empty());
}

#[test]
fn a_text_beside_pictures_that_are_too_large_is_on_the_page() {
    let site = Site::with(|config| config.limits.image_bytes = 64 * 1024);
    let alice = site.member("alice");
    let form = alice.post_form().field("message", "Nine at once");
    let page = alice.send_form("/post", form.file("image", &vec![0; 1 << 20]));
    assert_eq!(page.status, 413);
    assert!(
        page.has("Make it smaller") && page.has("Nine at once"),
        "{}",
        page.text
    );
}

#[test]
fn a_text_is_for_its_browser_and_the_first_who_signs_in() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let token = alice.form_token();
    site.pass(NIGHT);
    send_late(&alice, "/post", "message", "private", &token);
    bob.sign_in("bob");
    assert_eq!(bob.get("/unsent").location(), "/", "another browser");

    alice.sign_in("alice");
    assert!(alice.get("/unsent").has("private"));
    assert!(alice.get("/unsent").has("private"), "after a reload");
    // Bob takes over the browser.
    alice.sign_in("bob");
    assert_eq!(alice.get("/unsent").location(), "/");

    let token = alice.form_token();
    site.pass(NIGHT);
    send_late(&alice, "/post", "message", "again", &token);
    alice.sign_in("alice");
    alice.press("/logout");
    alice.sign_in("alice");
    assert_eq!(alice.get("/unsent").location(), "/", "signed out");
}

#[test]
fn only_texts_of_this_site_are_kept() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    for header in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Origin", "https://evil.example"),
    ] {
        let answer = visitor.post_as_is("/post", &[("message", "not mine")], &[header]);
        assert_eq!(answer.location(), "/login?next=%2F", "{header:?}");
    }
    // A button carries no text.
    let answer = visitor.post_as_is("/follow/alice", &[("csrf_token", "x")], &[]);
    assert_eq!(answer.location(), "/login?next=%2F");
    // A script keeps its drafts itself.
    let answer = visitor.post_as_is(
        "/post",
        &[("message", "fetched")],
        &[("Accept", "text/vnd.quartfeed.fragment+html")],
    );
    assert_eq!(answer.status, 401);
    visitor.sign_in("alice");
    assert_eq!(visitor.get("/unsent").location(), "/");
    let stranger = site.visitor().get("/unsent");
    assert_eq!(stranger.location(), "/login?next=%2Funsent");
}
