//! Event streams: what arrives, in which order, and when a stream ends.

use std::time::Duration;

use crate::harness::{EventStream, Person, Site, bare, between, eventually};

#[test]
fn a_friends_post_arrives_as_the_page_would_draw_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let mut stream = alice.listen();
    assert_eq!(stream.retry, Some(3_000));
    for header in [
        "text/event-stream; charset=utf-8",
        "Cache-Control: no-store",
        "X-Accel-Buffering: no",
        "Content-Security-Policy",
    ] {
        assert!(stream.head.contains(header), "{}", stream.head);
    }
    let id = bob.write("news & more");
    let event = stream.expect("post");
    assert_eq!(event.data["post_id"], id.as_str());
    assert_eq!(event.data["post"]["message"], "news & more");
    assert_eq!(event.data["post"]["author"]["username"], "bob");
    let page = alice.get("/");
    let html = event.html();
    assert!(bare(&page.text).contains(&bare(html)), "the same partial");
    assert!(
        page.has(&format!("data-last-event-id=\"{}\"", event.id)),
        "the page says where its stream begins"
    );
}

#[test]
fn ones_own_post_arrives_in_ones_other_tab_with_what_one_may_do() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bob.follow(&alice);
    let (mut own, mut others) = (alice.listen(), bob.listen());
    let id = alice.write("mine");
    let own = own.expect("post").html().to_owned();
    let others = others.expect("post").html().to_owned();
    let delete = format!("/post/{id}/delete");
    assert!(own.contains(&delete) && !others.contains(&delete));
    assert!(
        own.contains("name=\"csrf_token\" value=\"\""),
        "shared fragments carry nobody's token"
    );
}

#[test]
fn strangers_posts_do_not_arrive_and_deletions_do() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let mut stream = alice.listen();
    carol.write("not for alice");
    let id = bob.write("for alice");
    assert_eq!(stream.expect("post").data["post_id"], id.as_str());
    bob.post(&format!("/post/{id}/delete"), &[]);
    assert_eq!(stream.expect("post_deleted").data["post_id"], id.as_str());
}

#[test]
fn unfollowing_stops_the_events_at_once() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let mut stream = alice.listen();
    bob.write("one");
    stream.expect("post");
    alice.post("/unfollow/bob", &[]);
    stream.expect("reset");
    bob.write("two");
    let own = alice.write("three");
    assert_eq!(stream.expect("post").data["post_id"], own.as_str());
}

#[test]
fn who_comes_back_gets_what_was_missed_once_and_in_order() {
    let by_header: fn(&Person, &str) -> EventStream =
        |alice, id| alice.listen_at("/sse", &[("Last-Event-ID", id)]);
    let by_query: fn(&Person, &str) -> EventStream =
        |alice, id| alice.listen_at(&format!("/sse?after={id}"), &[]);
    for come_back in [by_header, by_query] {
        let site = Site::start();
        let (alice, bob) = site.friends();
        let carol = site.member("carol");
        let mut stream = alice.listen();
        bob.write("seen");
        let seen = stream.expect("post").id;
        drop(stream);

        let mut missed: Vec<String> = (0..100)
            .map(|n| bob.write(&format!("{n} {}", "x".repeat(1_500))))
            .collect();
        carol.write("not for alice");
        let deleted = missed.remove(7);
        bob.post(&format!("/post/{deleted}/delete"), &[]);

        let mut stream = come_back(&alice, &seen);
        for id in &missed {
            assert_eq!(stream.expect("post").data["post_id"], id.as_str());
        }
        assert_eq!(
            stream.expect("post_deleted").data["post_id"],
            deleted.as_str()
        );
        // And then it is live, without a gap or a double.
        let live = bob.write("live again");
        assert_eq!(stream.expect("post").data["post_id"], live.as_str());
    }
}

#[test]
fn nothing_falls_between_the_page_and_its_stream() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let page = alice.get("/");
    let after = between(&page.text, "data-last-event-id=\"", "\"");
    let id = bob.write("in between");
    let mut stream = alice.listen_at(&format!("/sse?after={after}"), &[]);
    assert_eq!(stream.expect("post").data["post_id"], id.as_str());
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
fn what_is_older_than_the_log_remembers_is_a_fresh_start_too() {
    let site = Site::with(|config| config.feed.event_retention = 100);
    let alice = site.member("alice");
    alice.write("first");
    let first = alice.listen().last_id;
    let ids: Vec<String> = (0..300)
        .map(|n| alice.write(&format!("post {n}")))
        .collect();
    let mut stream = alice.listen_at(&format!("/sse?after={first}"), &[]);
    let reset = stream.expect("reset");
    assert!(reset.id.ends_with("-301"), "{}", reset.id);
    assert_eq!(ids.len(), 300);
}

#[test]
fn signing_out_ends_the_streams_of_that_session_only() {
    let site = Site::start();
    let alice = site.member("alice");
    let other_browser = site.visitor();
    other_browser.sign_in("alice");
    let (mut ended, mut stays) = (alice.listen(), other_browser.listen());
    alice.post("/logout", &[]);
    ended.expect_sign_out();
    assert!(ended.next().is_none());
    let id = other_browser.write("still here");
    assert_eq!(stays.expect("post").data["post_id"], id.as_str());
    assert_eq!(alice.listen().status(), "401");
}

#[test]
fn a_stream_ends_when_its_session_expires() {
    let site = Site::start();
    let alice = site.member("alice");
    let mut stream = alice.listen();
    site.pass(Duration::from_hours(25));
    stream.expect_sign_out();
}

#[test]
fn one_stream_too_many_ends_the_oldest() {
    let site = Site::with(|config| config.limits.streams_per_user = 2);
    let alice = site.member("alice");
    let (mut first, mut second) = (alice.listen(), alice.listen());
    let mut third = alice.listen();
    assert_eq!(first.expect("bye").data["reason"], "too_many");
    alice.write("hi");
    second.expect("post");
    third.expect("post");
}

#[test]
fn a_full_house_asks_to_come_back_later() {
    let site = Site::with(|config| config.limits.streams = 1);
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let mut stream = alice.listen();
    let mut refused = bob.listen();
    assert_eq!((refused.status(), refused.retry), ("200", Some(30_000)));
    assert!(refused.next().is_none());
    alice.write("hi");
    stream.expect("post");
    drop(stream);
    eventually("the place is free again", || site.server().streams() == 0);
    assert_eq!(bob.listen().retry, Some(3_000));
}

#[test]
fn a_silent_stream_says_that_it_is_there() {
    let site = Site::start();
    let mut stream = site.member("alice").listen();
    assert_eq!(stream.lines().expect("within fifteen seconds"), [":"]);
}

#[test]
fn a_gone_reader_is_noticed_at_once() {
    let site = Site::start();
    let alice = site.member("alice");
    let streams: Vec<_> = (0..5).map(|_| alice.listen()).collect();
    eventually("all are there", || site.server().streams() == 5);
    drop(streams);
    eventually("all are gone", || site.server().streams() == 0);
}

#[test]
fn a_reader_who_does_not_read_costs_the_others_nothing() {
    let site = Site::with(|config| config.limits.stream_buffer_bytes = 4_096);
    let (alice, bob) = site.friends();
    let mut reads = alice.listen();
    let asleep = alice.listen();
    eventually("both are there", || site.server().streams() == 2);
    let mut written = 0;
    while site.server().streams() == 2 {
        bob.write(&"x".repeat(3_000));
        reads.expect("post");
        written += 1;
        assert!(written < 2_000, "the reader who is asleep is never let go");
    }
    drop(asleep);
    bob.write("on we go");
    reads.expect("post");
}
