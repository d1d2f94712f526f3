//! The river over the API, and answers that have not changed.

use serde_json::Value;

use crate::harness::Site;

#[test]
fn the_river_is_read_page_by_page_and_then_live() {
    let site = Site::start();
    site.friends();
    let (alice, bob) = (site.script("alice"), site.script("bob"));
    let ids: Vec<_> = (0..5).map(|n| bob.write(&format!("Post {n}"))).collect();
    let (mut seen, mut next) = (Vec::new(), Value::Null);
    loop {
        let before = next.as_str().map(|next| format!("&before={next}"));
        let page = alice.get(&format!("/feed?limit=2{}", before.unwrap_or_default()));
        let page = page.json();
        let posts = page["posts"].as_array().expect("a list");
        assert!(posts.len() <= 2);
        seen.extend(
            posts
                .iter()
                .map(|post| post["id"].as_str().expect("an id").to_owned()),
        );
        next = page["next"].clone();
        if next.is_null() {
            break;
        }
    }
    let newest_first: Vec<_> = ids.iter().rev().cloned().collect();
    assert_eq!(seen, newest_first);
    let own = bob.get("/users/bob/posts?limit=100").json();
    assert_eq!(own["posts"].as_array().expect("a list").len(), 5);

    let after = alice.get("/feed").json()["last_event_id"].clone();
    let mut live = alice.listen();
    assert_eq!(
        live.last_id,
        after.as_str().expect("an id"),
        "nothing falls in between"
    );
    let id = bob.write("news");
    assert_eq!(live.expect("post").data["post"]["id"], id.as_str());
    for wrong in [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=",
        "limit=-1",
        "before=x",
    ] {
        let answer = alice.get(&format!("/feed?{wrong}"));
        assert_eq!(answer.error().0, 400, "{wrong}");
    }
}

#[test]
fn an_unchanged_answer_is_not_sent_again() {
    let site = Site::start();
    site.member("alice");
    let script = site.script("alice");
    let first = script.get("/feed");
    let tag = first.header("etag").expect("a tag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 20, "strong: {tag}");
    assert_eq!(first.header("cache-control"), Some("private, no-cache"));
    assert_eq!(first.header("vary"), Some("Authorization, Cookie"));
    let ask = |tags: &str| script.ask("GET", "/feed", &[("If-None-Match", tags)], None);
    for tags in [
        tag.as_str(),
        &format!("W/{tag}"),
        &format!("\"x\", {tag}"),
        "*",
    ] {
        let answer = ask(tags);
        assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{tags}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert_eq!(answer.header("content-length"), None);
    }
    assert_eq!(ask("\"x\"").status, 200);
    script.write("news");
    let changed = ask(&tag);
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
    let error = ask("*");
    assert_eq!(error.status, 304);
    let missing = script.ask("GET", "/posts/x", &[("If-None-Match", "*")], None);
    assert_eq!((missing.status, missing.header("etag")), (404, None));
    assert_eq!(missing.header("cache-control"), Some("no-store"));
}
