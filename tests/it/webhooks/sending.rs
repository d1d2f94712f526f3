//! What is sent, and to whom.

use rustix::process::Signal;

use super::{
    PAGE, asked, in_state, make,
    receiver::{Received, Receiver, SILENCE, answer},
    sending, sends_webhooks, shown_secret,
};
use crate::harness::{HOUR, MINUTE, Program, Site, eventually};
use quartfeed::{
    model::{BaseUrl, EventId},
    store::webhooks,
};

#[test]
fn a_new_post_of_a_friend_arrives_signed() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    alice.write("from before");
    let secret = make(&alice, &receiver.url("/a"), "home");
    let id = bob.write("Hello, Alice & friends");
    let came = receiver.wait("/a", 1).remove(0);
    assert!(came.is_signed_with(&secret), "{came:?}");
    assert!(!came.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(came.header("content-type"), "application/json");
    assert!(came.header("webhook-id").starts_with("msg_"));
    let seconds = (site.now() / 1_000).to_string();
    assert_eq!(came.header("webhook-timestamp"), seconds);
    let sent = came.json();
    assert_eq!(sent["type"], "post.created");
    assert_eq!(sent["timestamp"], "2026-09-21T14:13:20Z");
    let mut shown = alice.get(&format!("/api/v1/posts/{id}")).json();
    // What others do about it and what it is to its reader are only in the API.
    for field in ["likes", "comments", "via", "unread"] {
        let fields = shown.as_object_mut().expect("an object");
        assert!(fields.remove(field).is_some(), "{field}");
    }
    assert_eq!(sent["data"]["post"], shown);

    // Her own posts are in her feed, and not news to her.
    alice.write("her own");
    bob.write("Another one");
    assert_eq!(receiver.wait("/a", 2)[1].text(), "Another one");
    eventually("it is noted", || in_state(&site, "sent") == 2);
    assert!(!site.log().contains(&secret) && !site.log().contains("whsec_"));
}

#[test]
fn a_feed_sends_its_posts_and_the_comments_on_them_in_order() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    let old = alice.write("an old post");
    make(&alice, &receiver.url("/feed"), "feed");
    let post = alice.write("a new post");
    bob.comment(&old, "on the old one");
    alice.comment(&post, "my own");
    bob.write("not in her feed");
    let edited = alice.edit(&post, "edited");
    assert_eq!(edited.status, 303);
    bob.like(&post);
    alice.press(&format!("/post/{post}/delete"));
    alice.press(&format!("/post/{post}/undelete"));
    for n in 0..10 {
        alice.write(&format!("number {n}"));
    }
    let came = receiver.wait("/feed", 13);
    let kinds: Vec<String> = came[..3]
        .iter()
        .map(|one| one.json()["type"].to_string())
        .collect();
    assert_eq!(
        kinds,
        [
            "\"post.created\"",
            "\"comment.created\"",
            "\"comment.created\""
        ]
    );
    assert_eq!(came[1].text(), "on the old one");
    assert_eq!(came[1].json()["data"]["post"]["message"], "an old post");
    for one in &came {
        assert!(
            !one.body.contains("likes") && !one.body.contains("comments"),
            "{}",
            one.body
        );
    }
    let later: Vec<String> = came[3..].iter().map(Received::text).collect();
    let expected: Vec<String> = (0..10).map(|n| format!("number {n}")).collect();
    assert_eq!(later, expected);
    let mut ids: Vec<&str> = came.iter().map(|one| one.header("webhook-id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 13);
}

#[test]
fn notifications_are_sent_and_nothing_else() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let own = alice.write("a post of mine");
    make(&alice, &receiver.url("/n"), "notifications");
    bob.write("nothing for her");
    carol.write("a word for @alice");
    bob.comment(&own, "nice");
    receiver.wait("/n", 2);
    bob.like(&own);
    alice.press(&format!("/post/{own}/mute"));
    bob.comment(&own, "muted");
    carol.write("the last one for @alice");
    let came = receiver.wait("/n", 3);
    let texts: Vec<String> = came.iter().map(Received::text).collect();
    assert_eq!(
        texts,
        ["a word for @alice", "nice", "the last one for @alice"]
    );
}

