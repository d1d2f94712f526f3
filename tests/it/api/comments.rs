//! Comments and likes over the API.

use serde_json::{Value, json};

use super::keys;
use crate::harness::{Script, Site};

/// Writes a comment and returns its path and what the API says of it.
fn comment(script: &Script, post: &str, text: &str) -> (String, Value) {
    let under = format!("/posts/{post}/comments");
    let written = script.send("POST", &under, &json!({ "comment": text }));
    assert_eq!(written.status, 201);
    let comment = written.json();
    let path = format!("/comments/{}", comment["id"]);
    assert_eq!(written.location(), format!("/api/v1{path}"));
    (path, comment)
}

#[test]
fn comments_are_written_read_and_folded() {
    let site = Site::start();
    let (_alice, bob) = site.friends();
    let (alices, bobs) = (site.script("alice"), site.script("bob"));
    let id = bobs.write("Who comes by?");
    let (path, comment) = comment(&alices, &id, "I do");
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
    assert_eq!(alices.get(&path).json(), comment);
    for n in 2..=5 {
        bob.comment(&id, &format!("Comment {n}"));
    }
    let folded = alices.get("/feed").json()["posts"][0]["comments"].clone();
    assert_eq!(folded["count"], 5);
    assert_eq!(folded["items"].as_array().expect("a list").len(), 2);
    let whole = alices.get(&format!("/posts/{id}/comments")).json()["comments"].clone();
    assert_eq!(whole.as_array().expect("a list").len(), 5);
    let of_post = alices.get(&format!("/posts/{id}")).json()["comments"].clone();
    assert_eq!(of_post["items"], whole);
}

#[test]
fn likes_are_counted_on_pages_and_in_the_api() {
    let site = Site::start();
    let (alice, _bob) = site.friends();
    let (alices, bobs) = (site.script("alice"), site.script("bob"));
    let id = bobs.write("Who comes by?");
    let (path, _) = comment(&alices, &id, "I do");
    let (post_like, comment_like) = (format!("/posts/{id}/like"), format!("{path}/like"));
    let likes = || alices.get(&format!("/posts/{id}")).json()["likes"].clone();
    for _ in 0..2 {
        assert_eq!(alices.tell("PUT", &post_like).status, 204);
        assert_eq!(bobs.tell("PUT", &comment_like).status, 204);
    }
    let expected = json!({ "count": 1, "mine": true, "names": ["alice"] });
    assert_eq!(likes(), expected);
    let expected = json!({ "count": 1, "mine": true });
    assert_eq!(bobs.get(&path).json()["likes"], expected);
    assert!(alice.get("/").words_of(&id).contains("You liked this"));
    assert_eq!(bobs.tell("PUT", &post_like).status, 403, "one's own");
    assert_eq!(alices.tell("PUT", &comment_like).status, 403, "one's own");
    for _ in 0..2 {
        assert_eq!(alices.tell("DELETE", &post_like).status, 204);
        assert_eq!(bobs.tell("DELETE", &comment_like).status, 204);
    }
    assert_eq!(likes()["count"], 0);
}

#[test]
fn comments_are_changed_by_their_authors_and_deleted_by_the_posts_too() {
    let site = Site::start();
    site.friends();
    let (alices, bobs) = (site.script("alice"), site.script("bob"));
    let id = bobs.write("Who comes by?");
    let (path, _) = comment(&alices, &id, "I do");
    let changed = alices.send("PATCH", &path, &json!({ "comment": "I do not" }));
    assert_eq!(
        (changed.status, &changed.json()["comment"]),
        (200, &json!("I do not"))
    );
    let foreign = bobs.send("PATCH", &path, &json!({ "comment": "x" }));
    assert_eq!(foreign.status, 403);
    assert_eq!(bobs.tell("DELETE", &path).status, 204, "the post is his");
    assert_eq!(alices.get(&path).status, 404);
}
