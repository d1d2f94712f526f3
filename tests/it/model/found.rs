//! What the model found, each as a plain test.

use serde_json::json;

use crate::harness::Site;

#[test]
fn a_private_feed_gives_no_post_away_that_is_also_in_a_group() {
    let site = Site::start();
    let [ann, bob] = ["ann", "bob"].map(|name| site.member(name));
    let made = ann.post("/groups/new", &[("name", "garden"), ("privacy", "public")]);
    assert_eq!(made.status, 303);
    ann.go_private();
    let sent = json!({ "message": "tulips", "to": ["feed", "garden"] });
    assert_eq!(ann.send("POST", "/posts", &sent).status, 201);
    assert_eq!(bob.get("/group/garden").posts().len(), 1, "the premise");
    assert!(bob.get("/user/ann").posts().is_empty());
    let listed = bob.get("/api/v1/users/ann/posts").json();
    assert_eq!(listed["posts"], json!([]), "as on the page");
    let own = ann.get("/api/v1/users/ann/posts").json();
    assert_eq!(own["posts"].as_array().map(Vec::len), Some(1));
}