#[test]
fn a_comment_of_somebody_hidden_is_sent_with_no_other_one() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let own = alice.write("a post of mine");
    alice.hide("user", "bob", "ever", "everywhere");
    assert_eq!(
        site.number("select count(*) from hides where is_everywhere = 1"),
        1
    );
    let read = |after| news_after(&site, after);
    let before = read(0).0;
    make(&alice, &receiver.url("/n"), "notifications");
    bob.comment(&own, "hidden");
    carol.comment(&own, "shown");
    assert_eq!(receiver.wait("/n", 1)[0].text(), "shown");
    // Both are new at the same look, and are told apart.
    let (_, found) = read(before);
    assert_eq!(found, 1);
    // It is asked again before it is sent.
    receiver.answers("/n", &[&answer("500 Internal Server Error", "")]);
    carol.comment(&own, "soon hidden");
    receiver.wait("/n", 2);
    eventually("it failed", || {
        site.number("select count(*) from webhook_deliveries where tries = 1 and next_at > 0") == 1
    });
    alice.hide("user", "carol", "ever", "everywhere");
    site.pass(MINUTE);
    eventually("it is withdrawn", || in_state(&site, "withdrawn") == 1);
}

/// Returns the last event, and the number of deliveries that those after an event make.
fn news_after(site: &Site, after: i64) -> (i64, usize) {
    site.write(move |tx| {
        let found = webhooks::find_new(tx, EventId(after), 1_000, tx.now)?;
        Ok((found.through.0, found.new.len()))
    })
}

#[test]
fn nothing_is_sent_that_its_owner_may_not_see_at_that_moment() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    carol.follow(&bob);
    make(&alice, &receiver.url("/alice"), "home");
    make(&carol, &receiver.url("/carol"), "home");
    // Each first try fails, and something happens before the second one.
    let failed = answer("500 Internal Server Error", "try later");
    receiver.answers("/alice", &[&failed]);
    receiver.answers("/carol", &[&failed]);
    let post = bob.write("soon gone");
    receiver.wait("/alice", 1);
    receiver.wait("/carol", 1);
    eventually("both failed", || {
        site.number("select count(*) from webhook_deliveries where tries = 1") == 2
    });
    bob.press(&format!("/post/{post}/delete"));
    site.pass(MINUTE);
    eventually("both are withdrawn", || in_state(&site, "withdrawn") == 2);
    assert!(alice.get(PAGE).has("Not sent"));

    bob.write("not for alice");
    eventually("both failed", || {
        site.number("select count(*) from webhook_deliveries where tries = 1 and next_at > 0") == 2
    });
    bob.press("/block/alice");
    site.execute("update users set suspended_at = 1 where username = 'carol'");
    site.pass(MINUTE);
    eventually("both are withdrawn", || in_state(&site, "withdrawn") == 4);
    // When somebody else has it, this site has looked at it for everybody.
    let dave = site.member("dave");
    dave.follow(&bob);
    make(&dave, &receiver.url("/dave"), "home");
    bob.write("nor this");
    assert_eq!(receiver.wait("/dave", 1)[0].text(), "nor this");
    let of_others = "select count(*) from webhook_deliveries where webhook_id <= 2";
    assert_eq!(site.number(of_others), 4);
    let asked = receiver.received("/alice").len() + receiver.received("/carol").len();
    assert_eq!(asked, 4, "only the first tries");
}

