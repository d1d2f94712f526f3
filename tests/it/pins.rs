//! Posts that people pin to their profiles.

use crate::harness::{Export, FRAGMENT, Person, Site, all_between};

/// Returns the posts on a page, from the top.
fn posts(person: &Person, path: &str) -> Vec<String> {
    let ids = person.get(path).text;
    let ids = all_between(&ids, "data-post-id=\"", "\"");
    ids.into_iter().map(str::to_owned).collect()
}

fn pin(person: &Person, post: &str) {
    person.press(&format!("/post/{post}/pin"));
}

#[test]
fn a_pinned_post_stands_first_on_the_profile_and_once() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let (alice, bob) = site.friends();
    let written: Vec<String> = (0..5).map(|n| bob.write(&format!("post {n}"))).collect();
    let profile = "/user/bob";
    assert!(!alice.get(profile).words().contains("Pinned"));
    pin(&bob, &written[1]);
    pin(&bob, &written[1]);
    let pages: Vec<_> = alice.pages(profile).collect();
    let seen: Vec<&str> = pages
        .iter()
        .flat_map(|page| all_between(&page.text, "data-post-id=\"", "\""))
        .collect();
    let expected = [1, 4, 3, 2, 0].map(|n: usize| written[n].as_str());
    assert_eq!(seen, expected);
    assert!(pages[0].words().contains("Pinned") && !pages[1].words().contains("Pinned"));
    // Another one takes its place.
    pin(&bob, &written[0]);
    let expected = [0, 4, 3].map(|n: usize| written[n].clone());
    assert_eq!(posts(&alice, profile), expected);
    // It is an ordinary post everywhere else.
    let listed = alice.get("/api/v1/users/bob/posts?limit=5").json();
    assert_eq!(listed["posts"].as_array().map(Vec::len), Some(5));
    assert!(!alice.get("/").words().contains("Pinned"));
    for _ in 0..2 {
        bob.press(&format!("/post/{}/unpin", written[0]));
        assert_eq!(
            posts(&alice, profile),
            [written[4].clone(), written[3].clone()]
        );
    }
}

#[test]
fn people_pin_what_is_in_their_own_feed() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("words");
    let page = format!("/post/{post}/words");
    let (pin, unpin) = (format!("/post/{post}/pin"), format!("/post/{post}/unpin"));
    assert_eq!(alice.post(&pin, &[]).status, 403);
    assert_eq!(alice.post("/post/0000000000000/pin", &[]).status, 404);
    assert!(!alice.get(&page).has(&pin) && bob.get(&page).has(&pin));
    let form = bob.post_with(&pin, &[], &[("Accept", FRAGMENT)]);
    assert!(form.text.starts_with("<form") && form.has("Unpin from your profile"));
    assert!(bob.get(&page).has(&unpin));
    assert_eq!(alice.post(&unpin, &[]).status, 403);
    let answer = bob.post(&pin, &[]);
    assert_eq!(answer.location(), "/user/bob");
    let words = bob.get("/user/bob").words();
    assert!(words.contains("No other posts yet."), "{words}");
    assert_eq!(Export::of(&bob).data()["posts"][0]["is_pinned"], true);
}

#[test]
fn a_pinned_post_is_shown_to_those_who_may_see_it() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let (pinned, other) = (bob.write("first"), bob.write("second"));
    pin(&bob, &pinned);
    bob.press(&format!("/post/{pinned}/delete"));
    assert_eq!(posts(&alice, "/user/bob"), [other.as_str()]);
    assert!(!alice.get("/user/bob").words().contains("Pinned"));
    bob.press(&format!("/post/{pinned}/undelete"));
    assert_eq!(posts(&alice, "/user/bob"), [pinned.as_str(), &other]);
    bob.go_private();
    assert_eq!(posts(&carol, "/user/bob"), [""; 0]);
    assert_eq!(posts(&alice, "/user/bob"), [pinned.as_str(), &other]);
    site.forget(&bob);
    assert_eq!(site.count("pins"), 0);
}

#[test]
fn admins_pin_to_their_group() {
    let site = Site::start();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
    assert_eq!(alice.post("/groups/new", &[("name", "garden")]).status, 303);
    bob.press("/group/garden/join");
    let write = |to: &[&str], message: &str| {
        let mut form: Vec<(&str, &str)> = to.iter().map(|to| ("to", *to)).collect();
        form.push(("message", message));
        assert_eq!(bob.post("/post", &form).status, 303);
        posts(&bob, "/group/garden").remove(0)
    };
    let rules = write(&["garden", "feed"], "the rules");
    let tulips = write(&["garden"], "tulips");
    let pin = format!("/post/{rules}/pin");
    // He pins it to his profile, and she to the group.
    let refused = bob.post(&pin, &[("to", "garden")]);
    assert_eq!(refused.status, 403);
    assert_eq!(bob.post(&pin, &[]).location(), "/user/bob");
    assert_eq!(alice.post(&pin, &[("to", "feed")]).status, 403);
    assert_eq!(carol.post(&pin, &[]).status, 403);
    assert!(
        alice
            .get_moved(&format!("/post/{rules}"))
            .words()
            .contains("Pin to garden")
    );
    assert_eq!(alice.post(&pin, &[]).location(), "/group/garden");
    assert_eq!(posts(&carol, "/group/garden"), [rules.as_str(), &tulips]);
    assert!(carol.get("/group/garden").words().contains("Pinned"));
    // What is in the group alone cannot be pinned to a profile.
    assert_eq!(bob.post(&format!("/post/{tulips}/pin"), &[]).status, 403);
    assert!(
        !bob.get_moved(&format!("/post/{tulips}"))
            .words()
            .contains("Pin to")
    );
    let unpin = format!("/post/{rules}/unpin");
    let form = alice.post_with(&unpin, &[("to", "garden")], &[("Accept", FRAGMENT)]);
    assert!(form.text.starts_with("<form") && form.words().contains("Pin to garden"));
    assert_eq!(posts(&carol, "/group/garden"), [tulips.as_str(), &rules]);
    assert_eq!(
        posts(&carol, "/user/bob"),
        [rules.as_str()],
        "the profile keeps its own"
    );
}

#[test]
fn a_pinned_post_that_its_reader_hides_is_not_shown() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (pinned, other) = (bob.write("first"), bob.write("second"));
    pin(&bob, &pinned);
    let form = [
        ("kind", "post"),
        ("value", &pinned),
        ("for", "ever"),
        ("where", "everywhere"),
    ];
    assert_eq!(alice.post("/hide", &form).status, 303);
    assert_eq!(posts(&alice, "/user/bob"), [other.as_str()]);
    let words = alice.get("/user/bob").words();
    assert!(
        words.contains("1 hidden post") && !words.contains("Pinned"),
        "{words}"
    );
    alice.post("/unhide", &form);
    assert_eq!(posts(&alice, "/user/bob"), [pinned.as_str(), &other]);
}
