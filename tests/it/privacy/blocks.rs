//! Blocks.

use crate::harness::Site;

#[test]
fn a_block_hides_each_from_the_other_everywhere_at_once() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.follow(&alice);
    let (hers, his) = (alice.write("by alice"), bob.write("by bob"));
    let carols = carol.write("by carol");
    alice.comment(&carols, "alice was here");
    bob.comment(&carols, "bob was here too");
    bob.like(&carols);
    alice.press("/block/bob");
    for (viewer, other, post) in [(&alice, "bob", &his), (&bob, "alice", &hers)] {
        for path in [
            "/",
            "/everything",
            "/people",
            "/discussions",
            "/people?q=bob",
            "/people?q=alice",
        ] {
            let page = viewer.get(path);
            assert!(!page.has(&format!("by {other}")), "{path}");
            assert!(!page.has(&format!("href=\"/user/{other}\"")), "{path}");
        }
        assert_eq!(viewer.get(&format!("/user/{other}")).status, 404);
        assert_eq!(viewer.post(&format!("/follow/{other}"), &[]).status, 404);
        assert_eq!(viewer.read(post).status, 404);
        let talk = viewer.read(&carols).words();
        assert!(!talk.contains(&format!("{other} was here")), "{talk}");
    }
    assert!(!alice.read(&carols).words().contains("liked this"));
    assert!(carol.read(&carols).words().contains("bob liked this"));
    assert!(alice.get("/user/alice").has("0 followers · 0 following"));
}

#[test]
fn a_block_acts_on_open_streams_at_once() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.follow(&alice);
    let carols = carol.write("by carol");
    let mut bobs = bob.listen_at("/sse?topic=home&topic=everything", &[]);
    alice.press("/block/bob");
    // He loses a follower and somebody whom he followed, so his river changes twice.
    let mut resets = 0;
    while resets < 2 {
        let event = bobs.next().expect("the stream goes on");
        assert!(
            ["reset", "notification"].contains(&event.name.as_str()),
            "{event:?}"
        );
        resets += u32::from(event.name == "reset");
    }
    bobs.expect("notification");
    // The next live event that he gets is Carol's.
    alice.write("more by alice");
    alice.comment(&carols, "again");
    let next = carol.write("and carol");
    assert_eq!(bobs.expect("post").data["post_id"], next.as_str());
}

#[test]
fn a_block_is_ended_by_the_one_who_began_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let his = bob.write("by bob");
    alice.press("/block/bob");
    let settings = alice.get("/settings/privacy");
    assert!(settings.has("action=\"/unblock/bob\""));
    assert_eq!(
        bob.post("/unblock/alice", &[]).status,
        404,
        "it is not his to end"
    );
    alice.press("/unblock/bob");
    assert_eq!(bob.get("/user/alice").status, 200);
    assert_eq!(alice.read(&his).status, 200);
}

#[test]
fn a_name_in_a_text_leads_nowhere_for_those_kept_away() {
    let site = Site::start();
    let (alice, _bob) = (site.member("alice"), site.member("bob"));
    let carol = site.member("carol");
    let post = carol.write("ask @bob");
    assert!(alice.read(&post).has("href=\"/user/bob\""));
    alice.press("/block/bob");
    let page = alice.read(&post);
    assert!(page.has("@bob") && !page.has("href=\"/user/bob\""));
}
