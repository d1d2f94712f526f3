//! Malformed and hostile bodies and addresses.

use serde_json::json;

use super::keys;
use crate::harness::{JSON, Page, Script, Site, exchange};

fn send(script: &Script, kind: Option<&str>, body: &str) -> Page {
    let headers: Vec<_> = kind
        .map(|kind| ("Content-Type", kind))
        .into_iter()
        .collect();
    script.ask("POST", "/posts", &headers, Some(body))
}

#[test]
fn only_json_is_taken() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let body = json!({ "message": "hi" }).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json+xml",
        "application/merge-patch+json",
        "application/json-patch+json",
        "model/gltf+json",
        "",
    ] {
        let answer = send(&script, Some(kind), &body);
        let expected = (415, "The body must be application/json.".to_owned());
        assert_eq!(answer.error(), expected, "{kind}");
    }
    for kind in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/vnd.api+json",
        "Application/LD+JSON; profile=\"x\"",
    ] {
        assert_eq!(send(&script, Some(kind), &body).status, 201, "{kind}");
    }
    let put = script.ask("PUT", "/users/alice/follow", &[], Some("x=1"));
    assert_eq!(put.error().0, 415, "even where nothing is read");
}

#[test]
fn malformed_or_deeply_nested_json_is_a_clean_400() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let deep = |n: usize| format!("{{\"message\":{}{}}}", "[".repeat(n), "]".repeat(n));
    for body in [
        deep(10_000),
        deep(16),
        "[".repeat(10_000),
        "{".into(),
        "{} {}".into(),
        r#"{"message":"\ud800"}"#.into(),
        r#"{"message":1e999}"#.into(),
        "nonsense".into(),
    ] {
        let answer = send(&script, Some("application/json"), &body);
        assert_eq!(answer.error().0, 400, "{}", &body[..body.len().min(30)]);
    }
}

#[test]
fn wrong_types_are_named_and_what_is_more_is_passed_over() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    for body in [
        r#"{"message":5}"#,
        r#"{"message":true}"#,
        r#"{"message":["hi"]}"#,
        r#"{"message":{"text":"hi"}}"#,
    ] {
        let answer = send(&script, Some("application/json"), body);
        assert_eq!(answer.status, 422, "{body}");
        let expected = "This field must be a string.";
        assert_eq!(answer.json()["fields"]["message"], expected, "{body}");
    }
    for body in ["", "{}", r#"{"message":null}"#, r#"{"message":" \n "}"#] {
        let answer = send(&script, Some("application/json"), body);
        assert_eq!(
            answer.error(),
            (422, "This field is required.".into()),
            "{body}"
        );
        assert_eq!(keys(&answer.json()["fields"]), ["message"]);
    }
    for body in ["[]", "5", "null", "\"hi\""] {
        let answer = send(&script, Some("application/json"), body);
        assert_eq!(answer.status, 422, "{body}");
        assert!(keys(&answer.json()["fields"]).is_empty());
    }
    let answer = send(&script, Some("application/json"), r#"{"message":"\u0000"}"#);
    assert_eq!(answer.status, 422);
    let long = json!({ "message": "é".repeat(3_001) }).to_string();
    let answer = send(&script, Some("application/json"), &long);
    let expected = "Field cannot be longer than 3000 characters.";
    assert_eq!(answer.error(), (422, expected.into()));
    let body = r#"{"message":"one","x":[[]],"message":"two"}"#;
    let answer = send(&script, Some("application/json"), body);
    assert_eq!(
        (answer.status, &answer.json()["message"]),
        (201, &json!("two"))
    );
}

#[test]
fn a_body_that_is_too_large_is_refused_in_json() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let address = site.visitor().address().to_owned();
    let head = |length: usize| {
        format!(
            "POST /api/v1/posts HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            script.token
        )
    };
    let answer = exchange(&address, head(256 * 1024 + 1).as_bytes());
    let answer = String::from_utf8(answer).expect("UTF-8");
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(
        answer.contains("\r\nContent-Type: application/json\r\n"),
        "{answer}"
    );
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert!(body["error"].as_str().expect("words").contains("262144"));
    let padded = format!("{{\"message\":5,{}\"x\":0}}", " ".repeat(256 * 1024 - 20));
    let answer = script.ask("POST", "/posts", &[JSON], Some(&padded));
    assert_eq!(answer.status, 422, "what just fits is read");
}

#[test]
fn refusals_of_the_door_are_json_in_the_api_and_text_elsewhere() {
    let site = Site::start();
    let address = site.visitor().address().to_owned();
    for (path, kind) in [("/api/v1/me", "application/json"), ("/login", "text/plain")] {
        for wrong in [
            "Host: x\r\nHost: y",
            "Host: x\r\nTransfer-Encoding: chunked",
        ] {
            let request = format!("GET {path} HTTP/1.1\r\n{wrong}\r\n\r\n");
            let answer = String::from_utf8(exchange(&address, request.as_bytes()));
            let answer = answer.expect("UTF-8");
            assert!(
                answer.contains(&format!("Content-Type: {kind}")),
                "{answer}"
            );
        }
    }
}

#[test]
fn an_address_that_names_nothing_is_a_404() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let ids = [
        "x",
        "0",
        "-1",
        "99999999999999999999",
        "%00",
        "%ff",
        "a%2fb",
        "0000000000000",
    ];
    for id in ids {
        for path in [
            format!("/posts/{id}"),
            format!("/posts/{id}/comments"),
            format!("/comments/{id}"),
            format!("/users/{id}-"),
        ] {
            assert_eq!(script.get(&path).error().0, 404, "{path}");
        }
        for path in [format!("/posts/{id}/like"), format!("/comments/{id}/like")] {
            assert_eq!(script.tell("PUT", &path).error().0, 404, "{path}");
            assert_eq!(script.tell("DELETE", &path).error().0, 404, "{path}");
        }
        let sent = json!({ "comment": "x", "message": "x" });
        let answer = script.send("PATCH", &format!("/comments/{id}"), &sent);
        assert_eq!(answer.error().0, 404, "{id}");
    }
}
