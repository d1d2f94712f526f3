//! Streams of groups and of conversations.

use super::{Circle, join, next, topics, write_to};
use crate::harness::Person;

#[test]
fn a_group_has_a_stream() {
    let circle = Circle::of("private");
    let mut stream = circle.bob.listen_at("/sse/group/Garden", &[]);
    let post = write_to(&circle.alice, &["garden"], "tulips");
    let event = next(&mut stream, "post");
    assert_eq!(event.data["post_id"], post.as_str());
    assert_eq!(topics(&event), ["group:garden"]);
    assert!(event.html().contains("in <a href=\"/group/garden\">"));
    let form = [("title", "The Garden"), ("privacy", "private")];
    assert_eq!(circle.alice.post("/group/garden/edit", &form).status, 303);
    let event = next(&mut stream, "group");
    assert_eq!(
        event.data,
        serde_json::json!({ "post_id": null, "group": "garden" })
    );
}

#[test]
fn members_are_told_at_home_and_others_are_not() {
    let circle = Circle::of("private");
    let (mut member, mut other) = (circle.bob.listen(), circle.carol.listen());
    let mut curious = circle
        .carol
        .listen_at("/sse?topic=group:garden&topic=everything", &[]);
    let post = write_to(&circle.alice, &["garden"], "tulips");
    assert_eq!(next(&mut member, "post").data["post_id"], post.as_str());
    // Carol writes herself: nothing of the group came before that.
    let own = circle.carol.write("mine");
    assert_eq!(next(&mut other, "post").data["post_id"], own.as_str());
    assert_eq!(next(&mut curious, "post").data["post_id"], own.as_str());
}

#[test]
fn a_post_in_a_private_group_too_does_not_say_so() {
    let circle = Circle::of("private");
    let feed = circle.site.number("select feed_id from groups");
    let path = format!("/sse?topic=group:garden&topic=everything&topic=feed:{feed}");
    let mut curious = circle.carol.listen_at(&path, &[]);
    write_to(&circle.bob, &["feed", "garden"], "half a secret");
    let event = next(&mut curious, "post");
    assert_eq!(topics(&event), ["everything"]);
    assert!(!event.data.to_string().contains("arden"), "{}", event.data);
}

#[test]
fn a_post_that_moves_leaves_one_page_and_comes_to_another() {
    let circle = Circle::of("private");
    join(&circle.carol, "garden", Some((&circle.alice, "carol")));
    let stranger = circle.site.member("dora");
    let post = circle.bob.write("to be moved");
    let mut group = circle.carol.listen_at("/sse/group/garden", &[]);
    let mut profile = stranger.listen_at("/sse/user/bob", &[]);
    let move_to = |bob: &Person, to: &str| {
        let form = [("message", "to be moved"), ("to", to)];
        assert_eq!(bob.post(&format!("/post/{post}/edit"), &form).status, 303);
    };
    move_to(&circle.bob, "garden");
    assert_eq!(topics(&next(&mut group, "post_edited")), ["group:garden"]);
    assert_eq!(
        next(&mut profile, "post_deleted").data["post_id"],
        post.as_str()
    );
    move_to(&circle.bob, "feed");
    // Carol still sees it, and her page of the group loses it.
    let event = next(&mut group, "post_edited");
    assert_eq!(topics(&event), [] as [&str; 0]);
}

#[test]
fn a_conversation_is_live_for_its_participants() {
    let circle = Circle::of("public");
    let [alice, bob, carol] = [&circle.alice, &circle.bob, &circle.carol];
    for person in [alice, bob, carol] {
        person.post("/settings/privacy", &[("directs_from", "everybody")]);
    }
    let directs = "/sse?topic=directs&topic=everything";
    let mut streams = [bob, carol].map(|person| person.listen_at(directs, &[]));
    let post = write_to(alice, &["@bob"], "psst");
    let event = next(&mut streams[0], "post");
    assert_eq!(topics(&event), ["directs"]);
    bob.comment(&post, "yes?");
    assert_eq!(
        next(&mut streams[0], "comment").data["post_id"],
        post.as_str()
    );
    bob.post(&format!("/post/{post}/participants"), &[("user", "carol")]);
    let event = next(&mut streams[1], "participants");
    assert_eq!(
        (topics(&event), &event.data["user"]["username"]),
        (vec!["directs"], &"bob".into())
    );
    assert!(event.html().contains("psst"), "it arrives whole");
    carol.press(&format!("/post/{post}/leave"));
    next(&mut streams[1], "reset");
    bob.comment(&post, "she is gone");
    let own = carol.write("mine");
    assert_eq!(next(&mut streams[1], "post").data["post_id"], own.as_str());
}
