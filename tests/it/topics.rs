//! What streams carry, by what the pages behind them show.

use crate::harness::{Event, EventStream, Person, Site, bare, between, words};

fn html(event: &Event) -> String {
    words(event.html())
}

fn names(stream: &mut EventStream, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| stream.next().expect("an event").name)
        .collect()
}

#[test]
fn each_act_arrives_as_a_reload_would_draw_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = bob.write("talk");
    let mut stream = alice.listen();
    let check = |event: &Event, alice: &Person| {
        let page = bare(&alice.get("/").text);
        let html = bare(event.html());
        assert!(page.contains(&html), "{}:\n{html}\n\n{page}", event.name);
    };

    let comment = carol.comment(&post, "hello");
    let event = stream.expect("comment");
    check(&event, &alice);
    assert_eq!(event.data["comment"]["comment"], "hello");
    assert_eq!(event.data["comment"]["author"]["username"], "carol");
    assert_eq!(event.data["comment_id"].to_string(), comment);
    assert!(
        event.data["comment_html"]
            .as_str()
            .expect("a fragment")
            .starts_with("<li class=\"comment\"")
    );

    carol.like(&post);
    let event = stream.expect("like");
    check(&event, &alice);
    assert_eq!(event.data["user"]["username"], "carol");
    assert_eq!(
        event.data["likes"],
        serde_json::json!({ "count": 1, "mine": false, "names": ["carol"] })
    );
    alice.like(&post);
    check(&stream.expect("like"), &alice);
    carol.unlike(&post);
    check(&stream.expect("unlike"), &alice);

    bob.press(&format!("/comment/{comment}/like"));
    check(&stream.expect("comment_like"), &alice);
    bob.press(&format!("/comment/{comment}/unlike"));
    check(&stream.expect("comment_unlike"), &alice);
    carol.post(
        &format!("/comment/{comment}/edit"),
        &[("comment", "hello again")],
    );
    let event = stream.expect("comment_edited");
    check(&event, &alice);
    assert_eq!(event.data["comment"]["comment"], "hello again");
    bob.edit(&post, "small talk");
    let event = stream.expect("post_edited");
    check(&event, &alice);
    assert_eq!(event.data["post"]["message"], "small talk");
    carol.press(&format!("/comment/{comment}/delete"));
    let event = stream.expect("comment_deleted");
    check(&event, &alice);
    assert_eq!(event.data["comment_id"].to_string(), comment);
    carol.press(&format!("/comment/{comment}/undelete"));
    check(&stream.expect("comment"), &alice);
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!(stream.expect("post_deleted").data["post_id"], post.as_str());
    bob.press(&format!("/post/{post}/undelete"));
    check(&stream.expect("post"), &alice);
}

#[test]
fn a_friend_brings_a_strangers_post_whole_and_takes_it_along() {
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

#[test]
fn a_post_and_a_profile_have_streams_of_their_own() {
    let site = Site::start();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
    let (post, other) = (bob.write("this one"), bob.write("another"));
    let mut of_post = alice.listen_at(&format!("/sse/post/{post}"), &[]);
    let mut of_bob = alice.listen_at("/sse/user/bob", &[]);
    let mut of_all = alice.listen_at("/sse?topic=everything", &[]);
    let mut of_tag = alice.listen_at("/sse?topic=tag:x&topic=discussions", &[]);
    carol.comment(&other, "hello");
    carol.comment(&post, "hello");
    let third = bob.write("a third, #X");
    carol.write("elsewhere");
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!(names(&mut of_post, 2), ["comment", "post_deleted"]);
    assert_eq!(
        names(&mut of_bob, 4),
        ["comment", "comment", "post", "post_deleted"]
    );
    assert_eq!(
        names(&mut of_all, 5),
        ["comment", "comment", "post", "post", "post_deleted"]
    );
    let event = of_tag.expect("post");
    assert_eq!(event.data["post_id"], third.as_str());
    let topics = event.data["topics"].as_array().expect("a list").clone();
    assert!(topics.contains(&"tag:x".into()) && !topics.contains(&"home".into()));
    alice.like(&third);
    assert!(
        of_tag.expect("like").data["topics"]
            .as_array()
            .expect("a list")
            .contains(&"discussions".into())
    );
    for (path, status) in [
        (format!("/sse/post/{post}"), 404),
        ("/sse/post/x".into(), 404),
        ("/sse/user/nobody".into(), 404),
        ("/sse?topic=x".into(), 400),
        ("/sse?topic=tag:%20".into(), 400),
    ] {
        assert_eq!(alice.get(&path).status, status, "{path}");
    }
}

#[test]
fn what_was_missed_is_told_as_it_would_have_been() {
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
    // Of what is deleted nothing is told but that it is.
    let mut late = alice.listen_at(&format!("/sse?after={first}"), &[]);
    let told: Vec<_> = std::iter::from_fn(|| late.next())
        .filter(|event| event.name != "notification")
        .map(|event| (event.name.clone(), event.data["post_id"].clone()))
        .take(4)
        .collect();
    let told: Vec<_> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(told, ["comment", "like", "comment_deleted", "post_deleted"]);
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
fn a_page_of_a_tag_or_of_acts_hears_that_something_has_left() {
    let site = Site::start();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
    let post = bob.write("about #rust");
    let comment = carol.comment(&post, "and #iron");
    let activity = alice.get("/user/carol/activity").text;
    let acts = between(&activity, "data-topic=\"", "\"").to_owned();
    let mut stream = alice.listen_at(
        &format!("/sse?topic=tag:rust&topic=tag:iron&topic={acts}"),
        &[],
    );
    let topics = |event: &Event| event.data["topics"].as_array().expect("a list").len();
    bob.edit(&post, "about nothing");
    assert_eq!(
        topics(&stream.expect("post_edited")),
        2,
        "the comment's tag and its author's acts"
    );
    carol.press(&format!("/comment/{comment}/delete"));
    assert_eq!(topics(&stream.expect("comment_deleted")), 0);
    // Under one's own post there are no acts.
    let own = carol.write("mine");
    carol.comment(&own, "as I said");
    carol.like(&post);
    let event = stream.expect("like");
    assert_eq!(
        (event.data["post_id"].as_str(), topics(&event)),
        (Some(post.as_str()), 1)
    );
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
