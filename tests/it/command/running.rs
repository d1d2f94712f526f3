//! Commands beside a site that runs.

use crate::harness::{NEW_PASSWORD, PASSWORD, Site};

#[test]
fn commands_take_effect_on_a_running_site_at_once() {
    let site = Site::start();
    site.admin("alice");
    let bob = site.member("bob");
    for arguments in [
        &["user", "sessions", "bob", "--end"][..],
        &["user", "suspend", "bob"],
        &["user", "delete", "bob"],
    ] {
        let mut stream = bob.listen();
        assert_eq!(stream.status(), "200");
        let said = site.command(arguments);
        assert_eq!(said.status, Some(0), "{}", said.err);
        stream.expect_sign_out();
        assert_eq!(bob.get("/notifications").status, 303);
        for back in ["reinstate", "keep"] {
            assert_eq!(site.command(&["user", back, "bob"]).status, Some(0));
        }
        bob.sign_in("bob");
    }
    let said = site.command(&["user", "promote", "bob"]);
    assert_eq!(said.out, "bob: admin, active\n");
    assert_eq!(bob.get("/admin").status, 200, "at once");
}

#[test]
fn a_command_gets_its_turn_on_a_site_that_never_stops_writing() {
    let site = Site::start();
    let bob = site.member("bob");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    bob.write("on and on");
                }
            });
        }
        let all: Vec<_> = (0..5)
            .map(|_| site.command(&["user", "promote", "bob"]).status)
            .chain((0..5).map(|_| site.command(&["invite"]).status))
            .collect();
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(all, [Some(0); 10]);
    });
}

#[test]
fn events_written_by_another_process_reach_open_streams() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("soon gone");
    let mut stream = alice.listen();
    {
        let beside = site.file();
        beside
            .execute_batch(
                "begin immediate;
                 update posts set deleted_at = 1790000000000;
                 insert into events (kind, actor_id, author_id, feed_id, post_id, created_at)
                     select 'post_deleted', author_id, author_id, users.feed_id, posts.id, 0
                     from posts join users on users.id = author_id;
                 commit;",
            )
            .expect("the server lets others write");
    }
    assert_eq!(stream.expect("post_deleted").data["post_id"], post.as_str());
}

#[test]
fn a_password_link_made_by_a_command_works_on_the_running_site() {
    let site = Site::start();
    site.member("bob");
    let said = site.command(&["user", "reset", "bob"]);
    let (_, path) = said
        .out
        .trim_end()
        .split_once("127.0.0.1:5000")
        .expect("a link");
    let visitor = site.visitor();
    assert_eq!(visitor.get(path).status, 200);
    let set = visitor.post(path, &[("password", NEW_PASSWORD)]);
    assert_eq!(set.status, 303);
    let form = [("username", "bob"), ("password", NEW_PASSWORD)];
    assert_eq!(visitor.post("/login", &form).status, 303);
}

#[test]
fn an_invitation_made_by_a_command_lets_people_in() {
    let site = Site::start();
    site.member("bob");
    let said = site.command(&["invite", "--uses", "2", "--days", "90", "--follow", "bob"]);
    let (_, token) = said.out.trim_end().split_once("/invite/").expect("a link");
    let form = site.visitor().get(&format!("/invite/{token}"));
    assert!(form.words().contains("You are invited to QuartFeed."));
    for name in ["carol", "dora"] {
        let form = [
            ("username", name),
            ("password", PASSWORD),
            ("invite", token),
        ];
        assert_eq!(site.visitor().post("/register", &form).status, 303);
    }
    let bob = site.visitor();
    bob.sign_in("bob");
    assert!(bob.get("/user/bob").has("2 followers"));
}
