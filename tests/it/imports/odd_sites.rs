//! Archives of whole sites that no program of this version wrote, or that are not the first of their site.

use serde_json::{Value, json};

use super::{
    run_for,
    site::{enter, import, read},
    zip,
};
use crate::harness::Site;

/// Returns a line of `people.jsonl`.
fn person(id: u32, name: &str, more: &Value) -> String {
    let mut person = json!({ "id": id, "username": name, "created_at": 1_000 + id });
    let more = more.as_object().expect("members").clone();
    person.as_object_mut().expect("it is one").extend(more);
    person.to_string()
}

/// Returns a line of `posts.jsonl`.
fn post(id: &str, author: &str, to: &Value, likes: &[&str]) -> String {
    json!({ "id": id, "author": author, "to": to, "message": id, "created_at": 5_000, "likes": likes }).to_string()
}

/// Returns an archive of these lines.
fn made_of(people: &[String], groups: &[String], posts: &[String], comments: &[String]) -> Vec<u8> {
    let head = br#"{"format":"quartfeed site","version":1,"site":"elsewhere"}"#;
    let [people, groups, posts, comments] =
        [people, groups, posts, comments].map(|lines| lines.join("\n"));
    zip(&[
        ("site.json", head),
        ("people.jsonl", people.as_bytes()),
        ("groups.jsonl", groups.as_bytes()),
        ("posts.jsonl", posts.as_bytes()),
        ("comments.jsonl", comments.as_bytes()),
    ])
}

#[test]
fn a_place_that_became_private_meanwhile_is_not_filled_in_public() {
    let site = Site::start();
    let group = |private: bool| {
        json!({ "id": 9, "name": "cooks", "created_at": 1, "private": private, "members": [
            { "username": "amy", "admin": true }, { "username": "leo", "member": false, "barred": true } ] })
        .to_string()
    };
    let nothing = json!({});
    let people = |amy: &Value| [person(1, "amy", amy), person(2, "leo", &nothing)];
    import(
        &site,
        &made_of(&people(&nothing), &[group(false)], &[], &[]),
    );
    let posts = [
        post("0000000000001", "amy", &json!([{ "kind": "feed" }]), &[]),
        post(
            "0000000000002",
            "leo",
            &json!([{ "kind": "group", "name": "cooks" }]),
            &[],
        ),
        post("0000000000003", "leo", &json!([{ "kind": "feed" }]), &[]),
    ];
    let second = made_of(
        &people(&json!({ "private": true })),
        &[group(true)],
        &posts,
        &[],
    );
    let report = import(&site, &second);
    assert!(
        report.contains("1 post imported\nleft out: 2 posts whose authors"),
        "{report}"
    );
    assert!(!site.is_stored("0000000000001") && site.is_stored("0000000000003"));
    // Somebody who is barred stays so, and is no member.
    let barred = "select count(*) from group_roles where is_barred = 1";
    assert_eq!(site.number(barred), 1);
    assert_eq!(site.count("follows"), 1);
}

#[test]
fn an_odd_archive_comes_in_as_far_as_it_can() {
    let site = Site::start();
    let nothing = json!({});
    let people = [
        person(
            1,
            "amy",
            &json!({ "former_usernames": ["leo", "old_amy", "support"] }),
        ),
        person(2, "leo", &nothing),
        person(3, "日本", &nothing),
    ];
    let feed = json!([{ "kind": "feed" }]);
    let posts = [
        post(
            "0000000000001",
            "leo",
            &feed,
            &["日本", "amy", "leo", "nobody"],
        ),
        post("0000000000001", "leo", &feed, &[]),
    ];
    let comment = json!({
        "id": 7, "post": "0000000000001", "author": "amy", "comment": "Yes", "created_at": 9_000
    });
    let comments = [comment.to_string(), comment.to_string()];
    let report = import(&site, &made_of(&people, &[], &posts, &comments));
    assert!(
        report.contains(
            "3 people imported\n1 post imported\n1 comment imported\n日本 is member here"
        ),
        "{report}"
    );
    assert!(report.contains("1 post already here"), "{report}");
    let leo = enter(&site, "leo");
    let moved = leo.get("/user/old_amy");
    assert_eq!(moved.location(), "/user/amy", "a former name leads on");
    let post = &read(&site, "leo", "/users/leo/posts")[0];
    assert_eq!(
        post[6]["names"],
        json!(["amy", "member"]),
        "the newest first"
    );
    assert_eq!(site.count("comments"), 1);
    let twice = [person(5, "Amy", &nothing), person(6, "amy", &nothing)];
    let refused = run_for(&site, &made_of(&twice, &[], &[], &[]), &[]);
    let words = "people.jsonl, the name amy is in it twice";
    assert!(refused.err.contains(words), "{}", refused.err);
}
