//! Answers, each checked against the description.

use serde_json::{Value, json};

use super::{check::check, description};
use crate::harness::{PASSWORD, Page, Script, Site};

#[test]
fn answers_are_as_described() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (carol, description) = (site.member("carol"), description(&site));
    let id = bob.write("Hello @alice");
    let comment = alice.comment(&id, "Hi");
    carol.follow(&alice);
    alice.like(&id);
    bob.post("/groups/new", &[("name", "garden")]);
    bob.post(
        "/lists",
        &[("title", "Tea"), ("members", "@bob #tea garden")],
    );
    let of_bob = |to: &str| bob.post("/post", &[("message", "x"), ("to", to)]).status;
    assert_eq!([of_bob("garden"), of_bob("@alice")], [303, 303]);
    for (kind, value, span) in [("user", "carol", "2h"), ("words", "spoiler", "ever")] {
        let form = [
            ("kind", kind),
            ("value", value),
            ("for", span),
            ("where", "home"),
        ];
        assert_eq!(bob.post("/hide", &form).status, 303);
    }
    bob.press(&format!("/post/{id}/save"));
    let script = site.script("bob");
    let ask = |method: &str, template: &str, path: &str, body: Option<Value>, status: u16| {
        let answer = sent(&script, method, path, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        check(&description, method, template, &answer);
    };
    for (template, path) in [
        ("/openapi.json", "/openapi.json"),
        ("/session", "/session"),
        ("/me", "/me"),
        ("/feed", "/feed?limit=1"),
        ("/saved", "/saved"),
        ("/best", "/best?days=30&limit=5"),
        ("/users/{username}", "/users/alice"),
        ("/users/{username}/posts", "/users/bob/posts"),
        ("/users/{username}/followers", "/users/alice/followers"),
        ("/users/{username}/following", "/users/carol/following"),
        ("/posts/{id}", &format!("/posts/{id}")),
        ("/posts/{id}/comments", &format!("/posts/{id}/comments")),
        ("/comments/{id}", &format!("/comments/{comment}")),
        ("/notifications", "/notifications"),
        ("/groups", "/groups"),
        ("/groups/{name}", "/groups/garden"),
        ("/groups/{name}/posts", "/groups/garden/posts"),
        ("/groups/{name}/members", "/groups/garden/members"),
        ("/directs", "/directs"),
        ("/hidden", "/hidden"),
        ("/lists", "/lists"),
        ("/lists/{slug}/posts", "/lists/tea/posts"),
    ] {
        ask("GET", template, path, None, 200);
    }
    // A post that a friend's like brought into the river has a reason.
    let answer = site.script("carol").get("/feed");
    assert!(answer.json()["posts"][0]["via"].is_object(), "the premise");
    check(&description, "GET", "/feed", &answer);
}

#[test]
fn answers_to_changes_are_as_described() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let description = description(&site);
    let id = bob.write("Hello");
    let comment = alice.comment(&id, "Hi");
    alice.post("/groups/new", &[("name", "garden")]);
    let script = site.script("bob");
    let message = |message: Value| Some(json!({ "message": message }));
    let words = |words: &str| Some(json!({ "comment": words }));
    let hide = json!({ "kind": "tag", "value": "x", "for": "1d", "where": "home" });
    for (request, path, body, status) in [
        ("POST /posts", "/posts", message("hi".into()), 201),
        ("POST /hidden", "/hidden", Some(hide.clone()), 204),
        ("POST /hidden", "/hidden", Some(json!({ "kind": 5 })), 422),
        ("DELETE /hidden", "/hidden", Some(hide), 204),
        ("POST /posts", "/posts", Some(json!({})), 422),
        ("POST /posts", "/posts", message(5.into()), 422),
        ("PATCH /posts/{id}", "/posts/ID", message("ho".into()), 200),
        (
            "POST /posts/{id}/comments",
            "/posts/ID/comments",
            words("hm"),
            201,
        ),
        ("PATCH /comments/{id}", "/comments/COMMENT", words("x"), 403),
        (
            "PUT /comments/{id}/like",
            "/comments/COMMENT/like",
            None,
            204,
        ),
        ("PUT /posts/{id}/like", "/posts/ID/like", None, 403),
        (
            "PUT /users/{username}/follow",
            "/users/alice/follow",
            None,
            204,
        ),
        (
            "DELETE /users/{username}/follow",
            "/users/nobody/follow",
            None,
            404,
        ),
        (
            "POST /audience",
            "/audience",
            Some(json!({ "to": ["@alice"] })),
            200,
        ),
        ("POST /audience", "/audience", Some(json!({ "to": 5 })), 422),
        (
            "PUT /groups/{name}/membership",
            "/groups/garden/membership",
            None,
            204,
        ),
        (
            "DELETE /groups/{name}/membership",
            "/groups/nothing/membership",
            None,
            404,
        ),
        ("POST /seen", "/seen", Some(json!({"posts": {}})), 204),
        ("POST /seen", "/seen", None, 422),
        ("GET /feed", "/feed?limit=x", None, 400),
        ("GET /best", "/best?days=8", None, 422),
        ("DELETE /comments/{id}", "/comments/COMMENT", None, 204),
        ("DELETE /posts/{id}", "/posts/ID", None, 204),
    ] {
        let (method, template) = request.split_once(' ').expect("a method and a path");
        let path = path.replace("ID", &id).replace("COMMENT", &comment);
        let answer = sent(&script, method, &path, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        check(&description, method, template, &answer);
    }
}

#[test]
fn answers_about_tokens_are_as_described() {
    let site = Site::start();
    site.member("bob");
    let (script, description) = (site.script("bob"), description(&site));
    let nobody = site.visitor();
    let credentials = |password: &str| json!({ "username": "bob", "password": password });
    for (path, password) in [
        ("/session", "x"),
        ("/token", "x"),
        ("/session", ""),
        ("/token", ""),
    ] {
        let answer = nobody.send("POST", path, &credentials(password));
        check(&description, "POST", path, &answer);
    }
    let pair = nobody.send("POST", "/token", &credentials(PASSWORD));
    check(&description, "POST", "/token", &pair);
    let token = json!({ "refresh_token": pair.json()["refresh_token"] });
    for status in [200, 409] {
        let answer = nobody.send("POST", "/token/refresh", &token);
        assert_eq!(answer.status, status);
        check(&description, "POST", "/token/refresh", &answer);
    }
    let answer = nobody.send("POST", "/session", &credentials(PASSWORD));
    check(&description, "POST", "/session", &answer);
    check(
        &description,
        "DELETE",
        "/token",
        &script.tell("DELETE", "/token"),
    );
    let answer = script.get("/me");
    assert_eq!(answer.status, 401);
    check(&description, "GET", "/me", &answer);
}

fn sent(script: &Script, method: &str, path: &str, body: Option<Value>) -> Page {
    match body {
        Some(body) => script.send(method, path, &body),
        None if method == "GET" => script.get(path),
        None => script.tell(method, path),
    }
}
