//! Posts in several feeds: written, moved, and named to those who may know.

use serde_json::json;

use super::{Circle, found, join, write_to};
use crate::harness::Site;

#[test]
fn a_post_in_several_feeds_stands_once_and_names_its_groups() {
    let circle = Circle::of("public");
    found(&circle.alice, "kitchen", &[("title", "Kitchen")]);
    join(&circle.bob, "kitchen", None);
    circle.bob.follow(&circle.alice);
    let post = write_to(&circle.alice, &["feed", "garden", "kitchen"], "potatoes");
    assert_eq!(circle.bob.get("/").posts(), [post.as_str()]);
    let words = circle.bob.get("/").words_of(&post);
    assert!(words.contains("in Garden Club and Kitchen"), "{words}");
    for page in ["/user/alice", "/group/garden", "/group/kitchen"] {
        assert_eq!(circle.carol.get(page).posts(), [post.as_str()], "{page}");
    }
    let script = circle.site.script("bob");
    let places = json!([
        { "kind": "feed", "name": "alice" },
        { "kind": "group", "name": "garden" },
        { "kind": "group", "name": "kitchen" },
    ]);
    assert_eq!(script.get(&format!("/posts/{post}")).json()["to"], places);
}

#[test]
fn a_private_group_is_named_to_its_members_only() {
    let circle = Circle::of("private");
    let post = write_to(&circle.bob, &["feed", "garden"], "half a secret");
    let place = circle.alice.read(&post).words_of(&post);
    assert!(place.contains("in Garden Club"), "{place}");
    let page = circle.carol.read(&post);
    assert_eq!(page.status, 200);
    assert!(!page.has("Garden") && !page.has("garden"), "{}", page.text);
    let json = circle.site.script("carol").get(&format!("/posts/{post}"));
    assert!(!json.has("garden"), "{}", json.text);
    // Its stream says nothing either.
    assert_eq!(circle.carol.get("/sse/group/garden").status, 404);
}

#[test]
fn an_edit_moves_a_post_between_feeds() {
    let circle = Circle::of("private");
    let post = circle.bob.write("to be moved");
    let path = format!("/post/{post}/edit");
    let page = circle.bob.read(&post);
    assert_eq!(page.status, 200);
    let moved = circle.bob.post(
        &path,
        &[
            ("message", "to be moved"),
            ("to_listed", "1"),
            ("to", "garden"),
        ],
    );
    assert_eq!(moved.status, 303, "{}", moved.text);
    assert_eq!(circle.carol.read(&post).status, 404);
    assert_eq!(circle.alice.get("/").posts(), [post.as_str()]);
    assert_eq!(circle.bob.get("/user/bob").posts(), [] as [&str; 0]);
    assert!(
        !circle.bob.read(&post).has("edited"),
        "the text is the same"
    );
    // A form without the field leaves it where it is.
    assert_eq!(circle.bob.edit(&post, "moved").status, 303);
    assert_eq!(circle.carol.read(&post).status, 404);
    let script = circle.site.script("bob");
    let answer = script.send(
        "PATCH",
        &format!("/posts/{post}"),
        &json!({ "to": ["feed", "garden"] }),
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(circle.carol.read(&post).status, 200);
    let answer = script.send(
        "PATCH",
        &format!("/posts/{post}"),
        &json!({ "to": ["feed"] }),
    );
    assert_eq!(
        answer.json()["to"],
        json!([{ "kind": "feed", "name": "bob" }])
    );
    // A friend's act on it reaches others as on any personal post.
    circle.alice.comment(&post, "now for all");
    circle.carol.follow(&circle.alice);
    assert_eq!(circle.carol.get("/").posts(), [post.as_str()]);
}

#[test]
fn a_post_goes_to_a_limited_number_of_places_that_its_author_may_use() {
    let circle = Circle::of("private");
    let script = circle.site.script("carol");
    let send =
        |to: serde_json::Value| script.send("POST", "/posts", &json!({ "message": "x", "to": to }));
    for (to, why) in [
        (json!(["garden"]), "You cannot post to “garden”."),
        (
            json!(["no-such-group"]),
            "You cannot post to “no-such-group”.",
        ),
        (json!(["a", "b"]), "You cannot post to “a”."),
        (json!([5]), "Each destination must be a string."),
        (json!("feed"), "This field must be a list."),
        (
            json!(["feed", "@bob"]),
            "A direct message goes to people only.",
        ),
        (
            json!([
                "g01", "g02", "g03", "g04", "g05", "g06", "g07", "g08", "g09", "g10"
            ]),
            "A post can go to at most 5 feeds.",
        ),
    ] {
        let answer = send(to);
        assert_eq!(
            (answer.status, answer.json()["fields"]["to"].as_str()),
            (422, Some(why))
        );
    }
    assert_eq!(
        send(json!([])).json()["to"],
        json!([{ "kind": "feed", "name": "carol" }])
    );
    assert_eq!(circle.site.count("posts"), 1);
}

#[test]
fn the_form_keeps_what_was_chosen() {
    let circle = Circle::of("public");
    let page = circle
        .bob
        .post("/post", &[("message", ""), ("to", "garden")]);
    assert_eq!(page.status, 422);
    let chosen = "value=\"garden\" data-words=\"Garden Club\" checked";
    assert!(page.has(chosen), "{}", page.text);
    // On the page of the group it is chosen from the start.
    assert!(circle.bob.get("/group/garden").has(chosen));
    assert!(!circle.carol.get("/group/garden").has("id=\"compose\""));
}

#[test]
fn a_form_that_is_sent_twice_writes_once_to_each_choice() {
    let site = Site::start();
    let alice = site.member("alice");
    found(&alice, "garden", &[]);
    let send = |to: &str| {
        let form = [
            ("message", "x"),
            ("to", to),
            ("form_key", "0123456789abcdef"),
        ];
        assert_eq!(alice.post("/post", &form).status, 303);
    };
    for to in ["garden", "garden", "feed", "feed"] {
        send(to);
    }
    assert_eq!(site.count("posts"), 2);
}

#[test]
fn a_comment_writes_two_rows_more_for_each_further_feed() {
    let circle = Circle::of("public");
    for name in ["one", "two", "three"] {
        found(&circle.alice, name, &[]);
    }
    let rows = |to: &[&str]| {
        let post = write_to(&circle.alice, to, "x");
        let changes = |site: &Site| site.number("select count(*) from post_feeds");
        let before = changes(&circle.site);
        circle.bob.comment(&post, "y");
        assert_eq!(
            changes(&circle.site),
            before,
            "rows move, and none is added"
        );
        circle.site.count(&format!(
            "post_feeds where bump = (select max(id) from comments) and is_personal = {}",
            i32::from(to == ["feed"])
        ))
    };
    assert_eq!(rows(&["feed"]), 1);
    assert_eq!(rows(&["feed", "one", "two", "three"]), 4);
}

#[test]
fn a_post_in_several_feeds_stands_in_both_orders() {
    let circle = Circle::of("public");
    circle.carol.follow(&circle.bob);
    let post = write_to(&circle.bob, &["feed", "garden"], "tulips");
    for order in ["activity", "date"] {
        let home = circle.carol.get(&format!("/?order={order}"));
        assert_eq!(home.posts(), [post.as_str()], "by {order}");
    }
}
