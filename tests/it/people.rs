//! The pages of people: search, suggestions, followers.

use crate::harness::{FRAGMENT, Site, all_between, between};

#[test]
fn people_are_found_by_their_names() {
    let site = Site::start();
    let alice = site.member("alice");
    for (username, name) in [
        ("bob", "Bob Ross"),
        ("zoe", "Zoë Ångström"),
        ("percent", "100%_sure"),
    ] {
        let person = site.member(username);
        let form = [("username", username), ("name", name), ("bio", "")];
        assert_eq!(person.post("/profile/edit", &form).status, 303);
    }
    for (wanted, found) in [
        ("ross", vec!["bob"]),
        ("ROSS", vec!["bob"]),
        ("@bo", vec!["bob"]),
        ("%C3%85NGSTR%C3%96M", vec!["zoe"]),
        ("%25_", vec!["percent"]),
        ("_", vec!["percent"]),
        ("zoe", vec!["zoe"]),
        ("Angstrom", vec!["zoe"]),
        ("Zoe%CC%88%20A%CC%8Angstro%CC%88m", vec!["zoe"]),
        ("%EF%BD%92%EF%BD%8F%EF%BD%93%EF%BD%93", vec!["bob"]),
        ("nobody", vec![]),
    ] {
        let page = alice.get(&format!("/people?q={wanted}"));
        let list = between(&page.text, "<h2>Search results", "<footer");
        for name in ["alice", "bob", "zoe", "percent"] {
            let is_there = list.contains(&format!("href=\"/user/{name}\""));
            assert_eq!(is_there, found.contains(&name), "{wanted}: {name}");
        }
    }
    assert!(alice.get("/people?q=nobody").has("Nobody found."));
    assert_eq!(
        alice
            .get(&format!("/people?q={}", "x".repeat(5_000)))
            .status,
        200
    );
}

#[test]
fn everybody_is_on_the_pages_of_people_once() {
    let site = Site::with(|config| config.feed.page_size = 3);
    let alice = site.member("alice");
    let people: Vec<_> = (0..7).map(|n| site.member(&format!("user{n}"))).collect();
    let mut seen: Vec<String> = Vec::new();
    for page in alice.pages("/people") {
        let list = between(&page.text, "<h2>Newest", "</main>");
        let items = list.split("<li>").skip(1);
        seen.extend(items.map(|item| between(item, "href=\"/user/", "\"").to_owned()));
    }
    let mut expected: Vec<_> = people
        .iter()
        .rev()
        .map(|person| person.name.clone())
        .collect();
    expected.push("alice".into());
    assert_eq!(seen, expected);
}

#[test]
fn friends_of_friends_are_suggested_by_how_many_follow_them() {
    let site = Site::start();
    let [alice, bob, carol, dave, erin] =
        ["alice", "bob", "carol", "dave", "erin"].map(|name| site.member(name));
    alice.follow(&bob);
    alice.follow(&carol);
    for follower in [&bob, &carol] {
        follower.follow(&dave);
        follower.follow(&alice);
    }
    bob.follow(&erin);
    bob.follow(&carol);
    let page = alice.get("/people");
    let section = between(&page.text, "Followed by people you follow", "</section>");
    let names: Vec<_> = section
        .split("<li>")
        .skip(1)
        .map(|item| between(item, "href=\"/user/", "\""))
        .collect();
    assert_eq!(names, ["dave", "erin"]);
    let (_, newest) = page.text.split_once("<h2>Newest").expect("the list");
    assert!(
        !newest.contains("href=\"/user/dave\""),
        "nobody stands there twice"
    );
    assert!(!erin.get("/people").has("Followed by people you follow"));
}

#[test]
fn a_name_is_completed_with_friends_first() {
    let site = Site::start();
    let alice = site.member("alice");
    let bobs: Vec<_> = ["bob1", "bob2", "bob3"]
        .map(|name| site.member(name))
        .into();
    alice.follow(&bobs[2]);
    let list = alice.get_with("/people?complete=bo", &[("Accept", FRAGMENT)]);
    let names: Vec<_> = list
        .text
        .split("data-name=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("it ends"))
        .collect();
    assert_eq!(names, ["bob3", "bob1", "bob2"]);
    assert_eq!(
        site.visitor()
            .get_with("/people?complete=bo", &[("Accept", FRAGMENT)])
            .status,
        401
    );
}

#[test]
fn a_username_is_completed_before_a_word_of_a_name() {
    let site = Site::start();
    let alice = site.member("alice");
    for (username, name) in [("bob", "Bob Carter"), ("carol", "Carol")] {
        let person = site.member(username);
        let changed = person.post("/profile/edit", &[("username", username), ("name", name)]);
        assert_eq!(changed.status, 303, "{}", changed.text);
        if username == "bob" {
            alice.follow(&person);
        }
    }
    let list = alice.get_with("/people?complete=ca", &[("Accept", FRAGMENT)]);
    let names = all_between(&list.text, "data-name=\"", "\"");
    assert_eq!(names, ["carol", "bob"], "the friend comes second");
}

#[test]
fn followers_and_following_are_lists_with_pages() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let alice = site.member("alice");
    assert!(alice.get("/user/alice/followers").has("No followers yet."));
    assert!(
        alice
            .get("/user/alice/following")
            .has("Not following anyone yet.")
    );
    let fans: Vec<_> = (0..5).map(|n| site.member(&format!("fan{n}"))).collect();
    for fan in &fans {
        fan.follow(&alice);
        alice.follow(fan);
    }
    for list in ["followers", "following"] {
        let mut seen: Vec<String> = Vec::new();
        for page in alice.pages(&format!("/user/alice/{list}")) {
            let section = between(&page.text, "<ul class=\"people\">", "</ul>");
            let items = section.split("<li>").skip(1);
            seen.extend(items.map(|item| between(item, "href=\"/user/", "\"").to_owned()));
        }
        assert_eq!(seen, ["fan4", "fan3", "fan2", "fan1", "fan0"], "{list}");
    }
    assert_eq!(alice.get("/user/nobody/followers").status, 404);
}

#[test]
fn a_newcomer_sees_what_to_do_first_and_what_others_wrote() {
    let site = Site::start();
    let (alice, bob) = (site.admin("alice"), site.member("bob"));
    bob.write("By bob");
    let home = alice.get("/");
    let steps = [
        "Add your name",
        "Invite people",
        "Write your first post",
        "Look at the groups",
    ];
    let places = steps.map(|step| home.text.find(step).expect(step));
    assert!(places.is_sorted(), "{}", home.text);
    assert!(home.has("Follow people to fill this page") && home.has("By bob"));
    bob.write("More by bob");
    assert!(alice.get("/").has("More by bob"), "it is drawn anew");
    alice.write("Mine");
    let home = alice.get("/");
    assert!(home.words().contains("Write your first post (done)"));
    assert!(home.has("By bob"), "a post of one's own is not all");
    alice.follow(&bob);
    let home = alice.get("/");
    assert!(!home.has("Add your name") && home.has("By bob"));
}

#[test]
fn the_page_for_guests_says_what_the_operator_says() {
    let own = Site::start().visitor().get("/").words();
    assert!(own.contains("A shared stream of posts"), "{own}");
    let site = Site::with(|config| config.site.about = "The <rowing> club".into());
    let page = site.visitor().get("/");
    assert!(page.has("The &lt;rowing&gt; club") && !page.has("A shared stream"));
}
