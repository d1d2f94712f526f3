//! Bells on people and posts, and what they tell.

use crate::harness::{Export, FRAGMENT, Person, Site, all_between};

/// Returns the lines of the notifications page, the newest first.
fn lines(person: &Person) -> Vec<String> {
    let page = person.get("/api/v1/notifications").json();
    let list = page["notifications"].as_array().expect("a list").clone();
    let lines = list.iter().map(|one| {
        let names: Vec<&str> = one["actors"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|actor| actor["username"].as_str())
            .collect();
        let about = one["post"]["message"].as_str().unwrap_or_default();
        format!(
            "{} {}: {about}",
            one["kind"].as_str().expect("a kind"),
            names.join("+")
        )
    });
    lines.collect()
}

fn unread(person: &Person) -> u64 {
    let page = person.get("/api/v1/notifications").json();
    page["unread"].as_u64().expect("a number")
}

fn bell(person: &Person, path: &str, kind: &str, value: &str) {
    let answer = person.post(path, &[("kind", kind), ("value", value)]);
    assert_eq!(answer.status, 303, "{}", answer.text);
}

#[test]
fn a_bell_on_a_person_tells_of_every_new_post() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bob.write("before");
    assert!(alice.get("/user/bob").has("Notify me of new posts"));
    assert!(!bob.get("/user/bob").has("Notify me of new posts"));
    bell(&alice, "/bell", "user", "BOB");
    bell(&alice, "/bell", "user", "bob");
    assert!(
        alice
            .get("/user/bob")
            .has("No longer notify me of new posts")
    );
    assert_eq!(unread(&alice), 0, "what was written before is no news");
    let mut stream = alice.listen();
    let post = bob.write("after");
    // She does not follow him, so all that her home page hears of it is the number.
    assert_eq!(stream.expect("notification").data["unread"], 1);
    bob.write("and more");
    assert_eq!(lines(&alice), ["bell bob: and more", "bell bob: after"]);
    let page = alice.get("/notifications");
    assert!(
        page.words().contains("bob wrote a post"),
        "{}",
        page.words()
    );
    assert!(page.has(&format!("href=\"/post/{post}/after\"")));
    // A comment is no new post.
    bob.comment(&post, "well");
    assert_eq!(unread(&alice), 2);
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!(lines(&alice), ["bell bob: and more"]);
    bob.press(&format!("/post/{post}/undelete"));
    assert_eq!(unread(&alice), 2);
    bell(&alice, "/unbell", "user", "bob");
    bell(&alice, "/unbell", "user", "bob");
    assert_eq!((unread(&alice), lines(&alice)), (0, vec![]));
}

#[test]
fn a_bell_on_a_post_tells_of_every_comment() {
    let site = Site::start();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
    let post = bob.write("words");
    carol.comment(&post, "before");
    let page = format!("/post/{post}/words");
    assert!(alice.get(&page).has("Notify me of every comment"));
    assert!(
        !bob.get(&page).has("Notify me of every comment"),
        "he is told anyway"
    );
    bell(&alice, "/bell", "post", &post);
    assert!(alice.get(&page).has("No longer notify me of every comment"));
    assert_eq!(unread(&alice), 0);
    let mut stream = alice.listen();
    let comment = carol.comment(&post, "first");
    assert_eq!(stream.expect("notification").data["unread"], 1);
    assert_eq!(lines(&alice), ["bell carol: first"]);
    let told = alice.get("/notifications");
    assert!(
        told.words().contains("carol commented on bob’s post"),
        "{}",
        told.words()
    );
    assert!(told.has(&format!("href=\"{page}#comment-{comment}\"")));
    bob.comment(&post, "second");
    assert_eq!(lines(&alice), ["bell bob+carol: second"]);
    // Her own comment is no news. Later ones are news as comments after hers, and not twice.
    alice.comment(&post, "mine");
    assert_eq!(lines(&alice), ["bell bob+carol: second"]);
    carol.comment(&post, "third");
    assert_eq!(
        lines(&alice),
        ["comment carol: words", "bell bob+carol: second"]
    );
    bell(&alice, "/unbell", "post", &post);
    assert_eq!(lines(&alice), ["comment carol: words"]);
}

#[test]
fn nothing_is_told_twice() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bell(&alice, "/bell", "user", "bob");
    let post = bob.write("hello @alice");
    assert_eq!(lines(&alice), ["mention bob: hello @alice"]);
    bell(&alice, "/bell", "post", &post);
    bob.comment(&post, "hey @alice");
    assert_eq!(
        lines(&alice),
        ["mention bob: hey @alice", "mention bob: hello @alice"]
    );
    bob.comment(&post, "and plain");
    assert_eq!(lines(&alice)[0], "bell bob: and plain");
    assert_eq!(lines(&alice).len(), 3);
    let page = alice.get("/notifications").words();
    assert!(page.contains("bob commented on their own post"), "{page}");
    // On one's own post comments are news as ever.
    let own = alice.write("my own");
    bell(&alice, "/bell", "post", &own);
    bob.comment(&own, "good");
    assert_eq!(lines(&alice)[0], "comment bob: my own");
    assert_eq!(unread(&alice), 4);
}

