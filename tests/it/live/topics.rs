//! Streams of one page: a post, a profile, a tag.

use crate::harness::{Event, EventStream, Site, between};

fn names(stream: &mut EventStream, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| stream.next().expect("an event").name)
        .collect()
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
fn pages_of_tags_and_acts_are_told_what_has_left_them() {
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
    // A comment under one's own post is no act.
    let own = carol.write("mine");
    carol.comment(&own, "as I said");
    carol.like(&post);
    let event = stream.expect("like");
    assert_eq!(
        (event.data["post_id"].as_str(), topics(&event)),
        (Some(post.as_str()), 1)
    );
}
