//! Password, e-mail and leaving.

use std::time::Duration;

use crate::harness::{NEW_PASSWORD, PASSWORD, Person, Site};

fn sign_in(person: &Person, password: &str) -> u16 {
    person.log_in("alice", password).status
}

fn change(person: &Person) {
    let form = [
        ("current_password", PASSWORD),
        ("new_password", NEW_PASSWORD),
    ];
    let answer = person.post("/settings/account", &form);
    assert_eq!(
        (answer.status, answer.location()),
        (303, "/settings/account"),
        "{}",
        answer.text
    );
}

#[test]
fn a_new_password_ends_every_other_session_and_every_stream() {
    let site = Site::start();
    let (alice, bob) = (site.lasting_member("alice"), site.member("bob"));
    let other = site.visitor();
    other.sign_in("alice");
    let copy = site.copy_of(&alice);
    let mut streams = [alice.listen(), other.listen()];
    change(&alice);
    assert!(alice.get("/").has("Password changed"));
    assert_eq!(alice.get("/user/alice").status, 200);
    for stream in &mut streams {
        stream.expect_sign_out();
    }
    assert_eq!(other.get("/user/alice").status, 303);
    assert_eq!(
        copy.get("/user/alice").status,
        303,
        "the token before is worth nothing, at once"
    );
    assert_eq!(bob.get("/user/bob").status, 200);
    assert_eq!(
        alice.get("/").text.matches("An old sign-in key").count(),
        0,
        "that was no theft"
    );
    site.pass(Duration::from_hours(13 * 24));
    assert_eq!(
        alice.get("/user/alice").status,
        200,
        "still signed in for long"
    );
    assert_eq!(sign_in(&site.visitor(), PASSWORD), 422);
    assert_eq!(sign_in(&site.visitor(), NEW_PASSWORD), 303);
    let stream = alice.listen();
    assert_eq!(stream.status(), "200");
}

#[test]
fn a_session_for_the_day_stays_one() {
    let site = Site::start();
    let alice = site.member("alice");
    change(&alice);
    site.pass(Duration::from_hours(25));
    assert_eq!(alice.get("/user/alice").status, 303);
}

#[test]
fn a_changed_password_makes_other_devices_unknown_to_the_throttle() {
    let site = Site::behind_a_proxy();
    let alice = site.member("alice");
    let other = site.visitor().coming_from("192.0.2.100");
    other.sign_in("alice");
    change(&alice);
    for n in 0..3 {
        let guesser = site.visitor().coming_from(&format!("192.0.2.{n}"));
        assert_eq!(sign_in(&guesser, PASSWORD), 422);
    }
    assert_eq!(sign_in(&other, NEW_PASSWORD), 429);
    alice.press("/logout");
    assert_eq!(sign_in(&alice, NEW_PASSWORD), 303, "hers is known");
}

#[test]
fn a_refused_change_says_what_is_wrong_and_changes_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    let other = site.visitor();
    other.sign_in("alice");
    for (current, new, message) in [
        ("wrong horse", NEW_PASSWORD, "Invalid password"),
        (
            PASSWORD,
            "short",
            "Field must be at least 8 characters long.",
        ),
        ("", NEW_PASSWORD, "This field is required."),
        (PASSWORD, "", "This field is required."),
        (
            PASSWORD,
            &"x".repeat(257),
            "Field cannot be longer than 256 characters.",
        ),
    ] {
        let form = [("current_password", current), ("new_password", new)];
        let page = alice.post("/settings/account", &form);
        assert_eq!(page.status, 422, "{message}");
        assert!(page.has(message), "{message}");
        assert!(
            !page.has(&format!("value=\"{NEW_PASSWORD}\""))
                && !page.has(&format!("value=\"{PASSWORD}\""))
        );
    }
    assert_eq!(sign_in(&site.visitor(), PASSWORD), 303);
    assert_eq!(other.get("/user/alice").status, 200);
}

#[test]
fn dangerous_actions_need_a_recent_password_and_pages_do_not() {
    let site = Site::start();
    let alice = site.member("alice");
    site.pass(Duration::from_mins(11));
    for path in [
        "/settings/account",
        "/settings/account/delete",
        "/settings/sessions",
        "/settings",
    ] {
        assert_eq!(alice.get(path).status, 200, "{path}");
        let guest = site.visitor().get(path);
        assert!(
            guest.location().starts_with("/login?next=%2Fsettings"),
            "{path}"
        );
    }
    for path in [
        "/settings/account",
        "/settings/account/email",
        "/settings/account/delete",
    ] {
        let form = [
            ("password", PASSWORD),
            ("current_password", PASSWORD),
            ("new_password", NEW_PASSWORD),
        ];
        let answer = alice.post(path, &form);
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/confirm?next=%2Fsettings"),
            "{path}"
        );
        let guest = site.visitor().post(path, &form);
        assert_eq!(
            (guest.status, guest.location()),
            (303, "/login?next=%2F"),
            "{path}"
        );
    }
    assert_eq!(sign_in(&site.visitor(), PASSWORD), 303);
}

