//! Events that a reader missed.

use crate::harness::Site;

#[test]
fn a_returning_reader_gets_missed_events_once_and_in_order() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (carol, program) = (site.member("carol"), site.script("bob"));
    let mut stream = alice.listen();
    bob.write("seen");
    let seen = stream.expect("post").id;
    drop(stream);

    let mut missed: Vec<String> = (0..100)
        .map(|n| program.write(&format!("{n} {}", "x".repeat(1_500))))
        .collect();
    carol.write("not for alice");
    let deleted = missed.remove(7);
    bob.post(&format!("/post/{deleted}/delete"), &[]);

    let by_header = alice.listen_at("/sse", &[("Last-Event-ID", &seen)]);
    let by_query = alice.listen_at(&format!("/sse?after={seen}"), &[]);
    let mut streams = [by_header, by_query];
    for stream in &mut streams {
        for id in &missed {
            assert_eq!(stream.expect("post").data["post_id"], id.as_str());
        }
        let last = stream.expect("post_deleted");
        assert_eq!(last.data["post_id"], deleted.as_str());
    }
    // Live events follow, without a gap or a double.
    let live = bob.write("live again");
    for stream in &mut streams {
        assert_eq!(stream.expect("post").data["post_id"], live.as_str());
    }
}

#[test]
fn the_ids_survive_a_restart() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let mut stream = alice.listen();
    bob.write("before");
    let last = stream.expect("post").id;
    let missed = bob.write("missed");
    assert_eq!(stream.expect("post").data["post_id"], missed.as_str());
    site.restart();
    assert_eq!(stream.expect("bye").data["reason"], "shutdown");
    assert!(stream.next().is_none(), "the stream ends");
    let mut stream = alice.listen_at("/sse", &[("Last-Event-ID", &last)]);
    assert_eq!(stream.expect("post").data["post_id"], missed.as_str());
    let after = bob.write("after");
    assert_eq!(stream.expect("post").data["post_id"], after.as_str());
}

#[test]
fn an_id_from_nowhere_means_a_fresh_start() {
    let site = Site::start();
    let alice = site.member("alice");
    alice.write("first");
    let now = alice.listen().last_id;
    let epoch = now.split('-').next().expect("an epoch");
    for wrong in [
        "0badcafe-1".to_owned(),
        format!("{epoch}-999"),
        "nonsense".to_owned(),
        format!("{epoch}-"),
    ] {
        let mut stream = alice.listen_at(&format!("/sse?after={wrong}"), &[]);
        assert_eq!(
            stream.expect("reset").id,
            now,
            "{wrong}: and it goes on from there"
        );
    }
    let mut stream = alice.listen_at("/sse?after=nonsense", &[]);
    stream.expect("reset");
    let id = alice.write("next");
    assert_eq!(stream.expect("post").data["post_id"], id.as_str());
}

#[test]
fn an_id_older_than_the_log_is_a_reset() {
    let site = Site::with(|config| config.feed.event_retention = 100);
    let alice = site.member("alice");
    alice.write("first");
    let first = alice.listen().last_id;
    let program = site.script("alice");
    let ids: Vec<String> = (0..300)
        .map(|n| program.write(&format!("post {n}")))
        .collect();
    let mut stream = alice.listen_at(&format!("/sse?after={first}"), &[]);
    let reset = stream.expect("reset");
    // The page goes on from the newest event that has been distributed. The last ones may still be on their way.
    let number = |id: &str| -> usize {
        id.rsplit('-')
            .next()
            .expect("an id")
            .parse()
            .expect("a number")
    };
    let mut reached = number(&reset.id);
    assert!(reached > 200, "{}", reset.id);
    while reached < 301 {
        let event = stream.expect("post");
        reached += 1;
        assert_eq!(
            (number(&event.id), &event.data["post_id"]),
            (reached, &ids[reached - 2].as_str().into())
        );
    }
}

#[test]
fn missed_events_are_sent_as_they_would_have_been_live() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = carol.write("from afar");
    let stays = bob.write("at home");
    let mut live = alice.listen();
    let first = live.last_id.clone();
    bob.comment(&post, "look");
    carol.like(&stays);
    bob.edit(&stays, "at home #now");
    bob.like(&post);
    let gone = bob.comment(&post, "never mind");
    bob.press(&format!("/comment/{gone}/delete"));
    alice.comment(&stays, "hello");
    carol.write("not for alice");
    bob.press(&format!("/post/{stays}/delete"));
    let mut expected = Vec::new();
    while expected.last() != Some(&"post_deleted".to_owned()) {
        let event = live.next().expect("an event");
        if event.name != "notification" {
            expected.push(event.name);
        }
    }
    assert_eq!(
        expected,
        [
            "comment",
            "like",
            "post_edited",
            "like",
            "comment",
            "comment_deleted",
            "comment",
            "post_deleted"
        ]
    );
    // The events of a deleted post are left out, except its deletion.
    let mut late = alice.listen_at(&format!("/sse?after={first}"), &[]);
    let told: Vec<_> = std::iter::from_fn(|| late.next())
        .filter(|event| event.name != "notification")
        .map(|event| (event.name.clone(), event.data["post_id"].clone()))
        .take(4)
        .collect();
    let told: Vec<_> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(told, ["comment", "like", "comment_deleted", "post_deleted"]);
}
