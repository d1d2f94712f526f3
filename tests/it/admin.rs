//! The pages of the admins.

use std::time::Duration;

use quartfeed::config::Visibility;

use crate::harness::{PASSWORD, Person, Site, words};

const ACTS: [&str; 8] = [
    "promote",
    "demote",
    "suspend",
    "reinstate",
    "end-sessions",
    "reset",
    "delete",
    "keep",
];

const PAGES: [&str; 6] = [
    "/admin",
    "/admin/user/bob",
    "/admin/invitations",
    "/admin/settings",
    "/admin/health",
    "/admin/journal",
];

/// Returns the lines of the journal, the newest first, without their times.
fn journal(admin: &Person) -> Vec<String> {
    let page = admin.get("/admin/journal").text;
    let lines = page.split("<li><div><p>").skip(1);
    lines
        .map(|line| words(line.split("</p>").next().expect("it ends")))
        .collect()
}

#[test]
fn the_admins_pages_are_for_admins() {
    let site = Site::with(|config| config.site.visibility = Visibility::Public);
    let admin = site.admin("alice");
    let (member, guest) = (site.member("bob"), site.visitor());
    for path in PAGES {
        assert_eq!(admin.get(path).status, 200, "{path}");
        assert_eq!(member.get(path).status, 403, "{path}");
        let led = guest.get(path);
        assert_eq!(led.status, 303, "{path}");
        assert!(led.location().starts_with("/login?next=%2Fadmin"), "{path}");
    }
    for act in ACTS {
        let path = format!("/admin/user/bob/{act}");
        assert_eq!(member.post(&path, &[]).status, 403, "{path}");
        assert_eq!(guest.post(&path, &[]).status, 303, "{path}");
    }
    assert!(admin.get("/").has(">Admin</a>") && !member.get("/").has(">Admin</a>"));
    assert_eq!(member.get("/notifications").status, 200, "nothing was done");
}

#[test]
fn acts_of_admins_need_a_recent_password() {
    let site = Site::start();
    let admin = site.admin("alice");
    site.member("bob");
    site.pass(Duration::from_mins(11));
    assert_eq!(
        admin.get("/admin/user/bob").status,
        200,
        "looking is no danger"
    );
    for act in ACTS {
        let answer = admin.post(&format!("/admin/user/bob/{act}"), &[]);
        assert_ne!(answer.status, 200, "{act}");
        assert!(!answer.location().starts_with("/admin"), "{act}");
    }
    assert!(admin.get("/admin/user/bob").words().contains("active"));
    admin.sign_in("alice");
    admin.press("/admin/user/bob/suspend");
    assert!(admin.get("/admin/user/bob").words().contains("suspended"));
}

#[test]
fn a_suspended_member_is_signed_out_at_once_and_can_come_back() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    let mut stream = bob.listen();
    admin.press("/admin/user/bob/suspend");
    stream.expect_sign_out();
    assert_eq!(bob.get("/notifications").status, 303);
    let form = [("username", "bob"), ("password", PASSWORD)];
    assert_eq!(site.visitor().post("/login", &form).status, 422);
    let page = admin.get("/admin/user/bob");
    assert!(page.words().contains("suspended") && page.has("/admin/user/bob/reinstate"));
    assert!(!page.has("/admin/user/bob/suspend"));
    admin.press("/admin/user/bob/reinstate");
    assert!(admin.get("/admin/user/bob").words().contains("active"));
    bob.sign_in("bob");
    assert_eq!(bob.get("/notifications").status, 200);
}

#[test]
fn all_sessions_of_a_member_can_be_ended() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    let phone = site.visitor();
    phone.sign_in("bob");
    assert!(admin.get("/admin/user/bob").has("2 browsers"));
    let mut streams = [bob.listen(), phone.listen()];
    admin.press("/admin/user/bob/end-sessions");
    for stream in &mut streams {
        stream.expect_sign_out();
    }
    assert!(admin.get("/admin/user/bob").has("0 browsers"));
    assert_eq!(admin.get("/admin").status, 200, "nobody else is signed out");
    bob.sign_in("bob");
}

