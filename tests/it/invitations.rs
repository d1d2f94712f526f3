//! Registration by invitation.

use std::thread;

use quartfeed::config::{Inviters, Registration};

use crate::harness::{DAY, PASSWORD, Page, Person, Site, between};

/// Starts a site with registration by invitation only.
fn closed_circle() -> Site {
    Site::with(|config| config.accounts.registration = Registration::Invite)
}

fn register(visitor: &Person, name: &str, invitation: &str) -> Page {
    visitor.post(
        "/register",
        &[
            ("username", name),
            ("password", PASSWORD),
            ("invite", invitation),
        ],
    )
}

#[test]
fn only_invited_people_can_register_by_invitation() {
    let site = closed_circle();
    let alice = site.admin("alice");
    let visitor = site.visitor();
    assert!(visitor.get("/register").has("name=\"invite\""));
    let without = visitor.register("bob");
    assert_eq!(without.status, 422);
    assert!(without.has("Only invited people can register here."));
    assert!(without.has("value=\"bob\""), "what was typed stays");

    let token = alice.invite(&[("follow", "alice")]);
    let form = visitor.get(&format!("/invite/{token}"));
    assert_eq!(form.status, 200);
    assert!(
        form.words()
            .contains("alice (@alice) invites you to QuartFeed."),
        "{}",
        form.words()
    );
    assert!(form.words().contains("You will follow alice (@alice)"));
    let field = between(&form.text, "name=\"invite\" value=\"", "\"");
    let registered = register(&visitor, "bob", field);
    assert_eq!(
        (registered.status, registered.location()),
        (303, "/login"),
        "{}",
        registered.text
    );
    assert!(
        visitor
            .get("/login")
            .has("User registered successfully, please login")
    );
    visitor.sign_in("bob");
    assert!(visitor.get("/user/alice").has("1 follower"));
}

/// An invitation is too long to be guessed, so that wrong ones need no counter: an old link in the chat of a class stops
/// nobody in it.
#[test]
fn wrong_invitations_keep_nobody_out() {
    let site = closed_circle();
    let token = site.admin("alice").invite(&[]);
    let visitor = site.visitor();
    for n in 0..12 {
        let refused = register(&visitor, &format!("bob{n}"), "old");
        assert_eq!(refused.status, 422, "{n}");
    }
    assert_eq!(register(&visitor, "bob", &token).status, 303);
    visitor.sign_in("bob");
}

#[test]
fn a_new_link_is_shown_with_the_host_that_its_maker_asked() {
    let site = Site::start();
    let alice = site.member("alice");
    let host = alice.address();
    let form = [("uses", "1"), ("days", "1")];
    for scheme in ["http", "https"] {
        let page = format!("{scheme}://{host}");
        let headers = [("Origin", page.as_str()), ("Sec-Fetch-Site", "same-origin")];
        let answer = alice.post_with("/settings/invitations", &form, &headers);
        let link = between(&answer.text, "rel=\"nofollow\">", "</a>");
        assert!(link.starts_with(&format!("{page}/invite/")), "{link}");
    }
    // Text browsers say nothing about the page.
    let answer = alice.post("/settings/invitations", &form);
    let link = between(&answer.text, "rel=\"nofollow\">", "</a>");
    assert!(
        link.starts_with(&format!("http://{host}/invite/")),
        "{link}"
    );
}

#[test]
fn the_inviter_is_notified_of_new_followers_at_once() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.invite(&[("follow", "alice")]);
    let mut stream = alice.listen();
    assert_eq!(register(&site.visitor(), "bob", &token).status, 303);
    stream.expect("notification");
    let own = alice.get("/settings/invitations");
    assert!(own.words().contains("Joined: bob"), "{}", own.words());
    assert!(own.words().contains("1 of 1 used"));
}