#[test]
fn bells_obey_mutes_blocks_and_privacy() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bell(&alice, "/bell", "user", "bob");
    let post = bob.write("words");
    bell(&alice, "/bell", "post", &post);
    carol.comment(&post, "well");
    assert_eq!(lines(&alice), ["bell carol: well", "bell bob: words"]);
    for (hide, show, left) in [
        ("/mute/carol".to_owned(), "/unmute/carol".to_owned(), 1),
        ("/mute/bob".to_owned(), "/unmute/bob".to_owned(), 1),
        (
            format!("/post/{post}/mute"),
            format!("/post/{post}/unmute"),
            0,
        ),
        ("/block/carol".to_owned(), "/unblock/carol".to_owned(), 1),
    ] {
        alice.press(&hide);
        assert_eq!(
            (unread(&alice), lines(&alice).len() as u64),
            (left, left),
            "{hide}"
        );
        alice.press(&show);
        assert_eq!(unread(&alice), 2, "{show}");
    }
    bob.press("/block/alice");
    assert_eq!(unread(&alice), 0);
    bob.press("/unblock/alice");
    // After a block nobody follows anybody. A private person is not read.
    bob.go_private();
    assert_eq!((unread(&alice), lines(&alice)), (0, vec![]));
    let unseen = bob.write("for few");
    assert_eq!(unread(&alice), 0);
    let refused = alice.post("/bell", &[("kind", "post"), ("value", &unseen)]);
    assert_eq!(refused.status, 422);
}

#[test]
fn an_unknown_kind_or_value_is_refused_with_what_is_allowed() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bob.press("/block/alice");
    for path in ["/bell", "/unbell"] {
        for (kind, value, message) in [
            ("", "bob", "kind is user, group or post."),
            ("tag", "garden", "kind is user, group or post."),
            (
                "user",
                "nobody",
                "value is the username of somebody else here.",
            ),
            (
                "user",
                "alice",
                "value is the username of somebody else here.",
            ),
            (
                "user",
                "bob",
                "value is the username of somebody else here.",
            ),
            ("group", "garden", "value is the name of a group here."),
            ("post", "x", "value is the id of a post that you can see."),
            (
                "post",
                "0000000000000",
                "value is the id of a post that you can see.",
            ),
        ] {
            let answer = alice.post(path, &[("kind", kind), ("value", value)]);
            assert_eq!(answer.status, 422, "{path} {kind} {value}");
            assert!(answer.words().contains(message), "{}", answer.words());
        }
    }
    assert_eq!(site.count("feed_bells") + site.count("post_bells"), 0);
}

#[test]
fn the_script_gets_the_button_as_it_is_now() {
    let site = Site::start();
    let (alice, _bob) = site.friends();
    let fields = [("kind", "user"), ("value", "bob")];
    let script = [("Accept", FRAGMENT)];
    let set = alice.post_with("/bell", &fields, &script);
    assert!(set.text.starts_with("<form") && set.has("action=\"/unbell\""));
    assert!(set.has("id=\"bell-user-bob\"") && alice.get("/user/bob").has("id=\"bell-user-bob\""));
    let removed = alice.post_with("/unbell", &fields, &script);
    assert!(removed.has("action=\"/bell\""));
}

#[test]
fn bells_are_in_the_download_and_go_with_their_people() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = bob.write("words");
    bell(&alice, "/bell", "user", "bob");
    bell(&alice, "/bell", "post", &post);
    bell(&carol, "/bell", "user", "alice");
    bell(&carol, "/bell", "post", &post);
    let export = Export::of(&alice);
    let data = export.data();
    assert_eq!(data["user_bells"][0]["user"]["username"], "bob");
    assert_eq!(data["post_bells"][0]["id"], post.as_str());
    let account = &export.files["account.html"];
    let account = String::from_utf8_lossy(account.as_ref());
    assert_eq!(all_between(&account, "Bells on ", "<").len(), 2);
    site.forget(&alice);
    assert_eq!((site.count("feed_bells"), site.count("post_bells")), (0, 1));
}

#[test]
fn a_bell_on_a_group_tells_of_every_new_post_in_it() {
    let mut site = Site::start();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| site.member(name));
    carol.follow(&bob);
    let found = bob.post("/groups/new", &[("name", "Garden")]);
    assert_eq!(found.status, 303, "{}", found.text);
    assert!(alice.get("/group/Garden").has("Notify me of new posts"));
    bell(&alice, "/bell", "group", "garden");
    // The same post is told once, whatever number of bells it rings.
    bell(&alice, "/bell", "user", "bob");
    assert!(
        alice
            .get("/group/Garden")
            .has("No longer notify me of new posts")
    );
    let mut stream = alice.listen();
    let to = |to: &[&str], message: &str| {
        let mut form: Vec<(&str, &str)> = to.iter().map(|to| ("to", *to)).collect();
        form.push(("message", message));
        assert_eq!(bob.post("/post", &form).status, 303);
    };
    to(&["Garden", "feed"], "in both");
    assert_eq!(stream.expect("notification").data["unread"], 1);
    to(&["Garden"], "in the garden");
    to(&["@carol"], "for carol");
    assert_eq!(
        lines(&alice),
        ["bell bob: in the garden", "bell bob: in both"]
    );
    assert_eq!(
        Export::of(&alice).data()["group_bells"][0]["name"],
        "Garden"
    );
    bell(&alice, "/unbell", "user", "bob");
    assert_eq!(unread(&alice), 2);
    bell(&alice, "/unbell", "group", "Garden");
    assert_eq!(unread(&alice), 0);
    // A private group tells its members alone.
    bell(&alice, "/bell", "group", "garden");
    to(&["Garden"], "for members");
    assert_eq!(unread(&alice), 1);
    let form = [("name", "Garden"), ("privacy", "private")];
    assert_eq!(bob.post("/group/Garden/edit", &form).status, 303);
    assert_eq!((unread(&alice), lines(&alice)), (0, vec![]));
    bell(&carol, "/bell", "group", "garden");
    site.forget(&alice);
    assert_eq!(site.count("feed_bells"), 1);
}
