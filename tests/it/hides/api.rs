//! The JSON of hiding.

use serde_json::json;

use crate::harness::Site;

#[test]
fn a_program_hides_lists_and_shows_again() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("a spoiler");
    let script = site.script("alice");
    let hide = json!({ "kind": "words", "value": "Spoiler", "for": "2h", "where": "everywhere" });
    assert_eq!(script.send("POST", "/hidden", &hide).status, 204);
    let listed = script.get("/hidden").json();
    assert_eq!(
        listed,
        json!({ "hidden": [{
            "kind": "words", "value": "Spoiler", "url": null, "where": "everywhere",
            "hidden_at": "2026-09-21T14:13:20Z", "ends_at": "2026-09-21T16:13:20Z",
        }] })
    );
    assert_eq!(script.get("/feed").json()["posts"], json!([]));
    assert_eq!(script.get("/users/bob/posts").json()["posts"], json!([]));
    let thing = json!({ "kind": "words", "value": "spoiler" });
    assert_eq!(script.send("DELETE", "/hidden", &thing).status, 204);
    assert_eq!(script.get("/feed").json()["posts"][0]["id"], post.as_str());
    assert!(alice.get("/settings/hidden").has("Nothing is hidden."));
    let refused = script.send("POST", "/hidden", &json!({ "kind": "words", "value": 1 }));
    assert_eq!(refused.status, 422);
    let fields = refused.json()["fields"].clone();
    assert_eq!(fields["value"], "This field must be a string.");
    let group = json!({ "kind": "group", "value": "no-such", "for": "1d", "where": "home" });
    assert_eq!(script.send("POST", "/hidden", &group).status, 404);
}
