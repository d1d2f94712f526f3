//! Sessions over the API.

use serde_json::json;

use super::keys;
use crate::harness::{JSON, PASSWORD, Site};

#[test]
fn a_session_begins_is_shown_and_ends() {
    let site = Site::start();
    site.member("alice");
    let browser = site.visitor();
    let shown = browser.get("/api/v1/session");
    assert_eq!(shown.error(), (401, "no user logged in".into()));

    let sent = json!({ "username": "alice", "password": PASSWORD });
    let answer = browser.send("POST", "/session", &sent);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let user = answer.json();
    let expected = ["avatar_url", "created_at", "id", "name", "role", "username"];
    assert_eq!(keys(&user), expected);
    assert_eq!(
        (&user["username"], &user["role"]),
        (&json!("alice"), &json!("member"))
    );
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(
        !cookie.contains("Max-Age"),
        "until the browser is closed: {cookie}"
    );
    assert_eq!(browser.get("/api/v1/session").json(), user);
    assert_eq!(browser.get("/api/v1/me").json(), user);
    assert!(
        browser.get("/user/alice").status == 200,
        "the pages know it as well"
    );

    let mut stream = browser.listen_at("/api/v1/events", &[]);
    let ended = browser.ask("DELETE", "/api/v1/session", &[JSON], None);
    assert_eq!((ended.status, ended.text.as_str()), (204, ""));
    stream.expect_sign_out();
    assert_eq!(browser.get("/api/v1/session").status, 401);
    let again = browser.ask("DELETE", "/api/v1/session", &[], None);
    assert_eq!(again.status, 204, "idempotent");
}

#[test]
fn a_session_may_outlive_the_browser() {
    let site = Site::start();
    site.member("alice");
    let sent = json!({ "username": "alice", "password": PASSWORD, "stay_signed_in": true });
    let answer = site.visitor().send("POST", "/session", &sent);
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("Max-Age=7776000"), "{cookie}");
}

#[test]
fn wrong_and_missing_credentials_are_told_apart() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    for path in ["/session", "/token"] {
        for name in ["alice", "nobody"] {
            let sent = json!({ "username": name, "password": "wrong horse" });
            let answer = visitor.send("POST", path, &sent);
            let expected = (401, "Invalid username or password".to_owned());
            assert_eq!(answer.error(), expected, "{path} {name}");
        }
        for (sent, fields) in [
            (json!({}), vec!["password", "username"]),
            (json!({ "username": "alice" }), vec!["password"]),
            (
                json!({ "password": PASSWORD, "username": "" }),
                vec!["username"],
            ),
            (
                json!({ "password": PASSWORD, "username": null }),
                vec!["username"],
            ),
            (
                json!({ "password": 5, "username": ["alice"] }),
                vec!["password", "username"],
            ),
        ] {
            let answer = visitor.send("POST", path, &sent);
            let expected = (422, "username and password data required".to_owned());
            assert_eq!(answer.error(), expected, "{path} {sent}");
            assert_eq!(keys(&answer.json()["fields"]), fields, "{path} {sent}");
        }
    }
    let sent = json!({ "username": "alice", "password": PASSWORD, "stay_signed_in": "yes" });
    let answer = visitor.send("POST", "/session", &sent);
    assert_eq!(answer.status, 422);
    assert_eq!(keys(&answer.json()["fields"]), ["stay_signed_in"]);
}
