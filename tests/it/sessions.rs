use std::time::Duration;

use crate::site::{PASSWORD, Site};

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn a_wrong_password_and_an_unknown_name_are_the_same() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let wrong = visitor.post(
        "/login",
        &[("username", "alice"), ("password", "wrong horse")],
    );
    let unknown = visitor.post(
        "/login",
        &[("username", "nobody"), ("password", "wrong horse")],
    );
    assert_eq!((wrong.status, unknown.status), (422, 422));
    assert!(
        wrong.has("Invalid username or password") && unknown.has("Invalid username or password")
    );
    assert!(wrong.has("value=\"alice\""));
}

#[test]
fn who_is_not_signed_in_is_led_there_and_back() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let sent = visitor.get("/user/alice?before=x");
    assert_eq!(
        (sent.status, sent.location()),
        (303, "/login?next=%2Fuser%2Falice%3Fbefore%3Dx")
    );
    let login = visitor.get(sent.location());
    assert!(login.has("name=\"next\" value=\"/user/alice?before=x\""));
    let answer = visitor.post(
        "/login",
        &[
            ("username", "alice"),
            ("password", PASSWORD),
            ("next", "/user/alice"),
        ],
    );
    assert_eq!((answer.status, answer.location()), (303, "/user/alice"));
}

#[test]
fn next_never_leads_to_another_site() {
    let site = Site::start();
    site.member("alice");
    for next in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "\t//evil",
    ] {
        let answer = site.visitor().post(
            "/login",
            &[
                ("username", "alice"),
                ("password", PASSWORD),
                ("next", next),
            ],
        );
        assert_eq!((answer.status, answer.location()), (303, "/"), "{next:?}");
    }
}

#[test]
fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let site = Site::start();
    let alice = site.member("alice");
    let cookies = alice.cookies();
    let answer = alice.post("/logout", &[]);
    assert_eq!((answer.status, answer.location()), (303, "/login"));
    assert!(alice.get("/login").has("You have been logged out"));
    let old = site
        .visitor()
        .get_with("/user/alice", &[("Cookie", &cookies)]);
    assert_eq!(old.status, 303, "the old cookie is worth nothing");
}

#[test]
fn a_session_is_new_at_each_sign_in_and_never_adopted() {
    let site = Site::start();
    let alice = site.member("alice");
    let first = alice.cookies();
    alice.sign_in("alice");
    assert_ne!(alice.cookies(), first);
    let old = site
        .visitor()
        .get_with("/user/alice", &[("Cookie", &first)]);
    assert_eq!(old.status, 303, "the session before has ended");
    let made_up = format!("quartfeed={}", "A".repeat(43));
    assert_eq!(
        site.visitor()
            .get_with("/user/alice", &[("Cookie", &made_up)])
            .status,
        303
    );
}

#[test]
fn the_cookie_is_limited_to_what_it_is_for() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let plain = visitor.post("/login", &[("username", "alice"), ("password", PASSWORD)]);
    let cookie = plain.header("set-cookie").expect("a cookie");
    assert!(
        cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/"),
        "{cookie}"
    );
    let kept = site.visitor().post(
        "/login",
        &[
            ("username", "alice"),
            ("password", PASSWORD),
            ("remember", "1"),
        ],
    );
    assert!(
        kept.header("set-cookie")
            .expect("a cookie")
            .contains("Max-Age=7776000")
    );
    let file = rusqlite::Connection::open(site.database()).expect("the file is there");
    let token = cookie.split(['=', ';']).nth(1).expect("a value");
    let stored: i64 = file
        .query_row(
            "select count(*) from sessions where token_hash = ?1 or token_hash = cast(?1 as blob)",
            [token],
            |row| row.get(0),
        )
        .expect("it can be read");
    assert_eq!(stored, 0, "only a hash is stored");
}

#[test]
fn an_unused_session_ends_and_a_used_one_ends_later() {
    let site = Site::start();
    let alice = site.member("alice");
    for _ in 0..3 {
        site.pass(7 * HOUR);
        assert_eq!(
            alice.get("/user/alice").status,
            200,
            "used every seven hours"
        );
    }
    site.pass(4 * HOUR);
    assert_eq!(alice.get("/user/alice").status, 303, "a day is over");
    alice.sign_in("alice");
    site.pass(13 * HOUR);
    assert_eq!(
        alice.get("/user/alice").status,
        303,
        "twelve hours without use"
    );
}

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

#[test]
fn a_crowd_at_the_door_is_asked_to_come_back() {
    let site = Site::start();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let visitors: Vec<_> = (0..40)
            .map(|_| {
                let visitor = site.visitor();
                scope.spawn(move || {
                    visitor.post("/login", &[("username", "nobody"), ("password", PASSWORD)])
                })
            })
            .collect();
        visitors
            .into_iter()
            .map(|visitor| visitor.join().expect("no panic"))
            .collect()
    });
    for answer in &answers {
        match answer.status {
            422 => assert!(answer.has("Invalid username or password")),
            503 => assert!(answer.header("retry-after").is_some()),
            other => panic!("{other}"),
        }
    }
    assert!(
        answers.iter().any(|answer| answer.status == 422),
        "some are served"
    );
}

/// Each hash takes 19 MiB; what is over must go back to the system, or a small machine runs out.
#[test]
#[cfg(target_os = "linux")]
fn sign_ins_leave_no_memory_behind() {
    const LEFT_KIB_MAX: u64 = 30 * 1_024;
    let program = crate::program::Program::start();
    let stranger = crate::site::Person::stranger(&program.address);
    let resident = || -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.pid()));
        let status = status.expect("it runs");
        let kib = crate::site::between(&status, "VmRSS:", "kB").trim();
        kib.parse().expect("a number")
    };
    let before = resident();
    for _ in 0..24 {
        let answer = stranger.post("/login", &[("username", "nobody"), ("password", PASSWORD)]);
        assert_eq!(answer.status, 422);
    }
    let after = resident();
    assert!(
        after < before + LEFT_KIB_MAX,
        "{before} KiB before, {after} KiB after"
    );
}
