//! The list of a member's sessions.

use crate::harness::{MINUTE, Person, Site, between};

#[test]
fn the_sessions_of_a_person_are_listed_and_end_one_by_one() {
    let site = Site::start();
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1";
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let mobile = site.visitor().saying("User-Agent", phone);
    mobile.sign_in("alice");
    let page = alice.get("/settings/sessions");
    let words = page.words();
    for expected in [
        "a program this browser",
        "Safari on iPhone",
        "From 127.0.0.0/24",
        "Signed in",
        "Last seen",
    ] {
        assert!(words.contains(expected), "{expected} in {words}");
    }
    assert_eq!(
        page.text.matches("/end\"").count(),
        1,
        "her own has no button"
    );
    assert!(!bob.get("/settings/sessions").words().contains("iPhone"));

    let path = format!(
        "/settings/sessions/{}/end",
        between(&page.text, "action=\"/settings/sessions/", "/end\"")
    );
    assert_eq!(bob.post(&path, &[]).status, 404, "not his");
    for nobody in ["0", "999", "x", "-1", "01", "1%0d%0aX:y"] {
        let path = format!("/settings/sessions/{nobody}/end");
        assert_eq!(alice.post(&path, &[]).status, 404, "{nobody}");
    }
    let (mut ended, mut stays) = (mobile.listen(), alice.listen());
    alice.press(&path);
    assert!(alice.get("/").has("Session ended"));
    ended.expect_sign_out();
    assert_eq!(mobile.get("/user/alice").status, 303);
    let id = alice.write("still here");
    assert_eq!(stays.expect("post").data["post_id"], id.as_str());
    assert_eq!(alice.post(&path, &[]).status, 404, "it has ended");
}

#[test]
fn all_other_sessions_end_at_once() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let others = [site.visitor(), site.visitor()];
    for other in &others {
        other.sign_in("alice");
    }
    let mut streams = others.each_ref().map(Person::listen);
    alice.press("/settings/sessions/end-others");
    assert!(alice.get("/").has("All other sessions ended"));
    for (other, stream) in others.iter().zip(&mut streams) {
        stream.expect_sign_out();
        assert_eq!(other.get("/user/alice").status, 303);
    }
    assert_eq!(alice.get("/user/alice").status, 200);
    assert_eq!(bob.get("/user/bob").status, 200, "his is none of hers");
}

#[test]
fn nobody_has_more_sessions_than_anybody_needs() {
    let site = Site::start();
    let alice = site.member("alice");
    site.pass(MINUTE);
    let sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100)
        insert into sessions (token_hash, user_id, persistent, created_at, last_seen_at)
        select randomblob(32), user_id, 1, created_at, last_seen_at + i from sessions, n";
    assert_eq!(site.file().execute(sql, []).expect("written"), 100);
    site.visitor().sign_in("alice");
    let count = site.count("sessions");
    assert_eq!(count, 100);
    assert_eq!(alice.get("/user/alice").status, 303, "unused for longest");
}