#[test]
fn a_private_person_is_sent_to_followers_only() {
    let (site, receiver) = sending();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.go_private();
    make(&alice, &receiver.url("/alice"), "home");
    make(&carol, &receiver.url("/carol"), "home");
    carol.follow(&bob);
    bob.write("for followers");
    let dave = site.member("dave");
    carol.follow(&dave);
    alice.follow(&dave);
    dave.write("for everybody");
    receiver.wait("/alice", 2);
    assert_eq!(receiver.wait("/carol", 1)[0].text(), "for everybody");
    eventually("all are sent", || in_state(&site, "sent") == 3);
    assert_eq!(site.count("webhook_deliveries"), 3);
}

#[test]
fn ntfy_gets_a_message_with_a_title_and_a_link() {
    let receiver = Receiver::start();
    let site = Site::with(|config| {
        sends_webhooks(config);
        config.server.base_url = BaseUrl::parse("https://feed.example/river");
    });
    let (alice, bob) = site.friends();
    bob.post(
        "/profile/edit",
        &[("username", "bob"), ("name", "Bób"), ("bio", "")],
    );
    let made = asked(&alice, PAGE, &receiver.url("/topic"), "ntfy", "home");
    let secret = shown_secret(&made);
    let id = bob.write("Tea at “Café Ünal”?\nSee you!");
    let came = receiver.wait("/topic", 1).remove(0);
    assert_eq!(came.body, "Tea at “Café Ünal”?\nSee you!");
    assert_eq!(came.header("title"), "=?UTF-8?B?QsOzYg==?=");
    let link = format!("https://feed.example/river/post/{id}/");
    assert!(came.header("click").starts_with(&link), "{came:?}");
    assert!(came.header("content-type").starts_with("text/plain"));
    assert!(came.is_signed_with(&secret));
    alice.press(&format!("{PAGE}/1/test"));
    let test = receiver.wait("/topic", 2).remove(1);
    assert_eq!(test.header("title"), "my receiver");
    assert!(test.body.contains("This is a test"));
}

#[test]
fn a_crash_loses_nothing_and_makes_no_new_id() {
    let receiver = Receiver::start();
    receiver.answers("/a", &[SILENCE]);
    let configure = |command: &mut std::process::Command| {
        command
            .env("QUARTFEED_WEBHOOKS_ENABLED", "true")
            .env("QUARTFEED_WEBHOOKS_ALLOWED_ADDRESSES", "127.0.0.1");
    };
    let program = Program::with(configure);
    let alice = program.member("alice");
    let secret = make(&alice, &receiver.url("/a"), "feed");
    alice.write("before the crash");
    let first = receiver.wait("/a", 1).remove(0);
    alice.write("right before the crash");
    program.signal(Signal::KILL);
    let (_, directory) = program.ended();

    receiver.answers("/a", &[&answer("204 No Content", "")]);
    let program = Program::start_in(directory, configure);
    let came = receiver.wait("/a", 3);
    assert_eq!(came[1].header("webhook-id"), first.header("webhook-id"));
    assert!(came[1].is_signed_with(&secret));
    assert_eq!(came[1].text(), "before the crash");
    assert_eq!(came[2].text(), "right before the crash");
    program.signal(Signal::TERM);
    let (status, _directory) = program.ended();
    assert!(status.success(), "{status}");
    assert_eq!(receiver.received("/a").len(), 3);
}

#[test]
fn a_restart_goes_on_where_it_stopped() {
    let (mut site, receiver) = sending();
    let alice = site.member("alice");
    make(&alice, &receiver.url("/a"), "feed");
    alice.write("one");
    receiver.wait("/a", 1);
    eventually("it is noted", || in_state(&site, "sent") == 1);
    site.restart();
    alice.write("two");
    assert_eq!(receiver.wait("/a", 2)[1].text(), "two");
    // What was written while webhooks were off for the whole site is old after a day.
    site.restart_with(|config| config.webhooks.enabled = false);
    alice.write("while it is off");
    site.pass(25 * HOUR);
    site.restart_with(sends_webhooks);
    alice.sign_in("alice");
    alice.write("three");
    assert_eq!(receiver.wait("/a", 3)[2].text(), "three");
}
