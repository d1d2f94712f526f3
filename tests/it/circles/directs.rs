//! Direct messages: who may begin one, who reads it, who joins and leaves.

use super::write_to;
use crate::harness::{Person, Site, between};

/// Alice, bob and carol, who accept messages from everybody, and dora.
fn people(site: &Site) -> [Person; 4] {
    let people = ["alice", "bob", "carol", "dora"].map(|name| site.member(name));
    for person in &people {
        accept(person, "everybody");
    }
    people
}

fn accept(person: &Person, from: &str) {
    let page = person.post("/settings/privacy", &[("directs_from", from)]);
    assert_eq!(page.status, 303);
}

#[test]
fn a_direct_message_is_for_its_participants_alone() {
    let site = Site::start();
    let [alice, bob, carol, dora] = people(&site);
    carol.follow(&alice);
    let post = write_to(&alice, &["@bob", "@Dora"], "only for you #secret");
    for person in [&alice, &bob, &dora] {
        assert_eq!(person.get("/directs").posts(), [post.as_str()]);
        for river in [
            "/",
            "/everything",
            "/discussions",
            "/tag/secret",
            "/user/alice",
        ] {
            assert_eq!(person.get(river).posts(), [] as [&str; 0], "{river}");
        }
    }
    assert_eq!(carol.read(&post).status, 404);
    assert_eq!(carol.get("/directs").posts(), [] as [&str; 0]);
    let words = bob.read(&post).words_of(&post);
    assert!(words.contains("to bob and dora"), "{words}");
    // It lifts nothing into the rivers of friends, whoever acts on it.
    bob.comment(&post, "thank you");
    dora.like(&post);
    carol.follow(&bob);
    carol.follow(&dora);
    assert_eq!(carol.get("/").posts(), [] as [&str; 0]);
    assert_eq!(carol.get("/user/bob/activity").posts(), [] as [&str; 0]);
    assert_eq!(carol.get("/user/alice/following").status, 200);
    assert!(
        !carol.get("/user/bob").has("2 following"),
        "conversations are no follows"
    );
    let told = bob.get("/notifications").words();
    assert!(told.contains("alice sent you a direct message"), "{told}");
    let json = site.script("bob").get("/directs").json();
    assert_eq!(
        json["posts"][0]["to"][0],
        serde_json::json!({"kind": "user", "name": "bob"})
    );
}

#[test]
fn the_latest_conversation_comes_first() {
    let site = Site::start();
    let [alice, bob, ..] = people(&site);
    let first = write_to(&alice, &["@bob"], "1");
    let second = write_to(&alice, &["@bob"], "2");
    assert_eq!(bob.get("/directs").posts(), [second.as_str(), &first]);
    bob.comment(&first, "hm");
    assert_eq!(alice.get("/directs").posts(), [first.as_str(), &second]);
}

#[test]
fn each_member_says_who_may_write_to_them() {
    let site = Site::start();
    let [alice, bob] = ["alice", "bob"].map(|name| site.member(name));
    let send = || alice.post("/post", &[("message", "psst"), ("to", "@bob")]);
    let refused = |why: &str| {
        let page = send();
        assert_eq!(page.status, 422, "{why}");
        assert!(
            page.has("You cannot write to @bob.") && page.has("psst"),
            "{why}"
        );
        let words = page.words();
        let (_, after) = words.split_once("Or people").expect("the field");
        after
            .split("Nothing in your feed")
            .next()
            .expect("the form")
            .to_owned()
    };
    refused("he does not follow her, which is what a new member wants");
    bob.follow(&alice);
    assert_eq!(send().status, 303);
    accept(&bob, "nobody");
    let from_nobody = refused("he accepts nothing");
    accept(&bob, "everybody");
    assert_eq!(send().status, 303);
    bob.press("/block/alice");
    let blocked = refused("he blocks her");
    assert_eq!(from_nobody, blocked, "she cannot tell one from the other");
    let page = alice.post("/post", &[("message", "psst"), ("to", "@nobody")]);
    assert!(page.has("You cannot write to @nobody."));
    // A form from before this choice leaves it as it is.
    bob.press("/unblock/alice");
    assert_eq!(bob.post("/settings/privacy", &[]).status, 303);
    assert_eq!(send().status, 303);
    let page = bob.post("/settings/privacy", &[("directs_from", "friends")]);
    assert_eq!(page.status, 400);
}

#[test]
fn a_block_cuts_a_conversation_both_ways() {
    let site = Site::start();
    let [alice, bob, carol, _] = people(&site);
    let post = write_to(&alice, &["@bob", "@carol"], "the three of us");
    bob.press("/block/alice");
    assert_eq!(bob.read(&post).status, 404);
    assert_eq!(carol.read(&post).status, 200);
    let words = alice.read(&post).words_of(&post);
    assert!(!words.contains("bob"), "{words}");
}

