//! Who will see a post, said before it is written, and compared with what each person's pages show.

use serde_json::{Value, json};

use super::{Circle, found, join, write_to};
use crate::harness::{FRAGMENT, Person, Site};

fn names(answer: &Value) -> Vec<&str> {
    let people = answer["people"].as_array().expect("a list");
    let mut names: Vec<&str> = people
        .iter()
        .filter_map(|user| user["username"].as_str())
        .collect();
    names.sort_unstable();
    names
}

/// Asks who would see a post of alice's.
fn asked(site: &Site, to: &[&str]) -> Value {
    let answer = site
        .script("alice")
        .send("POST", "/audience", &json!({ "to": to }));
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[test]
fn the_audience_that_is_named_is_who_sees_the_post() {
    let site = Site::start();
    let names_of_all = ["alice", "ann", "bo", "carl", "dora", "ed", "fay"];
    let all: Vec<Person> = names_of_all.iter().map(|name| site.member(name)).collect();
    let [alice, ann, bo, carl, dora, ed, fay] = &all[..] else {
        panic!("seven people");
    };
    for person in [ann, bo, carl] {
        person.follow(alice);
    }
    found(alice, "garden", &[("privacy", "private")]);
    found(ed, "kitchen", &[("privacy", "public")]);
    for (person, name) in [(bo, "bo"), (dora, "dora")] {
        join(person, "garden", Some((alice, name)));
    }
    for person in [alice, dora, fay] {
        join(person, "kitchen", None);
    }
    carl.press("/block/alice");
    dora.press("/mute/alice");
    // Ed has left the site, and somebody is suspended.
    site.execute("update users set suspended_at = 1 where username = 'fay'; update feeds set is_hidden = 1 where owner_id = (select id from users where username = 'fay')");
    for private in [false, true] {
        if private {
            alice.go_private();
        }
        for to in [
            &["feed"][..],
            &["garden"],
            &["kitchen"],
            &["feed", "garden"],
            &["feed", "garden", "kitchen"],
            &["@ann", "@bo"],
        ] {
            let said = asked(&site, to);
            let post = write_to(alice, to, "who sees this?");
            let shown = alice.get(&format!("/post/{post}/audience"));
            assert!(
                shown
                    .words()
                    .contains(said["text"].as_str().expect("words")),
                "{}",
                shown.words()
            );
            for (person, name) in all.iter().zip(names_of_all).skip(1).take(5) {
                let sees = person.read(&post).status == 200;
                let is_named = names(&said).contains(&name);
                match said["scope"].as_str() {
                    Some("everybody") => {
                        assert_eq!(sees, name != "carl", "{to:?} {name}");
                        // Who is named has it at home, except that a mute is the reader's secret.
                        let page = if person.get("/").posts().contains(&post) {
                            "home"
                        } else {
                            ""
                        };
                        assert_eq!(
                            is_named,
                            page == "home" || name == "dora" && to != ["feed"],
                            "{to:?} {name}"
                        );
                    }
                    _ => assert_eq!(sees, is_named, "{to:?} {name}"),
                }
            }
            assert!(!names(&said).contains(&"fay"), "{said}");
        }
    }
}

#[test]
fn the_form_says_who_will_see_it() {
    let circle = Circle::of("private");
    let ask = |to: &str| {
        circle
            .bob
            .post_with("/audience", &[("to", to)], &[("Accept", FRAGMENT)])
    };
    let answer = ask("garden");
    assert!(
        answer.words().contains("alice will see this."),
        "{}",
        answer.words()
    );
    assert!(
        answer.words().contains("It stays inside"),
        "{}",
        answer.words()
    );
    let answer = ask("feed");
    assert!(
        answer.words().contains("Everybody here can see this."),
        "{}",
        answer.words()
    );
    assert_eq!(ask("no-such-group").status, 422);
    // Without a script a button of the form asks, and nothing is written.
    let form = [("message", "tulips"), ("to", "garden"), ("check", "1")];
    let page = circle.bob.post("/post", &form);
    assert_eq!(page.status, 200);
    assert!(
        page.has("alice will see this.") && page.has("tulips"),
        "{}",
        page.words()
    );
    assert_eq!(circle.site.count("posts"), 0);
    let form = [
        ("message", "tulips"),
        ("to", "no-such-group"),
        ("check", "1"),
    ];
    let page = circle.bob.post("/post", &form);
    assert!(
        page.status == 422 && page.has("You cannot post to"),
        "{}",
        page.words()
    );
    let page = circle.bob.post_with(
        "/audience",
        &[("to", "garden")],
        &[("Accept", "application/json")],
    );
    assert_eq!(
        (page.json()["scope"].as_str(), names(&page.json())),
        (Some("inside"), vec!["alice"])
    );
}

#[test]
fn names_are_few_and_the_others_are_counted() {
    let site = Site::start();
    let alice = site.member("alice");
    let text = || {
        asked(&site, &["feed"])["text"]
            .as_str()
            .expect("words")
            .to_owned()
    };
    assert_eq!(
        text(),
        "Everybody here can see this. Nobody follows it yet."
    );
    alice.go_private();
    assert_eq!(text(), "Nobody else will see this.");
    let follow = |name: &str| {
        let person = site.member(name);
        person.follow(&alice);
        alice.press(&format!("/requests/{name}/accept"));
    };
    for (name, expected) in [
        ("ann", "ann will see this."),
        ("bo", "ann and bo will see this."),
        ("cy", "ann, bo and 1 other will see this."),
        ("di", "ann, bo and 2 others will see this."),
    ] {
        follow(name);
        assert_eq!(text(), expected);
    }
}

#[test]
fn everybody_is_told_why_they_see_a_post() {
    let circle = Circle::of("private");
    let post = write_to(&circle.alice, &["garden"], "tulips");
    let why = |person: &Person, post: &str| {
        let page = person.get(&format!("/post/{post}/why"));
        (page.status, page.words())
    };
    let (_, words) = why(&circle.bob, &post);
    assert!(
        words.contains("You are a member of Garden Club since"),
        "{words}"
    );
    assert!(why(&circle.alice, &post).1.contains("You wrote it."));
    assert_eq!(why(&circle.carol, &post).0, 404);
    let open = circle.alice.write("open");
    let (_, words) = why(&circle.carol, &open);
    assert!(
        words.contains("public: everybody here reads them"),
        "{words}"
    );
    assert!(words.contains("It is not in your river"), "{words}");
    circle.carol.follow(&circle.bob);
    circle.bob.like(&open);
    let (_, words) = why(&circle.carol, &open);
    assert!(words.contains("bob liked this"), "{words}");
    circle.carol.follow(&circle.alice);
    let (_, words) = why(&circle.carol, &open);
    assert!(words.contains("You follow alice since"), "{words}");
    // Who else sees it is for its author.
    let audience = |person: &Person| person.get(&format!("/post/{open}/audience")).status;
    let all = [&circle.alice, &circle.bob, &circle.carol].map(audience);
    assert_eq!(all, [200, 403, 403]);
    // The pages lead there.
    assert!(circle.carol.read(&open).has(&format!("/post/{open}/why")));
    assert!(
        circle
            .alice
            .read(&open)
            .has(&format!("/post/{open}/audience"))
    );
}
