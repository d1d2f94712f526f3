//! Searches that are open while something is written.

use super::encoded;
use crate::harness::{EventStream, Person, Site};

fn listen(person: &Person, query: &str) -> EventStream {
    person.listen_at(&format!("/sse?topic=search:{}", encoded(query)), &[])
}

/// Returns the kind and the post of the next event about a post.
fn next(stream: &mut EventStream) -> (String, String) {
    loop {
        let event = stream.next().expect("an event");
        if event.name != "notification" {
            let post = event.data["post_id"].as_str().expect("a post").to_owned();
            return (event.name, post);
        }
    }
}

fn is_on_page(stream: &mut EventStream, name: &str) -> bool {
    let event = stream.expect(name);
    event.data["topics"]
        .as_array()
        .is_some_and(|topics| !topics.is_empty())
}

#[test]
fn a_search_takes_new_hits_and_loses_old_ones() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let old = bob.write("an old story");
    let mut page = listen(&alice, "boat -motor");
    assert!(
        alice
            .get("/search?q=boat%20-motor")
            .has("data-topic=\"search:boat%20%2Dmotor\"")
    );
    bob.write("a car");
    bob.write("a motor boat");
    let found = bob.write("my Bóat");
    assert_eq!(next(&mut page), ("post".into(), found.clone()));
    // A comment brings its post.
    bob.comment(&old, "with a boat in it");
    assert_eq!(next(&mut page), ("comment".into(), old.clone()));
    // A post that no longer matches leaves the page.
    bob.edit(&found, "my car");
    let event = page.expect("post_edited");
    assert_eq!(event.data["post_id"], found);
    assert_eq!(event.data["topics"], serde_json::json!([]));
    bob.edit(&found, "my boat");
    assert!(is_on_page(&mut page, "post_edited"));
    bob.press(&format!("/post/{found}/delete"));
    assert_eq!(next(&mut page), ("post_deleted".into(), found));
}

#[test]
fn an_open_search_tells_nothing_that_its_reader_cannot_find() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.post(
        "/settings/privacy",
        &[("private", "on"), ("directs_from", "everybody")],
    );
    let mut stranger = listen(&carol, "boat");
    let mut friend = listen(&alice, "boat");
    let hidden = bob.write("a boat");
    let open = alice.write("another boat");
    assert_eq!(next(&mut stranger), ("post".into(), open));
    assert_eq!(next(&mut friend), ("post".into(), hidden));
}

#[test]
fn the_first_searches_of_a_person_are_live() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let listen_to = |numbers: std::ops::Range<u32>| {
        let topics = numbers.map(|n| format!("topic=search:{}", encoded(&format!("boat -x{n}"))));
        let topics = topics.collect::<Vec<_>>().join("&");
        alice.listen_at(&format!("/sse?{topics}"), &[])
    };
    let mut first = listen_to(0..4);
    let mut second = listen_to(4..8);
    let mut third = listen_to(8..12);
    let mut same = listen_to(0..1);
    let mut other = alice.listen_at("/sse?topic=everything", &[]);
    let post = bob.write("a boat");
    for stream in [&mut first, &mut second, &mut same, &mut other] {
        assert_eq!(next(stream), ("post".into(), post.clone()));
    }
    drop(first);
    drop(same);
    crate::harness::eventually("they are gone", || site.server().streams() == 3);
    let post = bob.write("another boat");
    assert_eq!(
        next(&mut third),
        ("post".into(), post),
        "the first one was not for it"
    );
}
