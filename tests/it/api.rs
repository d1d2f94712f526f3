//! The API: the nouns. Tokens, the description and what is sent by mistake or malice stand beside it.

use quartfeed::routes::{Handler, ROUTES};
use serde_json::{Value, json};

use crate::harness::{JSON, PASSWORD, Site};

mod bodies;
mod forgery;

/// The names of an object's fields.
fn keys(value: &Value) -> Vec<&str> {
    let fields = value.as_object().expect("an object");
    fields.keys().map(String::as_str).collect()
}

#[test]
fn whoever_is_not_signed_in_learns_only_that() {
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

#[test]
fn a_post_is_written_read_changed_and_deleted() {
    let site = Site::start();
    site.friends();
    let (alice, bob) = (site.script("alice"), site.script("bob"));
    let written = bob.send("POST", "/posts", &json!({ "message": " Hello, World! " }));
    assert_eq!(written.status, 201);
    let post = written.json();
    assert_eq!(
        keys(&post),
        [
            "author",
            "comments",
            "created_at",
            "edited_at",
            "id",
            "images",
            "likes",
            "message",
            "url",
            "via"
        ]
    );
    let id = post["id"].as_str().expect("an id");
    assert_eq!(post["message"], "Hello, World!");
    assert_eq!(post["url"], format!("/post/{id}/hello-world"));
    assert_eq!(
        post["likes"],
        json!({ "count": 0, "mine": false, "names": [] })
    );
    assert_eq!(post["comments"], json!({ "count": 0, "items": [] }));
    assert_eq!(post["created_at"], "2026-09-21T14:13:20Z");
    assert_eq!(written.location(), format!("/api/v1/posts/{id}"));

    let path = format!("/posts/{id}");
    assert_eq!(alice.get(&path).json(), post);
    assert_eq!(
        alice
            .send("PATCH", &path, &json!({ "message": "mine" }))
            .status,
        403
    );
    assert_eq!(alice.tell("DELETE", &path).status, 403);
    let changed = bob.send("PATCH", &path, &json!({ "message": "Good evening" }));
    assert_eq!(
        (changed.status, &changed.json()["message"]),
        (200, &json!("Good evening"))
    );
    assert!(changed.json()["edited_at"].is_string());
    let refused = bob.send("PATCH", &path, &json!({ "message": "  " }));
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.json()["fields"]["message"],
        "This field is required."
    );

    let gone = bob.tell("DELETE", &path);
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    for answer in [alice.get(&path), bob.get(&path), bob.tell("DELETE", &path)] {
        assert_eq!(answer.error().0, 404);
    }
}

#[test]
fn comments_and_likes_are_counted_in_both_faces() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (alices, bobs) = (site.script("alice"), site.script("bob"));
    let id = bobs.write("Who comes by?");
    let under = format!("/posts/{id}/comments");
    let written = alices.send("POST", &under, &json!({ "comment": "I do" }));
    assert_eq!(written.status, 201);
    let comment = written.json();
    let expected = [
        "author",
        "comment",
        "created_at",
        "edited_at",
        "id",
        "likes",
        "post_id",
    ];
    assert_eq!(keys(&comment), expected);
    assert_eq!(comment["comment"], "I do");
    let path = format!("/comments/{}", comment["id"]);
    assert_eq!(written.location(), format!("/api/v1{path}"));
    assert_eq!(alices.get(&path).json(), comment);
    for n in 2..=5 {
        bob.comment(&id, &format!("Comment {n}"));
    }
    let folded = alices.get("/feed").json()["posts"][0]["comments"].clone();
    assert_eq!(folded["count"], 5);
    assert_eq!(folded["items"].as_array().expect("a list").len(), 2);
    let whole = alices.get(&under).json()["comments"].clone();
    assert_eq!(whole.as_array().expect("a list").len(), 5);
    assert_eq!(
        alices.get(&format!("/posts/{id}")).json()["comments"]["items"],
        whole
    );

    for _ in 0..2 {
        assert_eq!(alices.tell("PUT", &format!("/posts/{id}/like")).status, 204);
        assert_eq!(bobs.tell("PUT", &format!("{path}/like")).status, 204);
    }
    let expected = json!({ "count": 1, "mine": true, "names": ["alice"] });
    assert_eq!(
        alices.get(&format!("/posts/{id}")).json()["likes"],
        expected
    );
    assert_eq!(
        bobs.get(&path).json()["likes"],
        json!({ "count": 1, "mine": true })
    );
    assert!(alice.get("/").words_of(&id).contains("You liked this"));
    assert_eq!(
        bobs.tell("PUT", &format!("/posts/{id}/like")).status,
        403,
        "one's own"
    );
    assert_eq!(
        alices.tell("PUT", &format!("{path}/like")).status,
        403,
        "one's own"
    );
    for _ in 0..2 {
        assert_eq!(
            alices.tell("DELETE", &format!("/posts/{id}/like")).status,
            204
        );
        assert_eq!(bobs.tell("DELETE", &format!("{path}/like")).status, 204);
    }
    assert_eq!(
        alices.get(&format!("/posts/{id}")).json()["likes"]["count"],
        0
    );

    let changed = alices.send("PATCH", &path, &json!({ "comment": "I do not" }));
    assert_eq!(
        (changed.status, &changed.json()["comment"]),
        (200, &json!("I do not"))
    );
    assert_eq!(
        bobs.send("PATCH", &path, &json!({ "comment": "x" })).status,
        403
    );
    assert_eq!(bobs.tell("DELETE", &path).status, 204, "the post is his");
    assert_eq!(alices.get(&path).status, 404);
}