#[test]
fn an_address_is_for_its_owner_alone() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let wrong = alice.post("/settings/account/email", &[("email", "<nobody>")]);
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.has("This is not a valid e-mail address") && wrong.has("value=\"&lt;nobody&gt;\"")
    );
    alice.post(
        "/settings/account/email",
        &[("email", " alice@example.com ")],
    );
    let page = alice.get("/settings/account");
    assert!(page.has("E-mail address saved") && page.has("value=\"alice@example.com\""));
    for (person, path) in [
        (&bob, "/user/alice"),
        (&alice, "/user/alice"),
        (&bob, "/people"),
        (&bob, "/settings/account"),
    ] {
        assert!(!person.get(path).has("alice@example.com"), "{path}");
    }
    alice.post("/settings/account/email", &[("email", "")]);
    assert!(!alice.get("/settings/account").has("alice@example.com"));
}

#[test]
fn leaving_signs_out_everywhere_and_signing_in_cancels_it() {
    let site = Site::start();
    let alice = site.member("alice");
    let other = site.visitor();
    other.sign_in("alice");
    let wrong = alice.post("/settings/account/delete", &[("password", "wrong horse")]);
    assert!(wrong.status == 422 && wrong.has("Invalid password"));
    let mut streams = [alice.listen(), other.listen()];
    let answer = alice.post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!((answer.status, answer.location()), (303, "/login"));
    assert!(
        alice
            .get("/login")
            .has("will be deleted in 14 days. Sign in before then to keep it.")
    );
    for (person, stream) in [&alice, &other].iter().zip(&mut streams) {
        stream.expect_sign_out();
        assert_eq!(person.get("/user/alice").status, 303);
    }
    let leaves_at = || -> Option<i64> {
        site.file()
            .query_row("select leaves_at from users", [], |row| row.get(0))
            .expect("she is there")
    };
    assert!(leaves_at().is_some());
    assert_eq!(sign_in(&other, "wrong horse"), 422);
    assert!(leaves_at().is_some(), "a wrong password keeps nothing");
    site.pass(Duration::from_hours(13 * 24));
    assert_eq!(sign_in(&other, PASSWORD), 303);
    assert_eq!(leaves_at(), None);
    assert!(other.get("/").has("Welcome back. Your account stays."));
    assert!(!other.get("/").has("Welcome back."), "it is said once");
    alice.sign_in("alice");
    assert!(!alice.get("/").has("Welcome back."));
}

#[test]
fn the_settings_lead_to_every_section() {
    let site = Site::start();
    let alice = site.member("alice");
    let index = alice.get("/settings");
    for (path, title) in [
        ("/settings/account", "Account"),
        ("/settings/sessions", "Sessions"),
    ] {
        assert!(index.has(&format!("href=\"{path}\"")), "{path}");
        assert!(alice.get(path).has(&format!("<h1>{title}</h1>")), "{path}");
    }
}

/// A sign-in with the old password that runs during the change has no session afterwards.
#[test]
fn a_password_that_is_being_changed_lets_nobody_in() {
    let site = Site::start();
    let alice = site.member("alice");
    let strangers: Vec<_> = (0..6).map(|_| site.visitor()).collect();
    let tokens: Vec<String> = strangers.iter().map(Person::form_token).collect();
    let change = [
        ("current_password", PASSWORD),
        ("new_password", "another horse"),
    ];
    std::thread::scope(|scope| {
        for (stranger, token) in strangers.iter().zip(&tokens) {
            let form = [
                ("username", "alice"),
                ("password", PASSWORD),
                ("csrf_token", token),
            ];
            scope.spawn(move || stranger.post_as_is("/login", &form, &[]));
        }
        let changed = alice.post("/settings/account", &change);
        assert!([303, 503].contains(&changed.status), "{}", changed.text);
        if changed.status == 503 {
            // Too many passwords were being checked at once.
            assert_eq!(alice.post("/settings/account", &change).status, 303);
        }
    });
    assert_eq!(alice.get("/settings").status, 200);
    for stranger in &strangers {
        assert_eq!(stranger.get("/settings").status, 303, "nobody else is in");
    }
}

#[test]
fn a_link_for_a_new_password_ends_with_a_change_and_with_the_account() {
    for (path, form) in [
        (
            "/settings/account",
            &[
                ("current_password", PASSWORD),
                ("new_password", "another horse"),
            ][..],
        ),
        ("/settings/account/delete", &[("password", PASSWORD)][..]),
    ] {
        let site = Site::start();
        let alice = site.member("alice");
        let hash = quartfeed::model::Token::given("known").hash();
        let file = site.file();
        file.execute(
            "insert into links (token_hash, kind, user_id, expires_at, created_at)
             select ?, 'reset', id, ?, 0 from users where username = 'alice'",
            rusqlite::params![hash.0.as_slice(), site.now() + 60_000],
        )
        .expect("nobody else writes");
        assert_eq!(site.visitor().get("/reset/known").status, 200);
        assert_eq!(alice.post(path, form).status, 303);
        assert_eq!(site.visitor().get("/reset/known").status, 404, "{path}");
    }
}
