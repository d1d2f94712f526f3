//! Events that arrive while a stream is open.

use std::collections::BTreeSet;

use quartfeed::model::StreamEvent;

use crate::harness::{Event, EventStream, Site, bare, between, words};

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
fn an_own_post_arrives_in_another_tab_with_its_buttons() {
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
fn a_silent_stream_says_that_it_is_there() {
    let site = Site::start();
    let alice = site.member("alice");
    let mut program = alice.listen();
    assert_eq!(
        program.line(),
        ":\n",
        "some clients make a message of an empty line"
    );
    // Scripts of pages cannot see comments.
    let mut page = alice.listen_at("/sse?topic=home", &[]);
    let event = page.next_or_alive().expect("the stream goes on");
    assert_eq!(event.name, "alive");
    assert!(event.data["post_id"].is_null());
}

#[test]
fn a_stream_is_chunked_for_clients_that_take_chunks() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    for (version, is_chunked) in [("1.1", true), ("1.0", false)] {
        let head = format!(
            "GET /sse HTTP/{version}\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            alice.address(),
            alice.cookies()
        );
        let mut stream = EventStream::open(alice.address(), &head);
        let has = |line: &str| stream.head.to_ascii_lowercase().contains(line);
        assert_eq!(
            has("transfer-encoding: chunked"),
            is_chunked,
            "{}",
            stream.head
        );
        assert!(
            has("content-encoding: identity"),
            "a proxy must not compress it"
        );
        for text in ["one", &"two".repeat(900)] {
            let id = bob.write(text);
            assert_eq!(stream.expect("post").data["post_id"], id.as_str());
        }
        alice.press("/logout");
        stream.expect_sign_out();
        assert!(stream.next().is_none(), "the last chunk ends it");
        alice.sign_in("alice");
    }
}

#[test]
fn each_act_arrives_as_a_reload_would_draw_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = bob.write("talk");
    let mut stream = alice.listen();
    let arrives = |stream: &mut EventStream, name: &str| {
        let event = stream.expect(name);
        let page = bare(&alice.get("/").text);
        let html = bare(event.html());
        assert!(page.contains(&html), "{name}:\n{html}\n\n{page}");
        event
    };

    let comment = carol.comment(&post, "hello");
    let event = arrives(&mut stream, "comment");
    assert_eq!(event.data["comment"]["comment"], "hello");
    assert_eq!(event.data["comment"]["author"]["username"], "carol");
    assert_eq!(event.data["comment_id"].to_string(), comment);
    let html = event.data["comment_html"].as_str().expect("a fragment");
    assert!(html.starts_with("<li class=\"comment\""));

    carol.like(&post);
    let event = arrives(&mut stream, "like");
    assert_eq!(event.data["user"]["username"], "carol");
    assert_eq!(
        event.data["likes"],
        serde_json::json!({ "count": 1, "mine": false, "names": ["carol"] })
    );
    alice.like(&post);
    arrives(&mut stream, "like");
    carol.unlike(&post);
    arrives(&mut stream, "unlike");

    bob.press(&format!("/comment/{comment}/like"));
    arrives(&mut stream, "comment_like");
    bob.press(&format!("/comment/{comment}/unlike"));
    arrives(&mut stream, "comment_unlike");
    carol.post(
        &format!("/comment/{comment}/edit"),
        &[("comment", "hello again")],
    );
    let event = arrives(&mut stream, "comment_edited");
    assert_eq!(event.data["comment"]["comment"], "hello again");
    bob.edit(&post, "small talk");
    let event = arrives(&mut stream, "post_edited");
    assert_eq!(event.data["post"]["message"], "small talk");
    carol.press(&format!("/comment/{comment}/delete"));
    let event = arrives(&mut stream, "comment_deleted");
    assert_eq!(event.data["comment_id"].to_string(), comment);
    carol.press(&format!("/comment/{comment}/undelete"));
    arrives(&mut stream, "comment");
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!(stream.expect("post_deleted").data["post_id"], post.as_str());
    bob.press(&format!("/post/{post}/undelete"));
    arrives(&mut stream, "post");
}

#[test]
fn a_strangers_post_arrives_with_a_friends_act_and_leaves_with_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let [carol, dave] = ["carol", "dave"].map(|name| site.member(name));
    let post = carol.write("from afar");
    dave.comment(&post, "first!");
    assert!(alice.get("/").posts().is_empty());
    let mut stream = alice.listen();
    bob.like(&post);
    let event = stream.expect("like");
    assert!(html(&event).contains("bob liked this") && html(&event).contains("first! — dave"));
    assert_eq!(event.data["via"]["act"], "like");
    assert_eq!(event.data["via"]["user"]["username"], "bob");
    assert!(event.data["position"].is_i64());
    let page = alice.get("/");
    assert!(bare(&page.text).contains(&bare(event.html())));
    assert!(page.words_of(&post).contains("bob liked this"));

    let comment = bob.comment(&post, "look at this");
    assert!(html(&stream.expect("comment")).contains("bob liked this"));
    bob.unlike(&post);
    assert!(html(&stream.expect("unlike")).contains("bob commented on this"));
    alice.comment(&post, "I did");
    let event = stream.expect("comment");
    assert!(
        html(&event).contains("via your comment and bob’s comment"),
        "{}",
        html(&event)
    );
    let own = alice.get("/").comments().pop().expect("one's own");
    alice.press(&format!("/comment/{own}/delete"));
    stream.expect("comment_deleted");

    bob.press(&format!("/comment/{comment}/delete"));
    let event = stream.expect("comment_deleted");
    assert!(event.data["position"].is_null(), "it has left the river");
    assert!(alice.get("/").posts().is_empty());
    carol.comment(&post, "is anybody there?");
    let own = alice.write("on we go");
    assert_eq!(stream.expect("post").data["post_id"], own.as_str());
}

fn html(event: &Event) -> String {
    words(event.html())
}

#[test]
fn following_makes_the_river_be_read_again() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let (mut own, mut others) = (alice.listen(), bob.listen());
    alice.follow(&bob);
    own.expect("reset");
    let notification = others.expect("notification");
    assert_eq!(notification.data["unread"], 1);
    alice.post("/follow/bob", &[]);
    alice.press("/unfollow/bob");
    own.expect("reset");
    assert_eq!(others.expect("notification").data["unread"], 0);
}

#[test]
fn a_frame_that_is_larger_than_the_buffer_arrives_all_the_same() {
    let site = Site::with(|config| config.limits.stream_buffer_bytes = 4_096);
    let (alice, bob) = site.friends();
    let mut stream = alice.listen();
    let long = "長".repeat(3_000);
    let post = bob.write(&long);
    stream.expect("post");
    for _ in 0..3 {
        alice.comment(&post, &long);
        stream.expect("comment");
    }
    bob.edit(&post, &format!("{}!", &long[..8_997]));
    let edited = stream.expect("post_edited");
    assert!(edited.data.to_string().len() > 60_000);
}

#[test]
fn the_script_listens_to_everything_that_streams_carry() {
    let script = include_str!("../../../assets/stream.js");
    let list = between(script, "const EVENTS = [", "]");
    let listened: BTreeSet<&str> = list.split('\'').skip(1).step_by(2).collect();
    let carried: BTreeSet<&str> = StreamEvent::all().map(StreamEvent::name).collect();
    assert_eq!(listened, carried);
}
