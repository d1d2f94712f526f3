//! Addresses at which scripts post in a person's name.

use quartfeed::model::BaseUrl;

use crate::harness::{Export, JSON, PASSWORD, Page, Person, Site, between, eventually};

const PAGE: &str = "/settings/hooks";
const TEXT: (&str, &str) = ("Content-Type", "text/plain");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Makes an address and returns its path.
fn make(person: &Person, name: &str, to: &[&str]) -> String {
    let page = asked(person, name, to);
    assert_eq!(page.status, 200, "{}", page.words());
    let shown = between(&page.text, "<code class=\"token\">", "</code>");
    format!("/hook/{}", between(&format!("{shown} "), "/hook/", " "))
}

fn asked(person: &Person, name: &str, to: &[&str]) -> Page {
    let mut form = vec![("name", name), ("to_listed", "1")];
    form.extend(to.iter().map(|to| ("to", *to)));
    person.post(PAGE, &form)
}

/// Sends a text to an address, as a program without cookies does.
fn say(site: &Site, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
    site.visitor().ask("POST", path, headers, Some(body))
}

#[test]
fn a_script_posts_with_one_command() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let hook = make(&bob, "backup", &["feed"]);
    let mut stream = alice.listen();
    let answer = say(
        &site,
        &hook,
        &[FORM],
        "The backup of 3 + 4 is 100 % done & well.",
    );
    assert_eq!(answer.status, 201, "{}", answer.text);
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(answer.location(), format!("/post/{id}"));
    assert_eq!(stream.expect("post").data["post_id"], id.as_str());
    assert!(
        alice
            .get("/")
            .words()
            .contains("The backup of 3 + 4 is 100 % done & well.")
    );

    for (headers, body, expected) in [
        (&[FORM][..], "message=a+form%21", "a form!"),
        (&[TEXT], "a text\nof two lines\u{7}", "a text\nof two lines"),
        (
            &[("Content-Type", "text/plain; charset=utf-8")],
            "Grüße an @alice",
            "Grüße an @alice",
        ),
        (&[], "without a type", "without a type"),
        (&[JSON], "{\"message\":\"some JSON\"}", "some JSON"),
        (
            &[JSON],
            "{\"text\":\"as others send it\",\"username\":\"x\"}",
            "as others send it",
        ),
    ] {
        let answer = say(&site, &hook, headers, body);
        assert_eq!(answer.status, 201, "{body}: {}", answer.text);
        let id = answer.json()["id"].as_str().expect("an id").to_owned();
        let words = alice.get("/").words_of(&id);
        assert!(words.contains(expected), "{body}: {words}");
    }
    assert!(alice.get("/notifications").has("mentioned you"));
}

#[test]
fn anything_but_a_post_is_refused_with_a_reason() {
    let site = Site::with(|config| config.limits.post_chars = 20);
    let alice = site.member("alice");
    let hook = make(&alice, "backup", &["feed"]);
    for (headers, body, status, reason) in [
        (&[FORM][..], "", 422, "This field is required."),
        (&[TEXT], " \n", 422, "This field is required."),
        (
            &[TEXT],
            "one and twenty letters",
            422,
            "cannot be longer than 20 characters",
        ),
        (&[JSON], "{}", 422, "This field is required."),
        (
            &[JSON],
            "{\"message\":7}",
            422,
            "This field must be a string.",
        ),
        (&[JSON], "{", 400, "The body is not JSON"),
        (
            &[("Content-Type", "image/png")],
            "x",
            415,
            "text/plain, application/json",
        ),
    ] {
        let answer = say(&site, &hook, headers, body);
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        assert!(answer.text.contains(reason), "{body}: {}", answer.text);
    }
    let answer = site.visitor().upload(&hook, &[TEXT], b"\xff");
    assert_eq!(answer.error(), (400, "The text must be in UTF-8.".into()));
    let answer = say(&site, &hook, &[TEXT], &"x".repeat(300_000));
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.json()["error"].is_string());
    let secret = hook.trim_start_matches("/hook/");
    eventually("the refusal is logged", || {
        site.log().contains("accepts at most")
    });
    assert!(!site.log().contains(secret), "{}", site.log());
    assert_eq!(say(&site, &format!("{hook}/"), &[TEXT], "hi").status, 404);
    let strange = [TEXT, ("Origin", "https://evil.example")];
    assert_eq!(say(&site, &hook, &strange, "hi").status, 403);
    assert_eq!(site.visitor().get(&hook).status, 405);
    assert_eq!(say(&site, "/hook/nothing", &[TEXT], "hi").status, 404);
    assert!(!alice.get("/").has("<article"), "nothing was written");
}