#[test]
fn people_are_shown_followed_and_listed() {
    let site = Site::start();
    site.friends();
    site.member("carol");
    let (alice, bob) = (site.script("alice"), site.script("bob"));
    let person = alice.get("/users/BOB").json();
    assert_eq!(
        (&person["username"], &person["followers"]),
        (&json!("bob"), &json!(1))
    );
    assert_eq!(person["relationship"], "following");
    assert_eq!(alice.get("/users/alice").json()["relationship"], "self");
    assert!(person.get("role").is_none() && person.get("email").is_none());
    for _ in 0..2 {
        assert_eq!(alice.tell("PUT", "/users/carol/follow").status, 204);
    }
    assert_eq!(
        alice.tell("PUT", "/users/alice/follow").status,
        403,
        "oneself"
    );
    assert_eq!(alice.tell("PUT", "/users/nobody/follow").status, 404);

    let first = alice.get("/users/alice/following?limit=1").json();
    assert_eq!(first["users"][0]["username"], "carol");
    let next = first["next"].as_str().expect("there is more");
    let second = alice.get(&format!("/users/alice/following?limit=1&before={next}"));
    assert_eq!(second.json()["users"][0]["username"], "bob");
    assert_eq!(second.json()["next"], Value::Null);
    assert_eq!(
        bob.get("/users/bob/followers").json()["users"][0]["username"],
        "alice"
    );
    for _ in 0..2 {
        assert_eq!(alice.tell("DELETE", "/users/carol/follow").status, 204);
    }
    let left = alice.get("/users/alice/following").json();
    assert_eq!(left["users"].as_array().expect("a list").len(), 1);
}

#[test]
fn the_river_is_read_page_by_page_and_then_live() {
    let site = Site::start();
    site.friends();
    let (alice, bob) = (site.script("alice"), site.script("bob"));
    let ids: Vec<_> = (0..5).map(|n| bob.write(&format!("Post {n}"))).collect();
    let (mut seen, mut next) = (Vec::new(), Value::Null);
    loop {
        let before = next.as_str().map(|next| format!("&before={next}"));
        let page = alice.get(&format!("/feed?limit=2{}", before.unwrap_or_default()));
        let page = page.json();
        let posts = page["posts"].as_array().expect("a list");
        assert!(posts.len() <= 2);
        seen.extend(
            posts
                .iter()
                .map(|post| post["id"].as_str().expect("an id").to_owned()),
        );
        next = page["next"].clone();
        if next.is_null() {
            break;
        }
    }
    let newest_first: Vec<_> = ids.iter().rev().cloned().collect();
    assert_eq!(seen, newest_first);
    let own = bob.get("/users/bob/posts?limit=100").json();
    assert_eq!(own["posts"].as_array().expect("a list").len(), 5);

    let after = alice.get("/feed").json()["last_event_id"].clone();
    let mut live = alice.listen();
    assert_eq!(
        live.last_id,
        after.as_str().expect("an id"),
        "nothing falls in between"
    );
    let id = bob.write("news");
    assert_eq!(live.expect("post").data["post"]["id"], id.as_str());
    for wrong in [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=",
        "limit=-1",
        "before=x",
    ] {
        let answer = alice.get(&format!("/feed?{wrong}"));
        assert_eq!(answer.error().0, 400, "{wrong}");
    }
}

