//! Imaginary friends: feeds of other sites, shown to one person as somebody.

use super::{
    importing, texts,
    web::{OtherSite, item},
};
use crate::harness::{Export, Person, Site, between, eventually, images::tidy};

/// Makes an imaginary friend of a person, and waits for its first post. Returns its username.
fn imagine(person: &Person, name: &str, other: &OtherSite) -> String {
    let url = other.url("/feed");
    let made = person.post("/settings/imaginary", &[("name", name), ("url", &url)]);
    assert_eq!(made.status, 303, "{}", made.text);
    let username = made.location().rsplit('/').next().expect("a name");
    eventually("the feed is read", || {
        !texts(person, &format!("/user/{username}.txt")).is_empty()
    });
    username.to_owned()
}

/// Returns a site with alice, who follows bob, and bob's imaginary friend Karl, whose only post is about tulips.
fn karl() -> (Site, OtherSite, Person, Person, String) {
    let (site, other) = importing();
    let (alice, bob) = site.friends();
    other.put_items("/feed", &item("a", "Tulips", 1));
    let karl = imagine(&bob, "Karl", &other);
    (site, other, alice, bob, karl)
}

#[test]
fn it_is_shown_as_a_person_to_whoever_imagines_it() {
    let (_site, _other, _alice, bob, karl) = karl();
    assert_eq!(texts(&bob, "/home.txt"), ["Tulips"]);
    let home = bob.get("/");
    assert!(
        home.has("Karl") && home.has(&format!("/user/{karl}")),
        "{}",
        home.text
    );
    let profile = bob.get(&format!("/user/{karl}"));
    assert!(profile.has("Tulips") && profile.has("Imaginary friend"));
    for absent in ["Unfollow", "Block", "Mute", "followers"] {
        assert!(!profile.has(absent), "{absent}: {}", profile.text);
    }
    let list = bob.get("/settings/imaginary");
    assert!(list.has("Karl") && list.has("1 feed"));
    let page = bob.get(&format!("/settings/imaginary/{karl}"));
    assert!(
        page.has("Other news") && page.has("value=\"Karl\""),
        "{}",
        page.text
    );

    let post = between(&bob.get("/home.txt").text, "Tulips\t/post/", "\n").to_owned();
    bob.comment(&post, "How nice");
    bob.like(&post);
    assert!(bob.read(&post).has("How nice"));
    assert_eq!(
        bob.post(
            "/lists",
            &[("title", "Garden"), ("members", &format!("@{karl}"))]
        )
        .status,
        303
    );
    assert!(bob.get("/list/garden").has("Tulips"));
    assert!(
        bob.get_moved(&format!("/post/{post}/why"))
            .has("is an imaginary friend of yours")
    );
    assert!(bob.get(&format!("/search?q=from:{karl}")).has("Tulips"));
}

#[test]
fn nobody_else_learns_of_it() {
    let (site, _other, alice, bob, karl) = karl();
    let admin = site.admin("boss");
    let post = between(&bob.get("/home.txt").text, "Tulips\t/post/", "\n").to_owned();
    bob.comment(&post, "How nice");
    for reader in [&alice, &admin, &site.visitor()] {
        for path in [
            "/".to_owned(),
            "/everything".into(),
            "/people".into(),
            "/people?q=karl".into(),
            "/search?q=tulips".into(),
            "/user/bob/following".into(),
            "/user/bob/activity".into(),
            "/admin".into(),
            "/people?complete=kar".into(),
            format!("/user/{karl}"),
            format!("/user/{karl}.atom"),
            format!("/user/{karl}/followers"),
            format!("/post/{post}"),
            format!("/settings/imaginary/{karl}"),
            format!("/admin/user/{karl}"),
            format!("/api/v1/users/{karl}"),
        ] {
            let page = reader.get(&path);
            let names = page.text.replace(&karl, "").contains("Karl");
            assert!(!names && !page.has("Tulips"), "{path}: {}", page.text);
        }
    }
    assert!(alice.get("/user/bob").words().contains("0 following"));
    assert!(bob.get("/user/bob").words().contains("1 following"));
    for (path, form) in [
        (format!("/follow/{karl}"), vec![]),
        (format!("/block/{karl}"), vec![]),
        (format!("/settings/imaginary/{karl}/delete"), vec![]),
        (
            format!("/settings/imaginary/{karl}/name"),
            vec![("name", "Mine")],
        ),
        (
            format!("/settings/imaginary/{karl}"),
            vec![("url", "https://example.org/")],
        ),
        (format!("/settings/imaginary/{karl}/1/remove"), vec![]),
    ] {
        assert_eq!(alice.post(&path, &form).status, 404, "{path}");
    }
    assert_eq!(site.command(&["user", "reset", &karl]).status, Some(1));
}