#[test]
fn a_deletion_by_an_admin_can_be_taken_back() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    admin.press("/admin/user/bob/delete");
    assert_eq!(bob.get("/notifications").status, 303);
    let page = admin.get("/admin/user/bob");
    // The script would call a time in the future "just now".
    assert_eq!(page.text.matches("<time").count(), 2);
    assert!(
        page.words()
            .contains("will be deleted on 5 October 2026 at"),
        "{}",
        page.words()
    );
    admin.press("/admin/user/bob/keep");
    assert!(admin.get("/admin/user/bob").words().contains("active"));
}

#[test]
fn there_is_always_an_admin() {
    let site = Site::start();
    let admin = site.admin("alice");
    site.member("bob");
    for act in ["demote", "suspend", "delete"] {
        let refused = admin.post(&format!("/admin/user/alice/{act}"), &[]);
        assert_eq!(refused.status, 422, "{act}");
        assert!(
            refused.has("This is the only admin here. Make somebody else an admin first."),
            "{act}"
        );
    }
    let left = admin.post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!(left.status, 422, "nor by leaving");
    assert!(left.has("This is the only admin here."));
    assert_eq!(journal(&admin).len(), 1, "nothing was done");
    // An admin who cannot sign in does not count.
    admin.press("/admin/user/bob/promote");
    admin.press("/admin/user/bob/suspend");
    assert_eq!(admin.post("/admin/user/alice/demote", &[]).status, 422);
    admin.press("/admin/user/bob/reinstate");
    let demoted = admin.post("/admin/user/alice/demote", &[]);
    assert_eq!((demoted.status, demoted.location()), (303, "/"));
    assert_eq!(admin.get("/admin").status, 403, "from now on");
}

#[test]
fn the_list_says_who_is_here_and_what_they_take() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    let post = bob.write("12345");
    let deleted = bob.write("this does not count");
    bob.press(&format!("/post/{deleted}/delete"));
    admin.comment(&post, "grüße");
    bob.edit(&post, "123456");
    let row = |name: &str| {
        let page = admin.get("/admin").text;
        let start = format!("/admin/user/{name}\"");
        let (_, rest) = page.split_once(&start).expect("they are listed");
        words(rest.split("</li>").next().expect("the row ends"))
    };
    let bobs = row("bob");
    assert!(
        bobs.contains("member · active · joined 21 September 2026"),
        "{bobs}"
    );
    assert!(bobs.contains("last seen 21 September 2026"), "{bobs}");
    assert!(
        bobs.contains("1 post · 11 bytes"),
        "the post, and what it said before: {bobs}"
    );
    let alices = row("alice");
    assert!(
        alices.contains("admin") && alices.contains("0 posts · 7 bytes"),
        "a comment in UTF-8: {alices}"
    );
}

#[test]
fn the_time_of_the_last_visit_outlives_the_sessions() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    bob.post("/logout", &[]);
    let page = admin.get("/admin/user/bob").words();
    assert!(page.contains("last seen 21 September 2026"), "{page}");
    let said = site.command(&["user", "add", "carol"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert!(
        admin
            .get("/admin/user/carol")
            .words()
            .contains("never seen")
    );
}

#[test]
fn members_are_searched_and_paged() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let admin = site.admin("alice");
    for name in ["bob", "bobby", "carol"] {
        site.member(name);
    }
    let names = |page: &str| -> Vec<String> {
        let links = page.split("/admin/user/").skip(1);
        links
            .map(|rest| rest.split('"').next().expect("it ends").to_owned())
            .collect()
    };
    let pages: Vec<_> = admin
        .pages("/admin")
        .map(|page| names(&page.text))
        .collect();
    assert_eq!(pages, [["carol", "bobby"], ["bob", "alice"]]);
    assert_eq!(names(&admin.get("/admin?q=BOB").text), ["bobby", "bob"]);
    assert_eq!(names(&admin.get("/admin?q=nobody").text), [""; 0]);
    assert_eq!(admin.get("/admin/user/nobody").status, 404);
    assert_eq!(admin.post("/admin/user/nobody/suspend", &[]).status, 404);
}

