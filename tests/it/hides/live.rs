//! Open pages of somebody who hides things.

use std::time::Duration;

use crate::harness::Site;

#[test]
fn a_hidden_post_does_not_arrive_until_its_hide_ends() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    alice.hide("words", "spoiler", "2h", "home");
    let mut stream = alice.listen();
    let hidden = bob.write("a spoiler");
    let next = bob.write("hello");
    assert_eq!(stream.expect("post").data["post_id"], next.as_str());
    bob.comment(&hidden, "still hidden");
    bob.comment(&next, "shown");
    assert_eq!(stream.expect("comment").data["post_id"], next.as_str());
    site.pass(Duration::from_hours(2));
    bob.comment(&hidden, "again here");
    let event = stream.expect("comment");
    assert_eq!(event.data["post_id"], hidden.as_str());
    assert_eq!(event.data["topics"], serde_json::json!(["home"]));
}

#[test]
fn a_post_arrives_on_those_pages_alone_that_show_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let mut stream = alice.listen_at(
        "/sse?topic=home&topic=everything&topic=tag:cats&topic=tag:dogs",
        &[],
    );
    let mut arrives_on = |text: &str| {
        bob.write(text);
        let last = carol.write("the end");
        let mut topics = serde_json::json!(null);
        loop {
            let event = stream.next().expect("the stream goes on");
            if event.data["post_id"] == last.as_str() {
                return topics;
            }
            if event.name == "post" {
                topics = event.data["topics"].clone();
            }
        }
    };
    let text = "some #cats and #dogs";
    let all = serde_json::json!(["home", "everything", "tag:cats", "tag:dogs"]);
    assert_eq!(arrives_on(text), all);
    alice.hide("tag", "cats", "1d", "home");
    assert_eq!(
        arrives_on(text),
        serde_json::json!(["everything", "tag:cats", "tag:dogs"])
    );
    alice.hide("tag", "cats", "1d", "everywhere");
    assert_eq!(
        arrives_on(text),
        serde_json::json!(["tag:cats"]),
        "the page of the tag itself"
    );
    alice.hide("user", "bob", "1d", "everywhere");
    assert_eq!(arrives_on(text), serde_json::json!(null));
    assert_eq!(arrives_on("plain"), serde_json::json!(null));
}

#[test]
fn a_hidden_person_still_arrives_on_their_own_page() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    alice.hide("user", "bob", "ever", "everywhere");
    let mut profile = alice.listen_at("/sse/user/bob", &[]);
    let post = bob.write("hello");
    assert_eq!(profile.expect("post").data["post_id"], post.as_str());
    let mut page = alice.listen_at(&format!("/sse/post/{post}"), &[]);
    bob.comment(&post, "more");
    assert_eq!(page.expect("comment").data["post_id"], post.as_str());
}

#[test]
fn a_post_leaves_when_its_new_text_is_hidden() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    alice.hide("words", "spoiler", "ever", "home");
    let post = bob.write("hello");
    let mut stream = alice.listen();
    bob.edit(&post, "hello, spoiler");
    assert_eq!(
        stream.expect("post_edited").data["topics"],
        serde_json::json!([])
    );
    bob.edit(&post, "hello");
    assert_eq!(
        stream.expect("post_edited").data["topics"],
        serde_json::json!(["home"])
    );
    bob.edit(&post, "hello, spoiler");
    stream.expect("post_edited");
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!(stream.expect("post_deleted").data["post_id"], post.as_str());
}

#[test]
fn open_pages_are_drawn_again_when_something_is_hidden_or_shown() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (mut alices, mut bobs) = (alice.listen(), bob.listen());
    alice.hide("words", "spoiler", "2h", "home");
    alices.expect("reset");
    alices.expect("notification");
    alice.unhide("words", "spoiler");
    alices.expect("reset");
    alices.expect("notification");
    let post = bob.write("hello");
    assert_eq!(
        bobs.expect("post").data["post_id"],
        post.as_str(),
        "nobody else hears of it"
    );
}

#[test]
fn a_stream_that_catches_up_leaves_hidden_posts_out() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let mut stream = alice.listen();
    bob.write("seen");
    let last = stream.expect("post").id;
    drop(stream);
    alice.hide("words", "spoiler", "ever", "home");
    bob.write("a spoiler");
    let shown = bob.write("hello");
    let mut stream = alice.listen_at("/sse", &[("Last-Event-ID", &last)]);
    stream.expect("reset");
    stream.expect("notification");
    assert_eq!(stream.expect("post").data["post_id"], shown.as_str());
}
