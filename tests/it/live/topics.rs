//! Streams of one page: a post, a profile, a tag.

use std::collections::BTreeSet;

use quartfeed::model::{Carries, EventField, EventKind, StreamEvent};

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

/// The fields of an event's data, by the table of events.
fn fields(kind: EventKind) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::from(["post_id"]);
    match kind.facts().carries {
        Carries::PostId => {}
        Carries::Group => _ = names.insert("group"),
        Carries::Article(fields) => {
            names.extend(["topics", "position", "bump", "posted", "via", "html"]);
            for field in fields {
                names.extend(match field {
                    EventField::Post => ["post"].as_slice(),
                    EventField::User => &["user"],
                    EventField::Likes => &["likes"],
                    EventField::CommentId => &["comment_id"],
                    EventField::Comment => &["comment", "comment_html"],
                });
            }
        }
        Carries::Reset | Carries::ResetForAll | Carries::Nothing => {
            panic!("streams do not carry {kind:?} itself")
        }
    }
    names
}

#[test]
fn each_event_has_exactly_the_fields_of_its_row() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let mut stream = alice.listen_at("/sse?topic=home&topic=directs&topic=group:talk", &[]);
    bob.post("/groups/new", &[("name", "talk")]);
    carol.follow(&bob);
    bob.post("/post", &[("message", "psst"), ("to", "@alice")]);
    let conversation = alice.get("/directs").posts()[0].clone();
    let added = [("user", "carol")];
    bob.post(&format!("/post/{conversation}/participants"), &added);
    let post = bob.write("talk");
    bob.write(&format!("http://site/post/{post}"));
    bob.post(&format!("/post/{post}/edit"), &[("message", "more talk")]);
    carol.like(&post);
    carol.unlike(&post);
    let comment = carol.comment(&post, "hello");
    carol.post(&format!("/comment/{comment}/edit"), &[("comment", "bye")]);
    bob.press(&format!("/comment/{comment}/like"));
    bob.press(&format!("/comment/{comment}/unlike"));
    carol.press(&format!("/comment/{comment}/delete"));
    bob.press(&format!("/post/{post}/delete"));
    let expected = StreamEvent::all().filter_map(|event| match event {
        StreamEvent::Logged(kind) => Some(kind.name()),
        StreamEvent::Notification | StreamEvent::Seen | StreamEvent::Reset | StreamEvent::Bye => {
            None
        }
    });
    let mut expected: BTreeSet<&str> = expected.collect();
    // The post may be gone before an event about it is rendered, and then only its end arrives.
    while let Some(event) = stream.next() {
        let Ok(kind) = event.name.parse::<EventKind>() else {
            continue;
        };
        let data = event.data.as_object().expect("an object");
        let names: BTreeSet<&str> = data.keys().map(String::as_str).collect();
        assert_eq!(names, fields(kind), "{kind:?}");
        expected.remove(kind.name());
        if kind == EventKind::PostDeleted {
            break;
        }
    }
    assert!(
        expected.is_empty(),
        "no step of this test makes {expected:?}"
    );
}