#[test]
fn notifications_are_listed_and_stay_unread() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let id = bob.write("Hello");
    alice.like(&id);
    let script = site.script("bob");
    let list = script.get("/notifications?limit=1").json();
    assert_eq!(list["unread"], 2, "a follower and a like");
    let newest = &list["notifications"][0];
    assert_eq!(
        keys(newest),
        ["actors", "count", "id", "is_read", "kind", "post"]
    );
    assert_eq!(
        (&newest["kind"], &newest["is_read"]),
        (&json!("like"), &json!(false))
    );
    assert_eq!(newest["actors"][0]["username"], "alice");
    assert_eq!(
        (&newest["post"]["id"], &newest["post"]["comment_id"]),
        (&json!(id), &Value::Null)
    );
    let next = list["next"].as_str().expect("there is more");
    let older = script.get(&format!("/notifications?before={next}")).json();
    assert_eq!(older["notifications"][0]["kind"], "follow");
    assert_eq!(older["notifications"][0]["post"], Value::Null);
    assert_eq!(older["unread"], 2);
}

#[test]
fn what_one_has_already_is_not_sent_again() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let first = script.get("/feed");
    let tag = first.header("etag").expect("a tag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 20, "strong: {tag}");
    assert_eq!(first.header("cache-control"), Some("private, no-cache"));
    assert_eq!(first.header("vary"), Some("Authorization, Cookie"));
    let ask = |tags: &str| script.ask("GET", "/feed", &[("If-None-Match", tags)], None);
    for tags in [
        tag.as_str(),
        &format!("W/{tag}"),
        &format!("\"x\", {tag}"),
        "*",
    ] {
        let answer = ask(tags);
        assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{tags}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert_eq!(answer.header("content-length"), None);
    }
    assert_eq!(ask("\"x\"").status, 200);
    script.write("news");
    let changed = ask(&tag);
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
    let error = ask("*");
    assert_eq!(error.status, 304);
    let missing = script.ask("GET", "/posts/x", &[("If-None-Match", "*")], None);
    assert_eq!((missing.status, missing.header("etag")), (404, None));
    assert_eq!(missing.header("cache-control"), Some("no-store"));
}

#[test]
fn the_same_key_makes_one_thing() {
    let site = Site::start();
    site.friends();
    let (alice, bob) = (site.script("alice"), site.script("bob"));
    let send = |key: &str, path: &str, body: Value| {
        let headers = [JSON, ("Idempotency-Key", key)];
        alice.ask("POST", path, &headers, Some(&body.to_string()))
    };
    let hi = || json!({ "message": "hi" });
    let first = send("one", "/posts", hi());
    for key in ["one", "\"one\"", " one "] {
        let again = send(key, "/posts", hi());
        assert_eq!((again.status, again.json()), (201, first.json()), "{key}");
        assert_eq!(again.location(), first.location());
    }
    assert_ne!(send("two", "/posts", hi()).json()["id"], first.json()["id"]);
    assert_ne!(send("", "/posts", hi()).json()["id"], first.json()["id"]);
    let other = send("one", "/posts", json!({ "message": "ho" }));
    assert_eq!(other.status, 422);
    assert!(other.json()["fields"]["Idempotency-Key"].is_string());
    let long = send(&"k".repeat(256), "/posts", hi());
    assert_eq!(long.error().0, 400);
    let headers = [JSON, ("Idempotency-Key", "one")];
    let bobs = bob.ask("POST", "/posts", &headers, Some(&hi().to_string()));
    assert_ne!(
        bobs.json()["id"],
        first.json()["id"],
        "a key is its owner's"
    );

    let id = first.json()["id"].as_str().expect("an id").to_owned();
    let under = format!("/posts/{id}/comments");
    let comment = |text: &str| send("one", &under, json!({ "comment": text }));
    let first = comment("hm");
    assert_eq!((first.status, comment("hm").json()), (201, first.json()));
    assert_eq!(comment("ha").status, 422);
    let all = alice.get(&under).json();
    assert_eq!(all["comments"].as_array().expect("a list").len(), 1);
}