#[test]
fn an_address_posts_where_its_owner_chose() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.post(
        "/groups/new",
        &[
            ("name", "kitchen"),
            ("title", "Kitchen"),
            ("privacy", "private"),
        ],
    );
    let refused = asked(&alice, "oven", &["kitchen"]);
    assert_eq!(refused.status, 422);
    assert!(
        refused.has("You cannot post to “kitchen”."),
        "{}",
        refused.words()
    );

    let group = make(&bob, "oven", &["kitchen"]);
    assert_eq!(say(&site, &group, &[TEXT], "It is hot.").status, 201);
    assert!(bob.get("/group/kitchen").has("It is hot."));
    assert!(
        !alice.get("/user/bob").has("It is hot."),
        "she is no member"
    );
    let direct = make(&bob, "door", &["@alice"]);
    assert_eq!(say(&site, &direct, &[TEXT], "Somebody rings.").status, 201);
    assert!(alice.get("/directs").has("Somebody rings."));
    assert!(!carol.get("/user/bob").has("Somebody rings."));

    // The audience is looked at again for each post.
    alice.post("/block/bob", &[]);
    let refused = say(&site, &direct, &[TEXT], "Still there?");
    assert_eq!(refused.error(), (422, "You cannot write to @alice.".into()));
}

#[test]
fn a_repeated_message_is_posted_once() {
    let site = Site::start();
    let alice = site.member("alice");
    let hook = make(&alice, "backup", &["feed"]);
    let key = [TEXT, ("Idempotency-Key", "night-1")];
    let first = say(&site, &hook, &key, "done");
    assert_eq!(first.status, 201);
    assert_eq!(say(&site, &hook, &key, "done").json(), first.json());
    assert_eq!(say(&site, &hook, &key, "other").status, 422);
    assert_eq!(alice.get("/").text.matches("<article").count(), 1);
}

#[test]
fn an_address_is_shown_once_listed_and_revoked() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    assert!(alice.get("/settings").has(PAGE));
    let hook = make(&alice, "backup of <mine>", &["feed"]);
    let secret = hook.trim_start_matches("/hook/");
    let listed = alice.get(PAGE);
    assert!(
        listed.words().contains("backup of <mine>Posts to my feed"),
        "{}",
        listed.words()
    );
    assert!(listed.has("Never used") && !listed.has(secret));
    assert_eq!(say(&site, &hook, &[TEXT], "hi").status, 201);
    assert!(!alice.get(PAGE).has("Never used"));
    assert!(!site.is_stored(secret), "only its hash");
    assert!(!site.log().contains(secret), "and not in the log");
    let export = Export::of(&alice);
    assert_eq!(export.data()["hooks"][0]["name"], "backup of <mine>");
    assert!(!export.everything().contains(secret));

    let refused = asked(&alice, "backup of <mine>", &["feed"]);
    assert_eq!(refused.status, 422);
    assert!(refused.has("You have an address of this name."));
    assert_eq!(asked(&alice, "", &["feed"]).status, 422);
    assert_eq!(bob.post("/settings/hooks/1/revoke", &[]).status, 404);
    assert_eq!(alice.post("/settings/hooks/1/revoke", &[]).status, 303);
    assert_eq!(say(&site, &hook, &[TEXT], "hi").status, 404);
    for n in 0..20 {
        make(&bob, &n.to_string(), &["feed"]);
    }
    let refused = asked(&bob, "one more", &["feed"]);
    assert!(refused.has("You can have at most 20 addresses. Revoke one first."));
}

#[test]
fn an_address_ends_with_the_access_of_its_owner() {
    let site = Site::start();
    let alice = site.member("alice");
    let hook = make(&alice, "backup", &["feed"]);
    assert_eq!(say(&site, &hook, &[TEXT], "hi").status, 201);
    site.execute("update users set suspended_at = 1 where username = 'alice'");
    assert_eq!(say(&site, &hook, &[TEXT], "hi").status, 404);
    site.execute("update users set suspended_at = null where username = 'alice'");
    assert_eq!(say(&site, &hook, &[TEXT], "hi").status, 201);
    site.write(|tx| {
        let alice = quartfeed::store::users::named(tx, &"alice".parse().expect("a name"))?;
        quartfeed::store::sessions::end_all(tx, alice.id, None)
    });
    assert_eq!(
        say(&site, &hook, &[TEXT], "hi").status,
        404,
        "as after a new password"
    );
    alice.log_in("alice", PASSWORD);
}

#[test]
fn an_address_is_whole() {
    let site = Site::start();
    let alice = site.member("alice");
    let page = asked(&alice, "backup", &["feed"]);
    let here = format!(
        "curl -d 'The backup is done.' http://{}/hook/",
        alice.address()
    );
    assert!(
        page.words().contains(&here),
        "as the browser reached it: {}",
        page.words()
    );

    let site = Site::with(|config| {
        config.server.base_url = BaseUrl::parse("http://pi.example/feed");
    });
    let alice = site.member("alice");
    let page = asked(&alice, "backup", &["feed"]);
    assert!(page.has("<code class=\"token\">http://pi.example/feed/hook/"));
    let key = between(&page.text, "/feed/hook/", "</code>");
    let answer = say(&site, &format!("/hook/{key}"), &[TEXT], "hi");
    let url = answer.json()["url"]
        .as_str()
        .expect("an address")
        .to_owned();
    assert!(url.starts_with("http://pi.example/feed/post/"), "{url}");
}
