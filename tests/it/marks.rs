//! The marks beside the home page: on lists, groups and saved searches.

use crate::harness::{Person, Site};

fn marks(person: &Person) -> Vec<String> {
    let page = person.get("/marks");
    assert_eq!(page.status, 200, "{}", page.text);
    let marks = page.json();
    let marks = marks.as_array().expect("a list").iter();
    marks
        .map(|mark| mark.as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn lists_and_groups_are_marked_until_they_were_read() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    assert_eq!(bob.post("/groups/new", &[("name", "garden")]).status, 303);
    alice.press("/group/garden/join");
    let list = [("title", "Painters"), ("members", "@bob")];
    assert_eq!(alice.post("/lists", &list).status, 303);
    for mark in ["list:painters", "group:garden"] {
        assert!(
            alice.get("/").has(&format!("data-mark=\"{mark}\"")),
            "{mark}"
        );
    }
    assert_eq!(marks(&alice), [] as [&str; 0]);

    let painting = bob.write("a painting");
    bob.post("/post", &[("message", "tulips"), ("to", "garden")]);
    assert_eq!(marks(&alice), ["list:painters", "group:garden"]);
    assert_eq!(marks(&bob), [] as [&str; 0], "one's own is no news");
    // A post that is shown alone is read.
    alice.read(&painting);
    assert_eq!(marks(&alice), ["group:garden"]);
    bob.comment(&painting, "what do you think?");
    assert_eq!(marks(&alice), ["list:painters", "group:garden"]);
    let tulips = alice.get("/group/garden").posts()[0].clone();
    alice.read(&tulips);
    alice.read(&painting);
    assert_eq!(marks(&alice), [] as [&str; 0]);
    // What is hidden everywhere is no news.
    bob.comment(&painting, "anybody?");
    let hide = [
        ("kind", "post"),
        ("value", painting.as_str()),
        ("for", "ever"),
        ("where", "everywhere"),
    ];
    assert_eq!(alice.post("/hide", &hide).status, 303);
    assert_eq!(marks(&alice), [] as [&str; 0]);
}
