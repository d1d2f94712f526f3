//! The operators, and what is said of what was not understood.

use super::{found, remarks};
use crate::harness::{FRAGMENT, Person, Site, between};

fn write_to(person: &Person, to: &str, message: &str) -> String {
    let form = [("message", message), ("to", to)];
    let page = person.post_with("/post", &form, &[("Accept", FRAGMENT)]);
    assert_eq!(page.status, 201, "{}", page.text);
    between(&page.text, "data-post-id=\"", "\"").to_owned()
}

#[test]
fn people_are_operators() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let cake = bob.write("cake for all");
    let bread = alice.write("bread");
    bob.comment(&bread, "no cake?");
    carol.like(&cake);
    alice.comment(&cake, "I like cake");
    assert_eq!(found(&alice, "from:bob"), [cake.as_str()]);
    assert_eq!(found(&alice, "from:@BOB cake"), [cake.as_str()]);
    assert_eq!(found(&alice, "from:me"), [bread.as_str()]);
    assert_eq!(found(&alice, "cake"), [cake.as_str(), &bread]);
    assert_eq!(found(&alice, "cake -from:me"), [cake.as_str()]);
    assert_eq!(
        found(&alice, "from:me OR from:bob"),
        [bread.as_str(), &cake]
    );
    assert_eq!(found(&alice, "commented:bob"), [bread.as_str()]);
    assert_eq!(found(&alice, "commented:me"), [cake.as_str()]);
    assert_eq!(found(&alice, "liked:carol"), [cake.as_str()]);
    assert_eq!(found(&carol, "liked:me cake"), [cake.as_str()]);
    assert_eq!(found(&alice, "from:nobody cake"), [] as [&str; 0]);
    assert_eq!(found(&alice, "-from:nobody bread"), [bread.as_str()]);
    // An old name still finds the person.
    bob.post(
        "/profile/edit",
        &[("username", "robert"), ("name", ""), ("bio", "")],
    );
    assert_eq!(found(&alice, "from:bob"), [cake.as_str()]);
    assert_eq!(found(&alice, "from:robert"), [cake.as_str()]);
}

#[test]
fn places_pictures_links_tags_and_days_are_operators() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let form = [("name", "garden"), ("privacy", "private")];
    assert_eq!(bob.post("/groups/new", &form).status, 303);
    let tulips = write_to(&bob, "garden", "tulips in the sun");
    let link = bob.write("sun at https://example.org");
    let tagged = bob.write("rain");
    bob.comment(&tagged, "#Sün tomorrow");
    let psst = write_to(&bob, "@alice", "sun, only for you");
    assert_eq!(found(&bob, "sun in:garden"), [tulips.as_str()]);
    assert_eq!(found(&bob, "in:Garden"), [tulips.as_str()]);
    assert_eq!(found(&alice, "in:garden"), [] as [&str; 0]);
    assert_eq!(found(&bob, "has:link"), [link.as_str()]);
    assert_eq!(
        found(&bob, "sun -has:link -in:garden -to:me #sun"),
        [tagged.as_str()]
    );
    assert_eq!(found(&bob, "tag:#SUN"), [tagged.as_str()]);
    assert_eq!(found(&alice, "to:me"), [psst.as_str()]);
    assert_eq!(found(&alice, "sun to:me"), [psst.as_str()]);
    assert_eq!(found(&bob, "has:picture"), [] as [&str; 0]);
    alice.press(&format!("/post/{link}/save"));
    assert_eq!(found(&alice, "is:saved"), [link.as_str()]);
    assert_eq!(found(&alice, "sun is:saved"), [link.as_str()]);
    assert_eq!(found(&bob, "is:saved"), [] as [&str; 0]);

    // A permalink that is shown is seen.
    alice.read(&link);
    assert_eq!(found(&alice, "is:unread"), [] as [&str; 0]);
    bob.comment(&link, "and more");
    assert_eq!(found(&alice, "is:unread"), [link.as_str()]);
    site.restart();
    assert_eq!(found(&alice, "is:unread sun"), [link.as_str()]);

    let before = found(&bob, "sun before:2000-01-01");
    assert_eq!(before, [] as [&str; 0]);
    assert_eq!(found(&bob, "sun before:9999").len(), 4);
    assert_eq!(found(&bob, "sun after:2000-01").len(), 4);
    assert_eq!(found(&bob, "sun after:9999"), [] as [&str; 0]);
}

#[test]
fn a_search_leaves_out_what_it_does_not_understand() {
    let site = Site::start();
    let alice = site.member("alice");
    let post = alice.write("sea weather");
    for (query, finds, said) in [
        (
            "sea before:yesterday",
            true,
            "“before:yesterday” was not understood: a date looks like 2026-05-01.",
        ),
        (
            "sea has:wings",
            true,
            "“has:wings” was not understood: it can be has:picture or has:link.",
        ),
        (
            "sea from:a/b",
            true,
            "“from:a/b” was not understood: a username is expected.",
        ),
        (
            "sea in:!",
            true,
            "“in:!” was not understood: the name of a group is expected.",
        ),
        ("sea ++", true, "“++” has no letter or digit."),
        (
            "wea*",
            false,
            "A beginning has at least 4 letters, so “wea*” was taken as it stands.",
        ),
        (
            &"sea ".repeat(33),
            true,
            "Only the first 32 words were used.",
        ),
        (
            &format!("sea {}", "x".repeat(300)),
            false,
            "Only the first 300 characters were used.",
        ),
        ("12:30", false, ""),
        ("sea OR", false, ""),
        ("\"sea", true, ""),
        ("sea \"\"", true, ""),
    ] {
        assert_eq!(found(&alice, query).contains(&post), finds, "{query}");
        let remarks = remarks(&alice, query);
        assert_eq!(remarks.concat(), said, "{query}");
        if !said.is_empty() {
            let page = alice.get(&format!("/search?q={}", super::encoded(query)));
            assert!(page.words().contains(said), "{query}: {}", page.words());
        }
    }
    // A search for nothing finds nothing, and says what can be looked for.
    for query in ["", "   ", "++", "-"] {
        assert_eq!(found(&alice, query), [] as [&str; 0], "{query}");
        let page = alice.get(&format!("/search?q={}", super::encoded(query)));
        assert!(page.has("What you can look for"), "{query}");
    }
}
