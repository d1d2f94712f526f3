//! Files that earlier versions of the program wrote are opened by this one, with everything in them.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::harness::{PASSWORD, Person, Site};

/// A file of schema 7, in which a feed was always a person's own. See `tests/databases/README.md`.
const BEFORE_FEEDS: &[u8] = include_bytes!("../databases/before-feeds.db.gz");

/// The posts of a person's home river, and why each is there, as the program that wrote the file showed them.
const RIVERS: &[(&str, &[&str])] = &[
    (
        "alice",
        &[
            "A picture",
            "A stranger writes: bob like",
            "First words of Alice",
            "Hello again from Bob, @alice #garden",
        ],
    ),
    (
        "bob",
        &[
            "A picture",
            "First words of Alice",
            "Hello again from Bob, @alice #garden",
        ],
    ),
    (
        "carol",
        &[
            "First words of Alice: carol like",
            "A stranger writes: carol comment",
            "For followers only #garden",
        ],
    ),
    (
        "dora",
        &[
            "A picture",
            "First words of Alice",
            "Hello again from Bob, @alice #garden: alice comment",
            "For followers only #garden",
        ],
    ),
    (
        "eve",
        &["A picture", "First words of Alice", "A stranger writes"],
    ),
];

/// The notifications of each person in that file, the newest first.
const NOTIFICATIONS: &[(&str, &[&str])] = &[
    ("alice", &["mention", "follow"]),
    ("bob", &["comment_like", "mention", "follow"]),
    ("carol", &["follow_granted", "follow"]),
    ("dora", &["like", "follow_request"]),
    ("eve", &["comment"]),
];

fn an_upgraded_site() -> Site {
    Site::with(|config| {
        let mut file = Vec::new();
        GzDecoder::new(BEFORE_FEEDS)
            .read_to_end(&mut file)
            .expect("the file is whole");
        std::fs::write(&config.database.path, file).expect("the directory is there");
    })
}

fn somebody(site: &Site, name: &str) -> Person {
    let mut person = site.visitor();
    let form = [("username", name), ("password", PASSWORD)];
    assert_eq!(person.post("/login", &form).status, 303, "{name}");
    name.clone_into(&mut person.name);
    person
}

fn river(person: &Person) -> Vec<String> {
    let feed = person.get("/api/v1/feed").json();
    let posts = feed["posts"].as_array().expect("a list");
    let lines = posts.iter().map(|post| {
        let message = post["message"].as_str().expect("a text");
        match (&post["via"]["user"]["username"], &post["via"]["act"]) {
            (serde_json::Value::String(user), serde_json::Value::String(act)) => {
                format!("{message}: {user} {act}")
            }
            _ => message.to_owned(),
        }
    });
    lines.collect()
}

#[test]
fn a_file_from_before_feeds_shows_everybody_the_same_rivers() {
    let site = an_upgraded_site();
    for (name, expected) in RIVERS {
        assert_eq!(river(&somebody(&site, name)), *expected, "{name}");
    }
}

#[test]
fn a_file_from_before_feeds_keeps_everybodys_notifications() {
    let site = an_upgraded_site();
    for (name, expected) in NOTIFICATIONS {
        let page = somebody(&site, name).get("/api/v1/notifications").json();
        let list = page["notifications"].as_array().expect("a list");
        let kinds: Vec<_> = list.iter().map(|one| one["kind"].as_str()).collect();
        let expected: Vec<_> = expected.iter().copied().map(Some).collect();
        assert_eq!(kinds, expected, "{name}");
    }
}

#[test]
fn a_file_from_before_feeds_goes_on() {
    let site = an_upgraded_site();
    let [alice, bob, eve] = ["alice", "bob", "eve"].map(|name| somebody(&site, name));
    let mut stream = alice.listen();
    let post = bob.write("Written after the upgrade");
    assert_eq!(stream.expect("post").data["post_id"], post.as_str());
    assert_eq!(river(&alice)[0], "Written after the upgrade");
    // A comment lifts an old post to the top of its rivers.
    let feed = bob.get("/api/v1/feed").json();
    let posts = feed["posts"].as_array().expect("a list");
    let old = posts
        .iter()
        .find(|post| post["message"] == "First words of Alice");
    let id = old.expect("it is there")["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let commented = bob.post(&format!("/post/{id}/comment"), &[("comment", "Still here")]);
    assert_eq!(commented.status, 303);
    assert_eq!(river(&alice)[0], "First words of Alice");
    bob.post("/unfollow/alice", &[]);
    assert!(!river(&bob).contains(&"A picture".to_owned()));
    // The block of before still holds.
    assert!(!river(&eve).iter().any(|line| line.contains("Bob")));
    assert_eq!(eve.get("/user/bob").status, 404);
    let profile = alice.get("/user/dora");
    assert_eq!(profile.status, 200);
    assert!(
        !profile.text.contains("For followers only"),
        "a private person stays private"
    );
}