#[test]
fn a_participant_adds_somebody_who_then_sees_everything() {
    let site = Site::start();
    let [alice, bob, carol, dora] = people(&site);
    let post = write_to(&alice, &["@bob"], "about the party");
    bob.comment(&post, "older than carol");
    let path = format!("/post/{post}/participants");
    assert_eq!(dora.post(&path, &[("user", "dora")]).status, 404);
    assert!(
        bob.read(&post)
            .has("They will see everything in this conversation")
    );
    assert_eq!(bob.post(&path, &[("user", "@carol")]).status, 303);
    let page = carol.read(&post);
    assert!(page.has("older than carol"));
    assert!(page.words().contains("bob added carol"), "{}", page.words());
    let told = carol.get("/notifications").words();
    assert!(
        told.contains("bob sent you a direct message") || told.contains("bob added you"),
        "{told}"
    );
    accept(&dora, "nobody");
    let page = bob.post(&path, &[("user", "dora")]);
    assert!(
        page.status == 422 && page.has("You cannot write to @dora."),
        "{}",
        page.words()
    );
    let page = bob.post(&path, &[("user", "no such name")]);
    assert_eq!(page.status, 422);
    // A post is not made a conversation by adding somebody.
    let open = bob.write("open");
    let page = bob.post(&format!("/post/{open}/participants"), &[("user", "carol")]);
    assert_eq!(page.status, 422);
    // Who leaves sees nothing more of it.
    carol.press(&format!("/post/{post}/leave"));
    assert_eq!(carol.read(&post).status, 404);
    assert!(
        alice
            .read(&post)
            .words()
            .contains("carol left the conversation")
    );
    assert!(alice.read(&post).has("older than carol"));
}

#[test]
fn a_conversation_has_a_limit_of_people() {
    let site = Site::start();
    let alice = site.member("alice");
    site.execute(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 40)
         insert into users (username, password_hash, directs_from, search, created_at)
             select 'user' || i, '', 'everybody', 'user' || i, 0 from n;
         insert into feeds (owner_id) select id from users where username like 'user%';",
    );
    let names =
        |count: usize| -> Vec<String> { (1..=count).map(|n| format!("@user{n}")).collect() };
    let to = names(29).join(" ");
    let post = write_to(&alice, &[&to], "a full room");
    let page = alice.post(&format!("/post/{post}/participants"), &[("user", "user30")]);
    assert!(
        page.status == 422 && page.has("at most 30 people"),
        "{}",
        page.words()
    );
    let to = names(30).join(" ");
    let page = alice.post("/post", &[("message", "x"), ("to", &to)]);
    assert!(
        page.status == 422 && page.has("at most 30 people"),
        "{}",
        page.words()
    );
}

#[test]
fn a_direct_message_stays_one() {
    let site = Site::start();
    let [alice, bob, ..] = people(&site);
    let post = write_to(&alice, &["@bob"], "between us");
    let edit = |post: &str, to: &str| {
        let form = [("message", "other words"), ("to", to)];
        alice.post(&format!("/post/{post}/edit"), &form)
    };
    assert_eq!(edit(&post, "feed").status, 422);
    let open = alice.write("open");
    assert_eq!(edit(&open, "@bob").status, 422);
    assert_eq!(alice.edit(&post, "other words").status, 303);
    assert!(bob.read(&post).has("other words"));
    let page = alice.post("/post", &[("message", "x"), ("to", "@bob"), ("to", "feed")]);
    assert!(page.has("A direct message goes to people only."));
}

/// Returns the number of conversations with news, as the bar of a person's pages says it.
fn counted(person: &Person) -> u64 {
    let page = person.get("/settings");
    let badge = between(&page.text, "id=\"unread-directs\"", "</span>");
    let digits = badge.trim_matches(|letter: char| !letter.is_ascii_digit());
    digits.parse().unwrap_or(0)
}

#[test]
fn the_bar_counts_conversations_with_news() {
    let mut site = Site::start();
    let [alice, bob, carol, _] = people(&site);
    let mut page = bob.listen_at("/sse?topic=home", &[]);
    let mut told = || page.expect("notification").data["directs"].clone();
    let first = write_to(&alice, &["@bob"], "one");
    assert_eq!((told(), counted(&bob)), (1.into(), 1));
    let second = write_to(&carol, &["@bob", "@alice"], "two");
    assert_eq!((told(), counted(&bob)), (2.into(), 2));
    assert_eq!(
        (counted(&alice), counted(&carol)),
        (1, 0),
        "one's own is no news"
    );

    // What is read is counted no more.
    bob.read(&first);
    assert_eq!((told(), counted(&bob)), (1.into(), 1));
    let comment = alice.comment(&first, "still there?");
    assert_eq!((told(), counted(&bob)), (2.into(), 2));
    alice.press(&format!("/comment/{comment}/delete"));
    assert_eq!(
        (told(), counted(&bob)),
        (1.into(), 1),
        "nothing is left to read"
    );

    // Whoever writes in a conversation has read it.
    bob.comment(&second, "hello");
    assert_eq!(counted(&bob), 0);
    assert_eq!(counted(&carol), 1);
    carol.press(&format!("/post/{second}/mute"));
    assert_eq!(counted(&carol), 0, "a muted conversation has no news");
    alice.press("/block/carol");
    assert_eq!(counted(&alice), 0, "nor has one that is not to be seen");
    // The marks are written at the stop.
    site.restart();
    assert_eq!([&alice, &bob, &carol].map(counted), [0, 0, 0]);
}
