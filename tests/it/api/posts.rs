//! Posts over the API, and keys that make a request safe to repeat.

use serde_json::{Value, json};

use super::keys;
use crate::harness::{JSON, Site};

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
            "to",
            "unread",
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
    let foreign = alice.send("PATCH", &path, &json!({ "message": "mine" }));
    assert_eq!(foreign.status, 403);
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
