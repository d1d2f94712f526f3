//! The contents of the archive.

use std::{collections::BTreeSet, time::Duration};

use quartfeed::{model::ExportPart, store::personal};

use crate::harness::{Export, PASSWORD, Person, Site, export::texts};

#[test]
fn the_page_describes_the_archive_and_offers_it_as_a_file() {
    let site = Site::start();
    let alice = site.member("alice");
    assert!(alice.get("/settings").has("href=\"/settings/data\""));
    assert!(
        alice
            .get("/settings/data")
            .has("action=\"/settings/data/download\"")
    );
    assert_eq!(
        alice.get("/settings/data/download").status,
        405,
        "no GET packs"
    );
    let export = Export::of(&alice);
    assert_eq!(export.page.header("content-type"), Some("application/zip"));
    assert_eq!(
        export.page.header("content-disposition"),
        Some("attachment; filename=\"quartfeed-alice-2026-09-21.zip\"")
    );
    assert_eq!(export.page.header("cache-control"), Some("no-store"));
    let names: Vec<&str> = export.files.keys().map(String::as_str).collect();
    let expected = [
        "account.html",
        "comments.html",
        "data.json",
        "followers.html",
        "following.html",
        "index.html",
        "likes.html",
        "saved-posts.html",
    ];
    assert_eq!(names, expected);
}

/// Returns Alice, who has filled in every field of her profile and has changed her name.
fn renamed_alice(site: &Site) -> Person {
    let mut alice = site.visitor();
    let fields = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("email", "alice@wonder.example"),
        ("name", "Alice L"),
    ];
    assert_eq!(alice.post("/register", &fields).status, 303);
    alice.sign_in("alice");
    let profile = [
        ("username", "alice_l"),
        ("name", "Alice L"),
        ("bio", "Down the hole"),
    ];
    assert_eq!(alice.post("/profile/edit", &profile).status, 303);
    alice.name = "alice_l".into();
    alice
}

#[test]
fn the_archive_holds_the_profile() {
    let site = Site::start();
    let user = Export::of(&renamed_alice(&site)).data()["user"].clone();
    for (field, expected) in [
        ("username", "alice_l"),
        ("name", "Alice L"),
        ("email", "alice@wonder.example"),
        ("bio", "Down the hole"),
        ("role", "member"),
    ] {
        assert_eq!(user[field], expected, "{field}");
    }
    assert_eq!(user["former_usernames"], serde_json::json!(["alice"]));
}

#[test]
fn the_archive_holds_everything_of_a_member() {
    let site = Site::start();
    let (alice, bob) = (renamed_alice(&site), site.member("bob"));
    alice.follow(&bob);
    bob.follow(&alice);

    let first = alice.write("The first");
    site.pass(Duration::from_mins(1));
    let second = alice.write("The secnd");
    assert_eq!(alice.edit(&second, "The second").status, 303);
    let gone = alice.write("Said too soon");
    alice.press(&format!("/post/{gone}/delete"));
    let bobs = bob.write("Bob writes of cake");
    let comment = alice.comment(&bobs, "I comment");
    alice.like(&bobs);
    let bobs_comment = bob.comment(&first, "Bob answers");
    alice.press(&format!("/comment/{bobs_comment}/like"));
    alice.press(&format!("/post/{bobs}/mute"));
    bob.like(&first);

    let export = Export::of(&alice);
    let data = export.data();
    assert_eq!(
        texts(&data, "posts", "message"),
        ["The second", "The first"]
    );
    let post = &data["posts"][0];
    assert_eq!(post["id"], second.as_str());
    assert_eq!(post["url"], format!("/post/{second}/the-second"));
    assert_eq!(
        post["created_at"], "2026-09-21T14:14:20Z",
        "RFC 3339 in UTC"
    );
    assert_eq!(post["revisions"][0]["message"], "The secnd");
    assert_eq!(data["posts"][1]["likes"]["count"], 1);
    assert_eq!(data["posts"][1]["comments"]["count"], 1);
    assert_eq!(texts(&data, "comments", "comment"), ["I comment"]);
    assert_eq!(data["comments"][0]["id"].to_string(), comment);
    assert_eq!(data["comments"][0]["post"]["author"]["username"], "bob");
    assert_eq!(
        data["comments"][0]["post"]["url"],
        format!("/post/{bobs}/bob-writes-of-cake")
    );
    let likes = data["likes"].as_array().expect("a list");
    assert_eq!(likes.len(), 2);
    assert_eq!(likes[0]["post"]["id"], bobs.as_str());
    assert_eq!(likes[1]["comment_id"].to_string(), bobs_comment);
    assert!(likes[0]["created_at"].is_string());
    assert_eq!(data["following"][0]["user"]["username"], "bob");
    assert_eq!(data["followers"][0]["user"]["username"], "bob");
    assert_eq!(data["muted_posts"][0]["id"], bobs.as_str());
    assert_eq!(data["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(data["sessions"][0]["network"], "127.0.0.0/24");
    assert!(data["notifications"]["unread"].as_u64() > Some(0));
    assert!(
        !export.everything().contains("Said too soon"),
        "what is deleted is deleted"
    );
}

#[test]
fn requests_to_follow_are_in_the_archives_of_both_sides() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    assert_eq!(
        bob.post("/settings/privacy", &[("private", "1")]).status,
        303
    );
    alice.press("/follow/bob");
    let (alices, bobs) = (Export::of(&alice).data(), Export::of(&bob).data());
    assert_eq!(alices["follow_requests"][0]["user"]["username"], "bob");
    assert_eq!(
        bobs["follow_requests_received"][0]["user"]["username"],
        "alice"
    );
    assert_eq!(
        (&alices["user"]["private"], &bobs["user"]["private"]),
        (&false.into(), &true.into())
    );
}

/// The table of what belongs to a person names the parts of the file, and the file has no others.
#[test]
fn the_data_has_exactly_the_parts_of_the_table() {
    let site = Site::start();
    let data = Export::of(&site.member("alice")).data();
    let keys: BTreeSet<&str> = data
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    let mut expected: BTreeSet<&str> = personal::exported().map(ExportPart::name).collect();
    expected.extend(["site", "notifications"]);
    assert_eq!(keys, expected);
}
