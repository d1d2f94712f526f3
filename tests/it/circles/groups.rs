//! Creating groups, joining them, leaving them, and what their admins do.

use std::time::Duration;

use super::{Circle, found, join, write_to};
use crate::harness::{PASSWORD, Person, Site, eventually};

#[test]
fn a_group_is_found_and_read() {
    let circle = Circle::of("public");
    let page = circle.carol.get("/groups");
    assert!(page.words().contains("Garden Club"), "{}", page.words());
    assert!(page.words().contains("2 members"), "{}", page.words());
    let page = circle.carol.get("/group/garden");
    assert!(page.has("Garden Club") && page.has("/group/garden/join"));
    assert_eq!(circle.carol.get("/group/GARDEN").status, 301);
    assert_eq!(circle.site.visitor().get("/group/garden").status, 303);
    let json = circle.site.script("carol").get("/groups/garden").json();
    assert_eq!(json["membership"], "none");
    assert_eq!(
        (&json["members"], &json["readable"]),
        (&2.into(), &true.into())
    );
}

#[test]
fn a_group_has_a_name_of_its_own() {
    let site = Site::start();
    let alice = site.member("alice");
    found(&alice, "garden", &[]);
    for (name, why) in [
        ("", "This field is required."),
        ("ab", "Field must have at least 3 characters."),
        ("Garden", "This name is taken."),
        ("ALICE", "This name is taken."),
        ("groups", "This name is reserved."),
        ("feed", "This name is reserved."),
        ("a b c", "Use only the letters A to Z"),
    ] {
        let page = alice.post("/groups/new", &[("name", name), ("about", "typed before")]);
        assert_eq!(page.status, 422, "{name}");
        assert!(
            page.has(why) && page.has("typed before"),
            "{name}: {}",
            page.words()
        );
    }
    // Nobody registers or renames with the name of a group.
    let page = site.visitor().register("GARDEN");
    assert!(page.status == 422 && page.has("User already exists"));
    let page = alice.post("/profile/edit", &[("username", "Garden")]);
    assert!(page.status == 422 && page.has("Username already exists"));
}

#[test]
fn posts_of_members_reach_the_rivers_of_members() {
    let circle = Circle::of("public");
    let post = write_to(&circle.alice, &["garden"], "tulips");
    assert_eq!(circle.bob.get("/").posts(), [post.as_str()]);
    assert!(
        circle
            .bob
            .get("/")
            .words_of(&post)
            .contains("in Garden Club")
    );
    assert_eq!(circle.carol.get("/").posts(), [] as [&str; 0]);
    assert_eq!(circle.carol.get("/group/garden").posts(), [post.as_str()]);
    // It is not in the author's own feed.
    assert_eq!(circle.carol.get("/user/alice").posts(), [] as [&str; 0]);
    circle.bob.press("/group/garden/leave");
    assert_eq!(circle.bob.get("/").posts(), [] as [&str; 0]);
}

#[test]
fn a_private_group_lets_people_in_and_hides_everything_else() {
    let circle = Circle::of("private");
    let post = write_to(&circle.bob, &["garden"], "a secret #matrix");
    assert_eq!(circle.carol.get(&format!("/post/{post}")).status, 404);
    assert_eq!(circle.carol.get("/group/garden/members").status, 404);
    assert_eq!(circle.carol.get("/group/garden/requests").status, 403);
    let page = circle.carol.get("/group/garden");
    assert!(page.has("This group is private") && !page.has("a secret"));
    circle.carol.press("/group/garden/join");
    assert!(
        circle
            .carol
            .get("/group/garden")
            .has("You have asked to join")
    );
    let page = circle.alice.get("/notifications");
    assert!(
        page.words().contains("asked to join Garden Club"),
        "{}",
        page.words()
    );
    assert!(
        circle
            .alice
            .get("/group/garden/requests")
            .has("/members/carol/accept")
    );
    circle.alice.press("/group/garden/members/carol/refuse");
    assert_eq!(circle.carol.get(&format!("/post/{post}")).status, 404);
    join(&circle.carol, "garden", Some((&circle.alice, "carol")));
    assert_eq!(circle.carol.get("/").posts(), [post.as_str()]);
    let page = circle.carol.get("/notifications");
    assert!(
        page.words().contains("You are now a member of Garden Club"),
        "{}",
        page.words()
    );
    circle.alice.press("/group/garden/members/carol/remove");
    assert_eq!(circle.carol.read(&post).status, 404);
}

#[test]
fn everybody_who_waits_is_let_in_when_a_group_becomes_public() {
    let circle = Circle::of("private");
    circle.carol.press("/group/garden/join");
    let post = write_to(&circle.bob, &["garden"], "soon for all");
    let form = [("title", "Garden"), ("privacy", "public")];
    assert_eq!(circle.alice.post("/group/garden/edit", &form).status, 303);
    assert_eq!(circle.carol.get("/").posts(), [post.as_str()]);
    assert!(circle.carol.get("/group/garden/members").has("/user/carol"));
}

#[test]
fn a_group_keeps_an_admin() {
    let circle = Circle::of("public");
    let page = circle.alice.post("/group/garden/leave", &[]);
    assert_eq!(page.status, 422);
    assert!(page.has("only admin of the group"), "{}", page.words());
    let page = circle.alice.post("/group/garden/members/alice/demote", &[]);
    assert_eq!(page.status, 422);
    circle.alice.press("/group/garden/members/bob/promote");
    assert!(
        circle
            .bob
            .get("/notifications")
            .words()
            .contains("made you an admin of Garden Club")
    );
    circle.alice.press("/group/garden/leave");
    // Of two who leave at once, one stays.
    let page = circle.bob.post("/group/garden/leave", &[]);
    assert_eq!(page.status, 303, "he is alone, and the group is empty then");
    assert_eq!(circle.bob.get("/group/garden/edit").status, 403);
}

