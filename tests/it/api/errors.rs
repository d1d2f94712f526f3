//! Errors in JSON.

use quartfeed::routes::{Handler, ROUTES};

use crate::harness::{JSON, Site};

#[test]
fn a_visitor_of_the_api_learns_only_that_a_sign_in_is_needed() {
    let site = Site::start();
    let visitor = site.visitor();
    let of_members = ROUTES.iter().filter(|route| {
        route.path.starts_with("/api/") && !matches!(route.handler, Handler::Anyone(_))
    });
    let paths: Vec<_> = of_members
        .map(|route| (route.method.as_str(), route.path.replace(':', "x")))
        .chain(["GET", "POST", "DELETE"].map(|method| (method, "/api/v1/nothing".into())))
        .chain([("POST", "/api/v1/me".to_owned()), ("GET", "/api/".into())])
        .collect();
    assert!(paths.len() > 25, "the premise");
    for (method, path) in paths {
        let body = matches!(method, "POST" | "PUT" | "PATCH").then_some("{}");
        let answer = visitor.ask(method, &path, &[JSON], body);
        let expected = (401, "please login".to_owned());
        assert_eq!(answer.error(), expected, "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[test]
fn errors_are_json_with_what_helps() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    assert_eq!(script.get("/nothing").error().0, 404);
    let answer = script.tell("PUT", "/me");
    assert_eq!(
        (answer.error().0, answer.header("allow")),
        (405, Some("GET"))
    );
    let answer = site.visitor().ask("PUT", "/api/v1/session", &[], Some(""));
    assert_eq!(answer.error().0, 405);
    assert_eq!(answer.header("allow"), Some("GET, POST, DELETE"));
    let answer = script.ask("GET", "/me", &[("Host", "evil.example")], None);
    assert_eq!(answer.error().0, 421);
}
