//! Mutes.

use crate::harness::{PASSWORD, Site};

#[test]
fn a_mute_is_known_to_one_side_only() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    alice.follow(&carol);
    let (his, carols) = (bob.write("by bob"), carol.write("by carol"));
    bob.comment(&carols, "bob was here");
    carol.like(&his);
    let mut alices = alice.listen_at("/sse?topic=home&topic=everything", &[]);
    let mut bobs = bob.listen();
    alice.press("/mute/bob");
    alices.expect("reset");
    alices.expect("notification");
    for path in ["/", "/everything"] {
        let page = alice.get(path);
        assert_eq!(page.posts(), [carols.as_str()], "{path}");
        assert!(!page.has("bob was here"), "{path}");
    }
    // She still sees him where she goes on purpose, and he does not learn of the mute.
    assert!(
        alice
            .get("/user/bob")
            .words()
            .contains("You muted this person")
    );
    assert_eq!(alice.read(&his).status, 200);
    assert!(bob.get("/user/bob").has("1 follower"));
    assert_eq!(bob.get("/user/alice").status, 200);

    bob.write("more by bob");
    bob.comment(&carols, "and again, @alice");
    bobs.expect("post");
    let next = carol.write("and carol");
    assert_eq!(alices.expect("post").data["post_id"], next.as_str());
    assert!(!alice.get("/notifications").has("bob"));

    alice.press("/unmute/bob");
    assert_eq!(alice.get("/").posts().len(), 4);
}

#[test]
fn a_muted_person_who_leaves_is_hidden_once() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    alice.follow(&carol);
    let post = carol.write("talk");
    bob.comment(&post, "bob was here");
    let mut alices = alice.listen();
    alice.press("/mute/bob");
    let left = bob.post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!(left.status, 303, "{}", left.text);
    assert_eq!(alice.get("/").posts(), [post.as_str()]);
    assert_eq!(alice.read(&post).comments(), [] as [String; 0]);
    let next = carol.write("and on");
    alices.until(&next);
    // A mute of somebody who has left can still be ended.
    alice.press("/unmute/bob");
    assert!(!alice.get("/settings/privacy").has("bob"));
}
