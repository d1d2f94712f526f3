//! The forms, and the list of what is hidden.

use std::time::Duration;

use crate::harness::{Export, Site};

#[test]
fn the_settings_list_everything_hidden_with_one_button_each() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    assert!(alice.get("/settings").has("href=\"/settings/hidden\""));
    assert!(alice.get("/settings/hidden").has("Nothing is hidden."));
    let post = bob.write("hello #news");
    alice.hide("post", &post, "2h", "home");
    alice.hide("user", "@BOB", "1d", "everywhere");
    alice.hide("tag", "#News", "7d", "home");
    alice.hide("words", "spoiler", "ever", "everywhere");
    let words = alice.get("/settings/hidden").words();
    for expected in [
        "A post by bobon Home · until 16:13Show again",
        "Posts by bobeverywhere · until TuesdayShow again",
        "The tag #Newson Home · until MondayShow again",
        "The word \"spoiler\"everywhere · for everShow again",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    for (kind, value) in [
        ("post", post.as_str()),
        ("user", "bob"),
        ("tag", "NEWS"),
        ("words", "Spoiler"),
    ] {
        alice.unhide(kind, value);
        alice.unhide(kind, value);
    }
    assert!(alice.get("/settings/hidden").has("Nothing is hidden."));
}

#[test]
fn a_hide_ends_by_itself() {
    let site = Site::start();
    let (alice, _) = site.friends();
    alice.hide("words", "spoiler", "2h", "home");
    site.pass(Duration::from_mins(119));
    assert!(alice.get("/settings/hidden").has("spoiler"));
    site.pass(Duration::from_mins(1));
    assert!(!alice.get("/settings/hidden").has("spoiler"));
    assert_eq!(site.count("hides"), 1, "nothing was written");
    alice.hide("tag", "news", "ever", "home");
    assert_eq!(site.count("hides"), 1, "until the next one");
}

#[test]
fn the_new_time_and_place_replace_the_old_ones() {
    let site = Site::start();
    let (alice, _) = site.friends();
    alice.hide("words", "Café", "2h", "home");
    alice.hide("words", "cafe", "ever", "everywhere");
    let words = alice.get("/settings/hidden").words();
    assert!(
        words.contains("The word \"cafe\"everywhere · for ever"),
        "{words}"
    );
    assert_eq!(site.count("hides"), 1);
}

#[test]
fn a_form_that_hides_nothing_is_refused_and_stays_typed() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let long = "word ".repeat(2_000);
    let long = long.trim();
    for (kind, value, span, scope, message) in [
        ("words", "", "1d", "home", "This field is required."),
        (
            "words",
            long,
            "7d",
            "everywhere",
            "Field cannot be longer than 100 characters.",
        ),
        ("words", "ok", "1y", "home", "Choose 2h, 1d, 7d or ever."),
        ("words", "ok", "1d", "nowhere", "Choose home or everywhere."),
        (
            "song",
            "ok",
            "1d",
            "home",
            "Choose post, user, group, tag or words.",
        ),
        ("tag", "two words", "1d", "home", "A tag is one word"),
        ("user", "no-name", "1d", "home", "Use only the letters"),
        ("post", "x", "1d", "home", "This is not the id of a post."),
    ] {
        let page = alice.ask_to_hide(kind, value, span, scope);
        assert_eq!(page.status, 422, "{kind} {value}");
        assert!(page.has(message), "{message}: {}", page.text);
        assert!(page.has(&format!("value=\"{value}\"")), "{value} is kept");
        if span == "7d" {
            assert!(page.has("<option value=\"7d\" selected>"));
            assert!(page.has("<option value=\"everywhere\" selected>"));
        }
    }
    for (kind, value) in [
        ("user", "nobody"),
        ("group", "garden"),
        ("post", "0000000000001"),
    ] {
        assert_eq!(
            alice.ask_to_hide(kind, value, "1d", "home").status,
            404,
            "{kind}"
        );
    }
    assert_eq!(alice.ask_to_hide("user", "alice", "1d", "home").status, 403);
    let page = alice.post("/unhide", &[("kind", "words"), ("value", "")]);
    assert_eq!(page.status, 422);
    assert_eq!(bob.get("/hide?song=x").status, 422);
    assert_eq!(site.count("hides"), 0);
}

#[test]
fn one_person_hides_a_limited_number_of_things() {
    let site = Site::start();
    let (alice, _) = site.friends();
    for n in 0..200 {
        alice.hide("words", &format!("word{n}"), "ever", "home");
    }
    let page = alice.ask_to_hide("words", "one more", "1d", "home");
    assert_eq!(page.status, 422);
    assert!(page.has("You can hide 200 words and phrases at most."));
    assert!(page.has("value=\"one more\""));
    alice.hide("words", "word0", "1d", "home");
    alice.hide("tag", "news", "1d", "home");
    site.pass(Duration::from_hours(25));
    alice.hide("words", "one more", "1d", "home");
}

#[test]
fn a_post_offers_to_hide_it_its_author_and_its_tags() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("hello #Größe");
    let link = format!("/hide?post={post}");
    assert!(alice.get("/").has(&link));
    assert!(!bob.get("/").has(&link), "it is his own");
    let page = alice.get(&link);
    assert!(page.has("Hide this post"), "{}", page.text);
    assert!(page.has("href=\"/hide?user=bob\""));
    assert!(page.has("href=\"/hide?tag=gr%C3%B6%C3%9Fe\""));
    assert!(alice.get("/hide?tag=gr%C3%B6%C3%9Fe").has("Hide #größe"));
    assert!(alice.get("/user/bob").has("/hide?user=bob"));
    assert!(alice.get("/tag/gr%C3%B6%C3%9Fe").has("/hide?tag="));
    assert_eq!(alice.get("/hide?user=nobody").status, 404);
    assert_eq!(alice.get("/hide?post=0000000000001").status, 404);
}

#[test]
fn a_list_of_hides_is_its_members_alone() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("hello #news");
    let own = alice.write("mine");
    alice.hide("post", &post, "1d", "home");
    alice.hide("user", "bob", "ever", "everywhere");
    alice.hide("words", "spoiler", "2h", "home");
    bob.hide("post", &own, "1d", "home");
    bob.hide("user", "alice", "1d", "home");
    let data = Export::of(&alice).data();
    let hidden = data["hidden"].as_array().expect("a list");
    assert_eq!(hidden.len(), 3);
    assert_eq!(hidden[0]["kind"], "words");
    assert_eq!(hidden[1]["value"], "bob");
    assert_eq!(hidden[2]["value"], post.as_str());
    let account = Export::of(&alice).files["account.html"].clone();
    assert!(account.contains("spoiler"));
    site.forget(&alice);
    assert_eq!(site.count("hides"), 0, "hers, and those that are about her");
}
