//! Requests that a page of another site would like to have sent.

use serde_json::json;

use crate::harness::{JSON, PASSWORD, Person, Site};

const FOLLOW: &str = "/api/v1/users/bob/follow";

fn follows(person: &Person) -> bool {
    let bob = person.get("/api/v1/users/bob").json();
    bob["relationship"] == "following"
}

#[test]
fn a_request_with_a_session_needs_a_proof_of_its_origin() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let foreign = bob.form_token();
    for headers in [
        vec![],
        vec![("X-CSRF-Token", "")],
        vec![("X-CSRF-Token", "nonsense")],
        vec![("X-CSRF-Token", foreign.as_str())],
        vec![("Content-Type", "text/plain")],
        vec![("Content-Type", "application/x-www-form-urlencoded")],
    ] {
        let answer = alice.ask("PUT", FOLLOW, &headers, Some(""));
        let expected = (403, "Invalid POST contents".to_owned());
        assert_eq!(answer.error(), expected, "{headers:?}");
        let answer = alice.ask("DELETE", FOLLOW, &headers, None);
        assert_eq!(answer.error(), expected, "{headers:?}");
    }
    assert!(!follows(&alice));
    let own = alice.form_token();
    assert_eq!(
        alice
            .ask("PUT", FOLLOW, &[("X-CSRF-Token", &own)], Some(""))
            .status,
        204
    );
    assert!(follows(&alice));
    assert_eq!(alice.ask("DELETE", FOLLOW, &[JSON], None).status, 204);
    assert!(!follows(&alice));
}

#[test]
fn another_site_cannot_use_a_session() {
    let site = Site::start();
    let (alice, _bob) = (site.member("alice"), site.member("bob"));
    let own_token = alice.form_token();
    for header in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
    ] {
        let headers = [JSON, ("X-CSRF-Token", own_token.as_str()), header];
        let answer = alice.ask("PUT", FOLLOW, &headers, Some(""));
        assert_eq!(answer.error().0, 403, "{header:?}");
        let sent = json!({ "username": "bob", "password": PASSWORD });
        let headers = [JSON, header];
        let answer =
            site.visitor()
                .ask("POST", "/api/v1/session", &headers, Some(&sent.to_string()));
        assert_eq!(answer.error().0, 403, "nor sign somebody in: {header:?}");
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert!(!follows(&alice));
    let origin = format!("http://{}", alice.address());
    let headers = [
        JSON,
        ("Origin", origin.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    assert_eq!(alice.ask("PUT", FOLLOW, &headers, Some("")).status, 204);
    for answer in [
        alice.ask(
            "OPTIONS",
            FOLLOW,
            &[("Origin", "https://evil.example")],
            None,
        ),
        alice.ask(
            "GET",
            "/api/v1/me",
            &[("Origin", "https://evil.example")],
            None,
        ),
    ] {
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "no CORS"
        );
    }
}

#[test]
fn a_token_needs_no_such_proof_and_no_cookie_helps_it() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let script = site.script("bob");
    let cookies = alice.cookies();
    let both = [
        ("Cookie", cookies.as_str()),
        ("Origin", "https://app.example"),
    ];
    let me = script.ask("GET", "/me", &both, None);
    assert_eq!(
        me.json()["username"],
        "bob",
        "the token counts, whoever's the cookie is"
    );
    let put = script.ask("PUT", "/users/alice/follow", &both, Some(""));
    assert_eq!(put.status, 204);
    assert_eq!(
        bob.get("/api/v1/users/alice").json()["relationship"],
        "following"
    );
    for token in ["nonsense", "", "qf_x"] {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str())];
        let answer = alice.ask("GET", "/api/v1/me", &headers, None);
        let expected = (401, "Malformed token".to_owned());
        assert_eq!(answer.error(), expected, "{token:?} beside a good cookie");
        let answer = alice.ask("GET", "/api/v1/session", &headers, None);
        assert_eq!(answer.error(), expected, "{token:?} beside a good cookie");
        let answer = alice.ask("GET", "/", &headers, None);
        assert!(!answer.has("Sign out"), "the pages ignore both");
    }
    let basic = [("Authorization", "Basic YTpi")];
    let answer = alice.ask("GET", "/api/v1/me", &basic, None);
    assert_eq!(answer.json()["username"], "alice", "a proxy's affair");
}
