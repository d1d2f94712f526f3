//! People and notifications over the API.

use serde_json::{Value, json};

use super::keys;
use crate::harness::Site;

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
        ["actors", "count", "group", "id", "is_read", "kind", "post"]
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
