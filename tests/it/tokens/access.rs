//! Access tokens.

use std::time::Duration;

use serde_json::json;

use super::{EXPIRED, REVOKED, assert_refused, refresh};
use crate::harness::{JSON, MINUTE, PASSWORD, Page, Pair, Site};

#[test]
fn a_password_gives_a_pair_that_nobody_keeps() {
    let site = Site::start();
    site.member("alice");
    let sent = json!({ "username": "alice", "password": PASSWORD });
    let answer = site.visitor().send("POST", "/token", &sent);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None);
    let json = answer.json();
    assert_eq!(
        (&json["token_type"], &json["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    let pair = Pair::of(&answer);
    let me = site.script_with(&pair.access).get("/me");
    assert_eq!((me.status, &me.json()["username"]), (200, &json!("alice")));
    let lower = [("Authorization", &*format!("bearer {}", pair.access))];
    assert_eq!(site.visitor().get_with("/api/v1/me", &lower).status, 200);
    assert_eq!(
        site.visitor().get_with("/settings", &lower).status,
        303,
        "for the API only"
    );
    let file = std::fs::read(site.database()).expect("the file is there");
    let file = String::from_utf8_lossy(&file);
    assert!(!file.contains(&pair.refresh), "only hashes are kept");
}

#[test]
fn an_access_token_lasts_a_quarter_of_an_hour() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    site.pass(15 * MINUTE);
    assert_eq!(script.get("/me").status, 200, "within the leeway");
    site.pass(Duration::from_secs(6));
    assert_refused(&script, EXPIRED);
    let stale = [
        ("Authorization", &*format!("Bearer {}", script.token)),
        JSON,
    ];
    let sent = json!({ "username": "alice", "password": PASSWORD }).to_string();
    let answer = site
        .visitor()
        .ask("POST", "/api/v1/token", &stale, Some(&sent));
    assert_eq!(
        answer.status, 200,
        "an old token beside the password does no harm"
    );
}

#[test]
fn a_program_signs_itself_out() {
    let site = Site::start();
    let alice = site.member("alice");
    let pair = site.pair("alice");
    let (script, other) = (site.script_with(&pair.access), site.script("alice"));
    let mut stream = script.listen();
    let answer = script.tell("DELETE", "/token");
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    stream.expect_sign_out();
    assert_refused(&script, REVOKED);
    assert_eq!(refresh(&site, &pair.refresh).error(), (401, REVOKED.into()));
    assert_eq!(other.get("/me").status, 200, "the others stay");
    let session = alice.ask("DELETE", "/api/v1/token", &[JSON], None);
    assert_eq!(session.error().0, 400, "a session is no token");
    assert_eq!(alice.get("/api/v1/me").status, 200);
}

#[test]
fn a_stream_ends_with_its_access_token() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let mut stream = script.listen();
    site.pass(16 * MINUTE);
    stream.expect_sign_out();
}

#[test]
fn rights_are_those_of_today() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    site.execute("update users set role = 'admin', username = 'Alicia'");
    let me = script.get("/me").json();
    assert_eq!(
        (&me["role"], &me["username"]),
        (&json!("admin"), &json!("Alicia"))
    );
    for away in ["suspended_at", "leaves_at", "gone_at"] {
        site.execute(&format!("update users set {away} = 1"));
        assert_refused(&script, REVOKED);
        site.execute(&format!("update users set {away} = null"));
        assert_eq!(script.get("/me").status, 200);
    }
}

#[test]
fn guessing_passwords_here_is_slowed_down_as_on_the_page() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    let guess = || {
        let sent = json!({ "username": "nobody", "password": "wrong horse" });
        visitor.send("POST", "/token", &sent)
    };
    let answers: Vec<Page> = (0..11).map(|_| guess()).collect();
    let refused = answers.last().expect("eleven");
    assert_eq!(refused.error().0, 429);
    assert!(refused.header("retry-after").is_some());
}
