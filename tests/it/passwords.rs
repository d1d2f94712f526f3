//! Passwords that are refused, and why.

use crate::harness::{PASSWORD, Page, Person, Site};

fn register(person: &Person, username: &str, password: &str) -> Page {
    person.post(
        "/register",
        &[
            ("username", username),
            ("password", password),
            ("name", "Alice Liddell"),
        ],
    )
}

#[test]
fn a_password_that_everybody_tries_first_is_refused_beside_its_field() {
    let site = Site::with(|config| config.site.name = "Our Family".into());
    let visitor = site.visitor();
    for (password, reason) in [
        (
            "password1",
            "This password is too common. Please choose another one.",
        ),
        (
            "QWERTYUIOP",
            "This password is too common. Please choose another one.",
        ),
        (
            "ALICE_99",
            "This password is the same as your username. Please choose another one.",
        ),
        (
            "our family",
            "This password is the same as the name of this site. Please choose another one.",
        ),
        ("short", "Field must be at least 8 characters long."),
    ] {
        let refused = register(&visitor, "alice_99", password);
        assert_eq!(refused.status, 422, "{password}");
        let message =
            format!("<p class=\"field-error\" id=\"password-error\" role=\"alert\">{reason}</p>");
        assert!(refused.has(&message), "{password}: {}", refused.text);
        assert!(refused.has("value=\"alice_99\"") && refused.has("value=\"Alice Liddell\""));
        assert!(!refused.has(password), "a password is never drawn");
    }
    let taken = register(&visitor, "alice_99", "alice_99 and more");
    assert_eq!(taken.status, 303, "{}", taken.text);
}

#[test]
fn a_password_is_as_long_as_it_is_in_characters() {
    let site = Site::start();
    let visitor = site.visitor();
    assert_eq!(register(&visitor, "alice", &"ж".repeat(257)).status, 422);
    assert_eq!(register(&visitor, "alice", &"ж".repeat(7)).status, 422);
    let long = "ж".repeat(256);
    assert_eq!(register(&visitor, "alice", &long).status, 303);
    let signed_in = visitor.log_in("alice", &long);
    assert_eq!(signed_in.status, 303, "{}", signed_in.text);
}

#[test]
fn signing_in_asks_nothing_of_a_password_but_to_be_right() {
    let site = Site::start();
    site.member("alice");
    let wrong = site.visitor().log_in("alice", "password1");
    assert!(wrong.has("Invalid username or password"), "{}", wrong.text);
    assert!(!wrong.has("too common"));
}

#[test]
fn changing_ones_password_asks_the_same_of_it() {
    let site = Site::with(|config| config.site.name = "Our Family".into());
    let alice = site.member("alice_99");
    for (password, reason) in [
        ("Password1", "This password is too common."),
        ("Alice_99", "This password is the same as your username."),
        (
            "ourfamily",
            "This password is the same as the name of this site.",
        ),
    ] {
        let change = [("current_password", PASSWORD), ("new_password", password)];
        let refused = alice.post("/settings/account", &change);
        assert_eq!(refused.status, 422, "{password}");
        assert!(
            refused.has(&format!(
                "id=\"new_password-error\" role=\"alert\">{reason}"
            )),
            "{}",
            refused.text
        );
    }
    assert_eq!(site.visitor().log_in("alice_99", PASSWORD).status, 303);
}

#[test]
fn a_password_is_right_however_a_keyboard_encodes_it() {
    let site = Site::start();
    let visitor = site.visitor();
    let (composed, decomposed) = (
        "mañana über café 7",
        "man\u{303}ana u\u{308}ber cafe\u{301} 7",
    );
    for (name, set, sent) in [
        ("alice", composed, decomposed),
        ("bob", decomposed, composed),
        ("carol", "eight\u{a0}or more", "eight or more"),
        ("dora", "        ", "        "),
    ] {
        assert_eq!(register(&visitor, name, set).status, 303, "{name}");
        let form = [("username", name), ("password", sent)];
        assert_eq!(
            site.visitor().post("/login", &form).location(),
            "/",
            "{name}"
        );
        let body = serde_json::json!({ "username": name, "password": sent }).to_string();
        let pair = site.visitor().upload(
            "/api/v1/token",
            &[("Content-Type", "application/json")],
            body.as_bytes(),
        );
        assert_eq!(pair.status, 200, "{name}: {}", pair.text);
    }
    let form = [("username", "alice"), ("password", "manana uber cafe 7")];
    assert_eq!(site.visitor().post("/login", &form).status, 422);
}
