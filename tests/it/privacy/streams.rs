//! Streams, and what they leave out.

use crate::harness::Site;

#[test]
fn streams_tell_nothing_of_private_people_to_those_outside() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.go_private();
    let mut outside = carol.listen_at("/sse?topic=home&topic=everything", &[]);
    let mut inside = alice.listen_at("/sse?topic=home&topic=everything", &[]);
    let post = bob.write("among friends");
    alice.comment(&post, "yes");
    bob.press(&format!("/post/{post}/delete"));
    for name in ["post", "comment", "post_deleted"] {
        assert_eq!(inside.expect(name).data["post_id"], post.as_str());
    }
    let open = carol.write("the next thing");
    assert_eq!(outside.expect("post").data["post_id"], open.as_str());
    assert_eq!(
        carol.listen_at(&format!("/sse/post/{post}"), &[]).status(),
        "404"
    );
}

#[test]
fn likes_of_private_people_reach_only_readers_who_may_see_them() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    carol.go_private();
    let post = bob.write("open");
    let comment = bob.comment(&post, "and open");
    let path = format!("/sse?topic=post:{post}&topic=everything");
    let (mut outside, mut owner) = (alice.listen_at(&path, &[]), bob.listen_at(&path, &[]));
    carol.like(&post);
    carol.press(&format!("/comment/{comment}/like"));
    carol.unlike(&post);
    owner.expect("like");
    let next = bob.write("next");
    assert_eq!(outside.until(&next), [] as [&str; 0]);
    assert!(!alice.read(&post).has("1 like"), "nor are they counted");
    assert!(bob.read(&post).has("1 like"));
}

#[test]
fn streams_carry_nothing_of_blocked_people() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let talk = carol.write("talk");
    let tagged = carol.write("tagged");
    alice.comment(&talk, "alice was here");
    let his = bob.write("ask @alice");
    let word = bob.comment(&talk, "ask @alice too");
    let under = bob.comment(&tagged, "#zebra");
    alice.comment(&his, "yes?");
    alice.press("/block/bob");
    let topics = format!(
        "/sse?topic=home&topic=everything&topic=discussions&topic=tag:zebra&topic=post:{talk}"
    );
    let mut stream = alice.listen_at(&topics, &[]);
    // He removes her name, goes on writing, and deletes things.
    bob.edit(&his, "never mind");
    bob.post(
        &format!("/comment/{word}/edit"),
        &[("comment", "never mind")],
    );
    carol.comment(&his, "what, @alice?");
    bob.press(&format!("/comment/{word}/delete"));
    bob.press(&format!("/post/{his}/delete"));
    carol.press(&format!("/comment/{under}/like"));
    let next = carol.write("next, @bob");
    assert_eq!(stream.until(&next), [] as [&str; 0]);
}

#[test]
fn a_name_in_a_new_post_is_a_link_for_those_who_may_know_of_it() {
    let site = Site::start();
    let (alice, _bob) = site.friends();
    let (carol, dave) = (site.member("carol"), site.member("dave"));
    alice.press("/block/bob");
    let mut streams = [&alice, &dave].map(|person| person.listen_at("/sse?topic=everything", &[]));
    let post = carol.write("ask @bob");
    let links = streams.each_mut().map(|stream| {
        let event = stream.expect("post");
        assert_eq!(event.data["post_id"], post.as_str());
        event.html().contains("href=\"/user/bob\"")
    });
    assert_eq!(links, [false, true]);
}

#[test]
fn acts_of_private_people_reach_no_strangers_stream() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    carol.go_private();
    let post = bob.write("open");
    carol.comment(&post, "under it");
    let file = site.file();
    let feed: i64 = file
        .query_row(
            "select feeds.id from feeds join users on users.id = owner_id where username = 'carol'",
            [],
            |row| row.get(0),
        )
        .expect("a feed");
    let mut acts = alice.listen_at(&format!("/sse?topic=acts:{feed}&topic=feed:{feed}"), &[]);
    let mut home = alice.listen();
    bob.comment(&post, "again");
    let next = bob.write("next");
    home.until(&next);
    alice.press("/logout");
    acts.expect("bye");
}
