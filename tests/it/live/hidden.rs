//! People who are hidden, or are back: their things leave open pages, or come back to them.

use crate::harness::{PASSWORD, Site};

#[test]
fn things_of_a_hidden_person_leave_open_pages_and_come_back() {
    let site = Site::start();
    let admin = site.admin("anna");
    let (dan, bob) = site.friends();
    let post = bob.write("soon gone");
    let mut streams = [
        dan.listen(),
        dan.listen_at(&format!("/sse/post/{post}"), &[]),
        dan.listen_at("/sse?topic=everything", &[]),
    ];
    let mut expect_reset = |act: &str| {
        for stream in &mut streams {
            let event = stream.next().expect("the stream goes on");
            assert_eq!(event.name, "reset", "{act}: {event:?}");
        }
    };
    let sees = || !dan.get("/user/bob").posts().is_empty();
    assert!(sees());
    admin.press("/admin/user/bob/suspend");
    expect_reset("suspended");
    assert_ne!(dan.get("/user/bob").status, 200);
    admin.press("/admin/user/bob/reinstate");
    expect_reset("reinstated");
    assert!(sees());
    bob.sign_in("bob");
    bob.go_private();
    expect_reset("private");
    let answer = bob.post("/settings/privacy", &[]);
    assert_eq!(answer.status, 303, "{}", answer.text);
    expect_reset("public");
    let answer = bob.post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!(answer.status, 303, "{}", answer.text);
    expect_reset("leaving");
}
