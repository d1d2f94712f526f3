//! Things that are not in the archive: other people's, and secrets.

use crate::harness::{Export, PASSWORD, Site, between, export::texts};

#[test]
fn the_archive_holds_nothing_of_others_but_their_names() {
    let site = Site::start();
    let alice = site.member("alice");
    let visitor = site.visitor();
    let fields = [
        ("username", "bob"),
        ("password", PASSWORD),
        ("email", "bob@private.example"),
    ];
    assert_eq!(visitor.post("/register", &fields).status, 303);
    let bob = site.visitor();
    bob.sign_in("bob");
    let profile = [("username", "bob"), ("name", "Bob"), ("bio", "bobs-bio")];
    assert_eq!(bob.post("/profile/edit", &profile).status, 303);
    let carol = site.member("carol");
    let post = bob.write("one two three four five six bobs-secret-ending");
    alice.comment(&post, "Mine");
    alice.like(&post);
    let own = alice.write("My own");
    bob.comment(&own, "bobs-comment");
    carol.comment(&post, "carols-comment");
    let gone = bob.write("bobs-deleted");
    alice.comment(&gone, "Under what is gone");
    alice.like(&gone);
    bob.press(&format!("/post/{gone}/delete"));

    let export = Export::of(&alice);
    let everything = export.everything();
    for private in [
        "bob@private",
        "bobs-bio",
        "bobs-secret-ending",
        "bobs-comment",
        "carols-comment",
        "bobs-deleted",
        "carol",
        "argon2",
        &gone,
    ] {
        assert!(!everything.contains(private), "{private}");
    }
    for (_, value) in alice
        .cookies()
        .split("; ")
        .filter_map(|cookie| cookie.split_once('='))
    {
        assert!(!everything.contains(value), "a cookie");
    }
    let data = export.data();
    let comments = texts(&data, "comments", "comment");
    assert_eq!(comments, ["Under what is gone", "Mine"]);
    assert!(data["comments"][0]["post"].is_null() && !data["comments"][1]["post"].is_null());
    assert_eq!(data["likes"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_archive_lists_people_one_has_blocked_and_not_those_who_have_blocked_one() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (carol, _) = (site.member("carol"), site.member("dave"));
    carol.follow(&alice);
    let bobs = bob.write("bobs-words");
    let own = alice.write("My own");
    bob.like(&own);
    carol.like(&own);
    alice.comment(&bobs, "What I said to somebody");
    alice.like(&bobs);
    alice.press(&format!("/post/{bobs}/mute"));
    alice.press("/mute/carol");
    alice.press("/block/dave");
    let before = Export::of(&alice).data();
    assert_eq!(before["following"][0]["user"]["username"], "bob");
    assert_eq!(before["posts"][0]["likes"]["count"], 1, "carol is muted");

    bob.press("/block/alice");
    let export = Export::of(&alice);
    let everything = export.everything();
    for hidden in ["bob", &bobs] {
        assert!(!everything.contains(hidden), "{hidden}");
    }
    let data = export.data();
    assert_eq!(
        texts(&data, "comments", "comment"),
        ["What I said to somebody"]
    );
    assert!(data["comments"][0]["post"].is_null());
    assert_eq!(data["posts"][0]["likes"]["count"], 0);
    for empty in ["likes", "following", "muted_posts"] {
        assert_eq!(data[empty].as_array().map(Vec::len), Some(0), "{empty}");
    }
    assert_eq!(data["followers"][0]["user"]["username"], "carol");
    assert_eq!(data["muted_users"][0]["user"]["username"], "carol");
    assert_eq!(data["blocked_users"][0]["user"]["username"], "dave");
    assert!(export.files["account.html"].contains("Blocked people"));
}

#[test]
fn tokens_and_invitations_are_in_the_archive_without_their_secrets() {
    let site = Site::start();
    let alice = site.member("alice");
    let made = alice.post(
        "/settings/tokens",
        &[("name", "My script"), ("scope", "read"), ("days", "0")],
    );
    let token = between(&made.text, "<code class=\"token\">", "</code>");
    let fields = [
        ("uses", "2"),
        ("days", "3"),
        ("note", "For the cousins"),
        ("follow", ""),
    ];
    let made = alice.post("/settings/invitations", &fields);
    let invitation = between(&made.text, "/invite/", "\"");
    let export = Export::of(&alice);
    let data = export.data();
    assert_eq!(data["tokens"][0]["name"], "My script");
    assert_eq!(data["tokens"][0]["scope"], "read");
    assert_eq!(data["invitations"][0]["note"], "For the cousins");
    assert_eq!(data["invitations"][0]["uses_left"], 2);
    for secret in [token, invitation] {
        assert!(secret.len() > 20 && !export.everything().contains(secret));
    }
}
