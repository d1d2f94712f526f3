//! Comments and likes over the API.

use serde_json::json;

use super::keys;
use crate::harness::Site;

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
