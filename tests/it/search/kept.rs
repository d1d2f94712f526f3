//! Searches that a person keeps: saved, marked when they find something new, exported, and gone with their owner.

use super::encoded;
use crate::harness::{Export, Person, Site};

fn keep(person: &Person, query: &str, title: &str) {
    let page = person.post("/searches", &[("q", query), ("title", title)]);
    let path = page.location().to_owned();
    assert_eq!(
        (page.status, path.starts_with("/search?q=")),
        (303, true),
        "{path}"
    );
}

/// Returns the titles of the searches that are marked, of these.
fn marked(person: &Person) -> Vec<&'static str> {
    let marks = person.get("/marks").json();
    let is_marked = |id: u32| {
        marks
            .as_array()
            .expect("a list")
            .contains(&format!("search:{id}").into())
    };
    let titles = [(1, "Boats"), (2, "sea weather")];
    titles
        .into_iter()
        .filter(|(id, _)| is_marked(*id))
        .map(|(_, title)| title)
        .collect()
}

#[test]
fn a_kept_search_is_marked_until_it_was_looked_at() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    bob.write("an old boat");
    assert!(alice.get("/search?q=boat").has("Save this search"));
    keep(&alice, "boat", "Boats");
    keep(&alice, "\"sea weather\"", "");
    let page = alice.get("/search?q=boat");
    assert!(page.has("Saved as <bdi>Boats</bdi>"));
    let home = alice.get("/");
    for title in ["Boats", "&quot;sea weather&quot;"] {
        assert!(home.has(&format!("<bdi>{title}</bdi>")), "{title}");
    }
    assert_eq!(marked(&alice), [] as [&str; 0], "she has just looked");
    alice.write("my own boat");
    assert_eq!(marked(&alice), [] as [&str; 0], "her own text is no news");
    bob.write("a new boat");
    assert_eq!(marked(&alice), ["Boats"]);
    assert!(alice.get("/searches").has("new"));
    alice.get(&format!("/search?q={}", encoded("boat car")));
    assert_eq!(marked(&alice), ["Boats"], "another search");
    alice.get("/search?q=boat");
    assert_eq!(marked(&alice), [] as [&str; 0]);
    let post = bob.write("nothing of the kind");
    alice.comment(&post, "a boat?");
    assert_eq!(marked(&alice), [] as [&str; 0]);
    bob.comment(&post, "yes, a boat");
    assert_eq!(marked(&alice), ["Boats"]);
}

#[test]
fn searches_belong_to_their_owner_and_have_a_limit() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    keep(&alice, "boat", "Boats");
    keep(&alice, "boat", "Ships");
    let export = Export::of(&alice);
    let kept = &export.data()["searches"];
    assert_eq!(
        *kept,
        serde_json::json!([{"title": "Ships", "query": "boat"}])
    );
    assert!(!bob.get("/searches").has("Ships"));
    assert_eq!(bob.post("/search/1/delete", &[]).status, 404);
    for n in 1..20 {
        keep(&alice, &format!("word{n}"), "");
    }
    let refused = alice.post("/searches", &[("q", "one more")]);
    assert_eq!(refused.status, 422);
    assert!(refused.has("You can keep at most 20 searches. Delete one first."));
    let refused = alice.post("/searches", &[("q", "++")]);
    assert!(refused.has("This search looks for nothing."));
    let long = "x".repeat(51);
    let refused = alice.post("/searches", &[("q", "boat"), ("title", &long)]);
    assert!(refused.has("Field cannot be longer than 50 characters."));
    assert_eq!(alice.post("/search/1/delete", &[]).status, 303);
    assert!(!alice.get("/searches").has("Ships"));
    assert_eq!(alice.post("/search/1/delete", &[]).status, 404);
    keep(&alice, "one more", "");
}

#[test]
fn marks_follow_everything_that_makes_a_text_visible() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    carol.go_private();
    keep(&alice, "boat", "Boats");
    keep(&alice, "\"sea weather\"", "");
    let nothing: [&str; 0] = [];
    assert_eq!(marked(&alice), nothing);
    carol.write("a secret boat");
    assert_eq!(marked(&alice), nothing);
    assert_eq!(marked(&alice), nothing, "asked again");
    alice.press("/follow/carol");
    assert_eq!(marked(&alice), nothing);
    carol.press("/requests/alice/accept");
    assert_eq!(
        marked(&alice),
        ["Boats"],
        "an older text that she may read now"
    );
    alice.get("/search?q=boat");
    assert_eq!(marked(&alice), nothing);

    // More happens than is looked through.
    let post = bob.write("the sea   weather");
    for _ in 0..110 {
        bob.comment(&post, "x");
        alice.like(&post);
        alice.unlike(&post);
    }
    assert_eq!(marked(&alice), ["sea weather"]);
    let edited = bob.write("a car");
    alice.get("/search?q=%22sea+weather%22");
    assert_eq!(marked(&alice), nothing);
    bob.edit(&edited, "a boat after all");
    assert_eq!(marked(&alice), ["Boats"]);
    bob.post(&format!("/post/{edited}/delete"), &[]);
    assert_eq!(marked(&alice), nothing, "it is gone");
}