#[test]
fn acts_that_are_meant_for_people_are_refused() {
    let (site, _other, _alice, bob, karl) = karl();
    for act in ["follow", "unfollow", "mute", "block"] {
        assert_eq!(
            bob.post(&format!("/{act}/{karl}"), &[]).status,
            400,
            "{act}"
        );
    }
    let direct = bob.post(
        "/post",
        &[("message", "Hello"), ("to", &format!("@{karl}"))],
    );
    assert_eq!(direct.status, 422, "{}", direct.text);
    let invited = bob.post("/settings/invitations", &[("follow", &karl)]);
    assert_eq!(invited.status, 422, "{}", invited.text);
    let stranger = site.visitor();
    assert_ne!(stranger.log_in(&karl, "").status, 303);
    let refused = bob.post(
        "/settings/imaginary",
        &[("name", " "), ("url", "https://example.org/")],
    );
    assert!(
        refused.status == 422 && refused.has("Enter a name."),
        "{}",
        refused.text
    );
    site.execute(
        "with recursive n(i) as (select 100 union all select i + 1 from n where i < 118)
         insert into users (id, username, password_hash, imagined_by, created_at)
             select i, '~' || i, '', (select id from users where username = 'bob'), 0 from n",
    );
    site.execute("insert into feeds (owner_id, is_private, is_imagined) select id, 1, 1 from users where id >= 100");
    let many = bob.post(
        "/settings/imaginary",
        &[("name", "Jo"), ("url", "https://example.org/")],
    );
    assert!(
        many.status == 422 && many.has("20 imaginary friends at most"),
        "{}",
        many.text
    );
}

#[test]
fn it_is_renamed_exported_and_deleted() {
    let (mut site, _other, alice, bob, karl) = karl();
    let post = between(&bob.get("/home.txt").text, "Tulips\t/post/", "\n").to_owned();
    bob.post(
        &format!("/settings/imaginary/{karl}/name"),
        &[("name", "Uncle Karl")],
    );
    assert!(bob.read(&post).has("Uncle Karl"));
    let export = Export::of(&bob).data();
    let friend = &export["imaginary_friends"][0];
    assert_eq!(friend["user"]["name"], "Uncle Karl");
    assert_eq!(friend["feeds"][0]["title"], "Other news");

    let mut stream = bob.listen();
    let mut others = alice.listen();
    bob.press(&format!("/settings/imaginary/{karl}/delete"));
    stream.expect("reset");
    bob.write("Afterwards");
    others.expect("post");
    assert_eq!(bob.get(&format!("/user/{karl}")).status, 404);
    assert!(!bob.get("/settings/imaginary").has("Karl"));
    assert_eq!(texts(&bob, "/home.txt"), ["Afterwards"]);
    tidy(&mut site);
    eventually("everything is deleted", || {
        site.count("posts") == 1 && site.count("sources") == 0
    });
    site.restart();
    assert!(!site.is_stored("Uncle"));
}

#[test]
fn its_posts_can_be_hidden() {
    let (_site, _other, _alice, bob, karl) = karl();
    let form = [
        ("kind", "user"),
        ("value", &format!("@{karl}")),
        ("for", "ever"),
        ("where", "home"),
    ];
    assert_eq!(bob.post("/hide", &form).status, 303);
    assert!(texts(&bob, "/home.txt").is_empty());
    assert!(bob.get("/settings/hidden").has("Karl"));
    assert_eq!(bob.post("/unhide", &form[..2]).status, 303);
    assert_eq!(texts(&bob, "/home.txt"), ["Tulips"]);
}

#[test]
fn it_goes_with_whoever_imagines_it() {
    let (mut site, _other, _alice, bob, _karl) = karl();
    site.forget(&bob);
    tidy(&mut site);
    assert_eq!(site.count("posts") + site.count("sources"), 0);
    eventually("its words are gone", || !site.is_stored("Tulips"));
}