#[test]
fn an_admin_sees_no_more_of_what_is_written_than_others() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    bob.write("between friends");
    bob.post(
        "/settings/invitations",
        &[("note", "for my friend"), ("follow", "bob")],
    );
    for path in PAGES {
        let page = admin.get(path);
        assert!(
            !page.has("between friends") && !page.has("for my friend"),
            "{path}"
        );
    }
    assert!(bob.get("/settings/invitations").has("for my friend"));
}

#[test]
fn an_admin_sees_and_revokes_everybodys_invitations() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    let token = bob.invite(&[]);
    let page = admin.get("/admin/invitations");
    assert!(page.words().contains("By bob") && page.words().contains("open"));
    admin.press("/admin/invitations/1/revoke");
    admin.press("/admin/invitations/1/revoke");
    assert_eq!(admin.post("/admin/invitations/2/revoke", &[]).status, 404);
    assert_eq!(site.visitor().get(&format!("/invite/{token}")).status, 410);
    assert_eq!(
        journal(&admin)[0],
        "alice revoked an invitation: number 1",
        "once"
    );
    assert_eq!(journal(&admin).len(), 2);
}

#[test]
fn the_journal_tells_of_every_act_by_whom_and_from_where() {
    let site = Site::start();
    let (admin, _bob) = (site.admin("alice"), site.member("bob"));
    for act in ACTS {
        let answer = admin.post(&format!("/admin/user/bob/{act}"), &[]);
        assert!([200, 303].contains(&answer.status), "{act}");
    }
    for arguments in [
        &["user", "suspend", "bob"][..],
        &["user", "suspend", "bob"], // Nothing new.
        &["user", "add", "carol", "--admin"],
        &["invite"],
    ] {
        let said = site.command(arguments);
        assert_eq!(said.status, Some(0), "{}", said.err);
    }
    admin.post("/settings/invitations", &[]);
    let mut told = journal(&admin);
    told.reverse();
    assert_eq!(
        told,
        [
            "alice used the set-up link and is now an admin: alice",
            "alice gave admin rights to bob",
            "alice removed admin rights from bob",
            "alice suspended bob",
            "alice reinstated bob",
            "alice ended all sessions of bob",
            "alice created a password reset link for bob",
            "alice requested the deletion of the account of bob",
            "alice cancelled the deletion of the account of bob",
            "command line suspended bob",
            "command line created an admin account for carol",
            "command line created a password reset link for carol",
            "command line created an invitation: number 1",
            "alice created an invitation: number 2",
        ]
    );
    assert!(admin.get("/admin/journal").has("from 127.0.0.1"));
}

#[test]
fn the_journal_is_paged_and_cannot_be_rewritten() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let admin = site.admin("alice");
    site.member("bob");
    admin.press("/admin/user/bob/promote");
    admin.press("/admin/user/bob/demote");
    let pages: Vec<_> = admin.pages("/admin/journal").collect();
    assert!(pages[0].has("gave admin rights to") && !pages[0].has("set-up link"));
    assert!(pages[1].has("used the set-up link"));

    let file = site.file();
    let rewritten = file.execute("update journal set actor = 'eve'", []);
    assert!(rewritten.is_err());
}

#[test]
fn the_settings_are_shown_with_their_origins_and_without_secrets() {
    let site = Site::with(|config| {
        config.site.name = "Boat".into();
        config.api.jwt_secret = "0123456789abcdef0123456789abcdef".into();
    });
    let page = site.admin("alice").get("/admin/settings");
    assert!(page.has("feed.page_size") && page.has("<code>20</code>"));
    assert!(page.words().contains("Boat") && page.words().contains("default"));
    assert!(page.words().contains("set (not shown)"));
    assert!(!page.has("0123456789abcdef"));
}
