//! Signing in and out.

use super::HOSTILE_NEXT;
use crate::harness::{PASSWORD, Site};

#[test]
fn a_wrong_password_and_an_unknown_name_are_the_same() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let wrong = visitor.log_in("alice", "wrong horse");
    let unknown = visitor.log_in("nobody", "wrong horse");
    assert_eq!((wrong.status, unknown.status), (422, 422));
    assert!(
        wrong.has("Invalid username or password") && unknown.has("Invalid username or password")
    );
    assert!(wrong.has("value=\"alice\""));
}

#[test]
fn a_visitor_is_led_to_the_sign_in_page_and_back() {
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
    for next in HOSTILE_NEXT {
        let answer = site.visitor().post(
            "/login",
            &[
                ("username", "alice"),
                ("password", PASSWORD),
                ("next", next),
            ],
        );
        assert_eq!((answer.status, answer.location()), (303, "/"), "{next:?}");
        assert_eq!(answer.header("x"), None, "{next:?}");
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
    let plain = visitor.log_in("alice", PASSWORD);
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
    let file = site.file();
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
fn suspended_and_deleted_members_are_signed_out_and_cannot_sign_in() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = [("username", "alice"), ("password", PASSWORD)];
    for column in ["suspended_at", "gone_at"] {
        let set = |value: &str| {
            let sql = format!("update users set {column} = {value} where username = 'alice'");
            assert_eq!(site.file().execute(&sql, []).expect("written"), 1);
        };
        set("1");
        assert_eq!(alice.get("/user/alice").status, 303, "{column}");
        assert_eq!(alice.listen().status(), "401", "{column}");
        let refused = site.visitor().post("/login", &form);
        assert_eq!(refused.status, 422, "{column}");
        assert!(refused.has("Invalid username or password"), "{column}");
        set("null");
        assert_eq!(alice.get("/user/alice").status, 200, "{column}");
    }
}