#[test]
fn newcomers_follow_the_people_that_the_inviter_chose() {
    let site = Site::start();
    let alice = site.member("alice");
    site.member("bob");
    site.member("carol");
    let form = alice.get("/settings/invitations");
    assert!(
        form.has("name=\"follow\" type=\"text\" value=\"alice\""),
        "the maker, if nothing else is said"
    );
    let token = alice.invite(&[("follow", "@Bob, carol bob")]);
    let dora = site.visitor();
    assert_eq!(register(&dora, "dora", &token).status, 303);
    dora.sign_in("dora");
    let following = dora.get("/user/dora/following").words();
    assert!(following.contains("bob") && following.contains("carol"));
    assert!(dora.get("/user/dora").has("2 following"));

    let nobody = alice.invite(&[("follow", "")]);
    let emil = site.visitor();
    assert_eq!(register(&emil, "emil", &nobody).status, 303);
    emil.sign_in("emil");
    assert!(emil.get("/user/emil").has("0 following"));

    let wrong = alice.post(
        "/settings/invitations",
        &[("follow", "alice stranger"), ("note", "for <Emil>")],
    );
    assert_eq!(wrong.status, 422);
    assert!(wrong.has("There is no user called stranger."));
    assert!(
        wrong.has("value=\"for &lt;Emil&gt;\""),
        "what was typed stays"
    );
}

#[test]
fn an_invitation_that_is_not_open_says_why() {
    let site = closed_circle();
    let alice = site.admin("alice");
    let used = alice.invite(&[]);
    assert_eq!(register(&site.visitor(), "bob", &used).status, 303);
    let revoked = alice.invite(&[]);
    alice.press("/settings/invitations/2/revoke");
    let expired = alice.invite(&[("days", "3")]);
    site.pass(DAY * 2);
    alice.sign_in("alice");
    assert_eq!(
        site.visitor().get(&format!("/invite/{expired}")).status,
        200,
        "still open"
    );
    site.pass(DAY * 2);
    for (token, status, why) in [
        (used.as_str(), 410, "This invitation has been used up."),
        (&revoked, 410, "This invitation has been revoked."),
        (&expired, 410, "This invitation has expired."),
        ("nonsense", 404, "There is no such invitation."),
    ] {
        let visitor = site.visitor();
        let page = visitor.get(&format!("/invite/{token}"));
        assert_eq!(page.status, status, "{why}");
        assert!(page.has(why), "{}", page.text);
        let refused = register(&visitor, "carol", token);
        assert_eq!(refused.status, 422);
        assert!(refused.has(why) && refused.has("value=\"carol\""), "{why}");
    }
}

#[test]
fn a_name_that_is_taken_uses_nothing_up() {
    let site = closed_circle();
    let alice = site.admin("alice");
    let token = alice.invite(&[]);
    let visitor = site.visitor();
    let refused = register(&visitor, "Alice", &token);
    assert_eq!(refused.status, 422);
    assert!(refused.has("User already exists"));
    assert!(
        refused.has(&format!("name=\"invite\" value=\"{token}\"")),
        "the invitation stays in the form"
    );
    assert_eq!(register(&visitor, "bob", &token).status, 303);
}

#[test]
fn only_invited_people_learn_whether_a_name_is_taken() {
    let site = closed_circle();
    site.admin("alice");
    for name in ["alice", "nobody"] {
        let refused = register(&site.visitor(), name, "nonsense");
        assert_eq!(refused.status, 422);
        assert!(!refused.has("User already exists"));
    }
}

#[test]
fn one_of_two_concurrent_registrations_with_the_same_invitation_succeeds() {
    let site = closed_circle();
    let alice = site.admin("alice");
    for round in 0..3 {
        let token = alice.invite(&[]);
        let statuses: Vec<u16> = thread::scope(|scope| {
            let both = ["a", "b"].map(|who| {
                let (visitor, token) = (site.visitor(), token.as_str());
                scope.spawn(move || register(&visitor, &format!("{who}_{round}"), token).status)
            });
            both.map(|one| one.join().expect("it answers")).into()
        });
        let mut sorted = statuses.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [303, 422]);
    }
}

