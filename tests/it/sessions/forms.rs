//! Forged forms.

use crate::harness::{PASSWORD, Site};

#[test]
fn a_form_without_its_token_does_nothing_and_keeps_the_text() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let foreign = bob.form_token();
    for form in [
        vec![("message", "my words")],
        vec![("message", "my words"), ("csrf_token", "")],
        vec![("message", "my words"), ("csrf_token", "nonsense")],
        vec![("message", "my words"), ("csrf_token", &foreign)],
    ] {
        let page = alice.post_as_is("/post", &form, &[]);
        assert_eq!(page.status, 403, "{form:?}");
        assert!(
            page.has("Invalid POST contents") && page.has("my words</textarea>"),
            "{form:?}"
        );
    }
    assert!(alice.get("/").posts().is_empty());
}

#[test]
fn a_button_without_its_token_may_be_pressed_again() {
    let site = Site::start();
    let (alice, _bob) = (site.member("alice"), site.member("bob"));
    let page = alice.post_as_is("/follow/bob", &[("next", "/user/bob")], &[]);
    assert_eq!(page.status, 403);
    assert!(
        page.has("Invalid POST contents")
            && page.has("action=\"/follow/bob\"")
            && page.has("value=\"/user/bob\"")
    );
}

#[test]
fn a_browser_without_cookies_is_told_to_allow_them() {
    let site = Site::start();
    let words = "please allow them";
    let form = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("csrf_token", "x"),
    ];
    let fresh = site.visitor().post_as_is("/login", &form, &[]);
    assert!(fresh.status == 403 && fresh.has(words), "{}", fresh.text);
    let known = site.visitor();
    known.get("/login");
    let outdated = known.post_as_is("/login", &form, &[]);
    assert!(
        outdated.status == 403 && !outdated.has(words),
        "{}",
        outdated.text
    );
    for (person, is_told) in [(site.visitor(), true), (site.member("bob"), false)] {
        let repeat = person.post_as_is("/theme", &[("theme", "dark")], &[]);
        assert_eq!(
            (
                repeat.status,
                repeat.has(words),
                repeat.has("open for too long")
            ),
            (403, is_told, !is_told)
        );
    }
}

#[test]
fn another_site_cannot_send_our_forms() {
    let site = Site::start();
    let alice = site.member("alice");
    let headers = [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
    ];
    for header in headers {
        let page = alice.post_with("/post", &[("message", "not mine")], &[header]);
        assert_eq!(page.status, 403, "{header:?}");
    }
    let own = format!("http://{}", alice.address());
    for header in [("Sec-Fetch-Site", "same-origin"), ("Origin", own.as_str())] {
        assert_eq!(
            alice
                .post_with("/post", &[("message", "mine")], &[header])
                .status,
            303,
            "{header:?}"
        );
    }
    assert!(!alice.get("/").has("not mine"));
}