#[test]
fn of_two_admins_who_leave_at_once_one_stays() {
    let circle = Circle::of("public");
    join(&circle.carol, "garden", None);
    circle.alice.press("/group/garden/members/bob/promote");
    let leave = |person: &Person| person.post("/group/garden/leave", &[]).status;
    let statuses = std::thread::scope(|scope| {
        let both = [&circle.alice, &circle.bob].map(|person| scope.spawn(move || leave(person)));
        both.map(|one| one.join().expect("an answer"))
    });
    assert!(
        statuses == [303, 422] || statuses == [422, 303],
        "{statuses:?}"
    );
}

#[test]
fn a_barred_member_reads_and_comments_and_does_not_post() {
    let circle = Circle::of("public");
    circle.alice.press("/group/garden/members/bob/bar");
    let page = circle
        .bob
        .post("/post", &[("message", "hello"), ("to", "garden")]);
    assert_eq!(page.status, 422);
    assert!(page.has("You cannot post to “garden”.") && page.has("hello"));
    let post = write_to(&circle.alice, &["garden"], "tulips");
    circle.bob.comment(&post, "nice");
    assert!(
        circle
            .bob
            .get("/notifications")
            .words()
            .contains("stopped you from posting in")
    );
    // Leaving and coming back changes nothing.
    circle.bob.press("/group/garden/leave");
    circle.bob.press("/group/garden/join");
    let page = circle
        .bob
        .post("/post", &[("message", "hello"), ("to", "garden")]);
    assert_eq!(page.status, 422);
    circle.alice.press("/group/garden/members/bob/unbar");
    write_to(&circle.bob, &["garden"], "hello again");
}

#[test]
fn only_admins_post_announcements() {
    let site = Site::start();
    let [alice, bob] = ["alice", "bob"].map(|name| site.member(name));
    found(&alice, "news", &[("announcements", "1")]);
    join(&bob, "news", None);
    assert_eq!(
        bob.post("/post", &[("message", "x"), ("to", "news")])
            .status,
        422
    );
    let post = write_to(&alice, &["news"], "the club is closed");
    bob.comment(&post, "a pity");
}

#[test]
fn a_group_without_an_admin_waits_for_one() {
    let circle = Circle::of("public");
    let boss = circle.site.member("boss");
    circle
        .site
        .execute("update users set role = 'admin' where username = 'boss'");
    let left = circle
        .alice
        .post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!(left.status, 303);
    let page = circle
        .bob
        .post("/post", &[("message", "x"), ("to", "garden")]);
    assert_eq!(page.status, 422);
    assert!(
        circle
            .bob
            .get("/group/garden")
            .has("This group has no admin")
    );
    let promote = "/group/garden/members/bob/promote";
    assert_eq!(circle.carol.post(promote, &[]).status, 403);
    assert!(boss.get("/group/garden/members").has(promote));
    boss.press(promote);
    write_to(&circle.bob, &["garden"], "we go on");
    assert_eq!(
        boss.post("/group/garden/members/bob/demote", &[]).status,
        403
    );
}

#[test]
fn a_deleted_group_can_be_kept_for_two_weeks() {
    let mut circle = Circle::of("public");
    let post = write_to(&circle.bob, &["garden"], "tulips");
    let both = write_to(&circle.bob, &["garden", "feed"], "tulips for all");
    let wrong = circle
        .alice
        .post("/group/garden/delete", &[("password", "wrong")]);
    assert_eq!(wrong.status, 422);
    assert_eq!(
        circle
            .bob
            .post("/group/garden/delete", &[("password", PASSWORD)])
            .status,
        403
    );
    let delete = |circle: &Circle| {
        circle
            .alice
            .post("/group/garden/delete", &[("password", PASSWORD)])
            .status
    };
    assert_eq!(delete(&circle), 303);
    assert_eq!(circle.bob.get("/group/garden").status, 404);
    assert_eq!(
        circle.bob.get("/").posts(),
        [both.as_str()],
        "it is in his own feed"
    );
    assert!(!circle.bob.get("/").words_of(&both).contains("Garden"));
    // A time element would become "just now".
    let page = circle.alice.get("/group/garden");
    assert!(
        page.has("Everything in this group will be deleted on 5 October 2026 at"),
        "{}",
        page.text
    );
    circle.alice.press("/group/garden/undelete");
    assert_eq!(circle.bob.get("/").posts().len(), 2);
    assert_eq!(delete(&circle), 303);
    circle.site.pass(Duration::from_hours(15 * 24));
    // Housekeeping begins with a round.
    circle.site.restart();
    eventually("everything in it is gone", || {
        circle.site.count("groups where gone_at is null") == 0
    });
    circle.bob.sign_in("bob");
    assert_eq!(circle.site.count("posts"), 1);
    assert_eq!(circle.bob.read(&post).status, 404);
    assert_eq!(circle.bob.read(&both).status, 200);
    let page = circle.bob.post("/groups/new", &[("name", "garden")]);
    assert!(page.status == 422 && page.has("This name is taken."));
}