#[test]
fn an_invitation_is_optional_where_registration_is_open() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.invite(&[("uses", "2"), ("follow", "alice")]);
    assert!(!site.visitor().get("/register").has("name=\"invite\""));
    assert_eq!(register(&site.visitor(), "bob", &token).status, 303);
    // The whole link is accepted as well.
    let whole = format!("http://pi.local/invite/{token}");
    assert_eq!(register(&site.visitor(), "carol", &whole).status, 303);
    assert!(alice.get("/user/alice").has("2 followers"));
    assert_eq!(register(&site.visitor(), "dora", &token).status, 422);
    assert_eq!(register(&site.visitor(), "dora", "").status, 303);
}

#[test]
fn an_invitation_does_not_open_a_closed_registration() {
    let mut site = Site::start();
    let alice = site.member("alice");
    let token = alice.invite(&[]);
    site.restart_with(|config| config.accounts.registration = Registration::Closed);
    let visitor = site.visitor();
    assert_eq!(register(&visitor, "bob", &token).status, 403);
    let page = visitor.get(&format!("/invite/{token}"));
    assert!(page.status == 403 && page.has("Registration is closed"));
    assert_eq!(alice.get("/settings/invitations").status, 404);
    assert_eq!(alice.post("/settings/invitations", &[]).status, 404);
    assert!(!alice.get("/settings").has("/settings/invitations"));
}

#[test]
fn members_cannot_invite_where_only_admins_may() {
    let site = Site::with(|config| config.accounts.invitations_by = Inviters::Admins);
    let (admin, member) = (site.admin("alice"), site.member("bob"));
    assert_eq!(member.get("/settings/invitations").status, 403);
    assert_eq!(member.post("/settings/invitations", &[]).status, 403);
    assert!(!member.get("/settings").has("/settings/invitations"));
    assert!(admin.get("/settings").has("/settings/invitations"));
    let token = admin.invite(&[]);
    assert_eq!(register(&site.visitor(), "carol", &token).status, 303);
}

#[test]
fn invitations_have_their_bounds() {
    let site = Site::start();
    let alice = site.member("alice");
    let wrong = alice.post(
        "/settings/invitations",
        &[("uses", "101"), ("days", "91"), ("note", "mine")],
    );
    assert_eq!(wrong.status, 422);
    assert!(wrong.has("Enter a number from 1 to 100."));
    assert!(wrong.has("Enter a number from 1 to 90."));
    assert!(wrong.has("value=\"mine\""));
    for _ in 0..10 {
        alice.invite(&[]);
    }
    let eleventh = alice.post("/settings/invitations", &[]);
    assert_eq!(eleventh.status, 422);
    assert!(eleventh.has("There are 10 open invitations already."));
    alice.press("/settings/invitations/3/revoke");
    alice.invite(&[]);
}

#[test]
fn nobody_revokes_other_peoples_invitations() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let token = alice.invite(&[("note", "for Carol")]);
    assert_eq!(bob.post("/settings/invitations/1/revoke", &[]).status, 404);
    assert_eq!(
        bob.post("/admin/invitations/1/revoke", &[]).status,
        403,
        "no admin"
    );
    assert!(!bob.get("/settings/invitations").has("for Carol"));
    assert_eq!(site.visitor().get(&format!("/invite/{token}")).status, 200);
}

#[test]
fn the_link_is_shown_once_and_written_nowhere() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.invite(&[]);
    site.visitor().get(&format!("/invite/{token}"));
    assert!(!alice.get("/settings/invitations").has(&token));
    assert!(!site.is_stored(&token), "only its hash is");
    assert!(!site.log().contains(&token));
    assert!(site.log().contains("path=/invite/..."));
}

#[test]
fn invitations_of_suspended_members_do_not_work() {
    let site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    let token = bob.invite(&[]);
    admin.press("/admin/user/bob/suspend");
    assert_eq!(site.visitor().get(&format!("/invite/{token}")).status, 404);
    assert_eq!(register(&site.visitor(), "carol", &token).status, 422);
    admin.press("/admin/user/bob/reinstate");
    assert_eq!(register(&site.visitor(), "carol", &token).status, 303);
}
