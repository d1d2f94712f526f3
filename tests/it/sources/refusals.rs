//! What is not imported, and what people are told of it.

use super::{
    import, importing, read_again, reads_feeds, remove, texts,
    web::{Answer, OtherSite, item, rss},
};
use crate::harness::{Person, Site, between, eventually};

/// Imports a feed that cannot be read, and returns the sentence about it.
fn problem(person: &Person, url: &str) -> String {
    import(person, url);
    let page = person.get("/settings/sources").text;
    let sentence = between(&page, "<p class=\"field-error\">", "</p>").to_owned();
    remove(person);
    sentence
}

#[test]
fn a_feed_that_cannot_be_read_says_why() {
    let (site, other) = importing();
    let bob = site.member("bob");
    other.put("/page", Answer::ok("<html><title>x</title>hello</html>"));
    other.put("/nonsense", Answer::ok("hello"));
    other.put("/gone", Answer::status("410 Gone"));
    other.put(
        "/loop",
        Answer::status("302 Found").header("Location", "/loop2"),
    );
    other.put(
        "/loop2",
        Answer::status("302 Found").header("Location", "/loop"),
    );
    other.put("/nowhere", Answer::status("302 Found"));
    other.put(
        "/file",
        Answer::status("302 Found").header("Location", "file:///etc/passwd"),
    );
    other.put("/large", Answer::ok(rss(&" ".repeat(5 * 1024 * 1024))));
    other.put(
        "/endless",
        Answer {
            is_endless: true,
            ..Answer::ok("<rss>")
        },
    );
    for (path, expected) in [
        ("/page", "it names no feed"),
        ("/nonsense", "neither RSS, Atom nor a JSON Feed"),
        ("/missing", "404"),
        ("/gone", "gone"),
        ("/loop", "without end"),
        ("/nowhere", "without an address"),
        ("/file", "no address of the web"),
        ("/large", "larger than 4 MiB"),
        ("/endless", "larger than 4 MiB"),
    ] {
        let said = problem(&bob, &other.url(path));
        assert!(said.contains(expected), "{path}: {said}");
    }
    assert!(problem(&bob, "http://127.0.0.1:1/").contains("cannot be reached"));
    assert!(texts(&bob, "/user/bob.txt").is_empty());
}

#[test]
fn private_addresses_are_not_read_not_even_by_a_redirect() {
    let other = OtherSite::start();
    other.put_items("/feed", &item("a", "Secret", 1));
    let site = Site::with(|config| config.feeds_in.enabled = true);
    let bob = site.member("bob");
    for url in [
        other.url("/feed"),
        other.url("/feed").replace("127.0.0.1", "localhost"),
        other.url("/feed").replace("127.0.0.1", "127.1"),
        other.url("/feed").replace("127.0.0.1", "2130706433"),
        other
            .url("/feed")
            .replace("127.0.0.1", "[::ffff:127.0.0.1]"),
        other.url("/feed").replace("127.0.0.1", "0.0.0.0"),
        "http://[::1]:80/".to_owned(),
        "http://10.0.0.1/".to_owned(),
    ] {
        let said = problem(&bob, &url);
        assert!(said.contains("private network"), "{url}: {said}");
    }
    assert_eq!(other.requests().len(), 0);

    // An allowed site leads to one that is not.
    let site = Site::with(reads_feeds);
    let bob = site.member("bob");
    for to in [
        "http://10.0.0.1/feed",
        "http://[::1]/feed",
        "http://169.254.169.254/latest",
    ] {
        other.put("/away", Answer::status("302 Found").header("Location", to));
        let said = problem(&bob, &other.url("/away"));
        assert!(said.contains("private network"), "{to}: {said}");
    }
}

#[test]
fn a_feed_that_moved_for_good_is_read_at_its_new_address() {
    let (site, other) = importing();
    let bob = site.member("bob");
    other.put_items("/feed", &item("a", "First", 1));
    let to = |status| Answer::status(status).header("Location", "/feed");
    other.put("/temporary", to("302 Found"));
    other.put("/old", to("301 Moved Permanently"));
    other.put(
        "/older",
        Answer::status("308 Permanent Redirect").header("Location", "/old"),
    );
    other.put(
        "/page",
        Answer::ok("<!doctype html><link rel=alternate type=application/rss+xml href=/feed>"),
    );
    for (path, expected) in [
        ("/temporary", "/temporary"),
        ("/older", "/feed"),
        ("/page", "/feed"),
    ] {
        import(&bob, &other.url(path));
        let page = bob.get("/settings/sources").text;
        assert!(page.contains(&other.url(expected)), "{path}: {page}");
        remove(&bob);
    }
}

#[test]
fn failures_are_tried_again_later_and_later() {
    let (site, other) = importing();
    let bob = site.member("bob");
    let minutes = |site: &Site| (site.number("select next_at from sources") - site.now()) / 60_000;
    import(&bob, &other.url("/feed"));
    assert_eq!(minutes(&site), 60);
    let failures = |n: i64| {
        eventually("it failed", || {
            site.number("select failures from sources") == n
        });
    };
    read_again(&site, &bob, &other);
    failures(2);
    assert_eq!(minutes(&site), 120);
    other.put(
        "/feed",
        Answer::status("503 Service Unavailable").header("Retry-After", "36000"),
    );
    read_again(&site, &bob, &other);
    failures(3);
    assert_eq!(minutes(&site), 600, "as it asks");
    other.put_items("/feed", &item("a", "First", 1));
    site.pass(std::time::Duration::from_hours(11));
    bob.sign_in("bob");
    read_again(&site, &bob, &other);
    failures(0);
    assert_eq!(minutes(&site), 30);
    other.put("/feed", Answer::status("410 Gone"));
    read_again(&site, &bob, &other);
    eventually("it ends", || {
        bob.get("/settings/sources").has("not read any more")
    });
}

#[test]
fn a_wrong_address_is_refused_and_kept() {
    let (site, _) = importing();
    let bob = site.member("bob");
    for url in [
        "",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://a:b@e.org/",
    ] {
        let refused = bob.post("/settings/sources", &[("url", url)]);
        assert_eq!(refused.status, 422, "{url}");
        assert!(refused.has("Enter the address of a feed"), "{url}");
        assert!(
            refused.has(&format!("value=\"{url}\"")),
            "{url}: {}",
            refused.text
        );
    }
    for n in 0..20 {
        site.execute(&format!(
            "insert into sources (feed_id, added_by, url) select feed_id, id, 'http://e.org/{n}' from users where username = 'bob'"
        ));
    }
    let twice = bob.post("/settings/sources", &[("url", "http://e.org/1")]);
    assert!(
        twice.status == 422 && twice.has("imported already"),
        "{}",
        twice.text
    );
    let many = bob.post("/settings/sources", &[("url", "http://e.org/x")]);
    assert!(
        many.status == 422 && many.has("At most 20 feeds"),
        "{}",
        many.text
    );
}

#[test]
fn nothing_is_read_unless_the_operator_says_so() {
    let site = Site::start();
    let bob = site.member("bob");
    assert!(!bob.get("/settings").has("/settings/sources"));
    assert!(bob.get("/settings/sources").has("feeds_in.enabled"));
    let refused = bob.post("/settings/sources", &[("url", "http://e.org/")]);
    assert_eq!(refused.status, 400);
    assert_eq!(site.count("sources"), 0);
}

#[test]
fn somebody_who_may_not_post_in_a_group_imports_nothing_there() {
    let (site, other) = importing();
    let (alice, bob) = site.friends();
    let group = [("name", "garden"), ("privacy", "public")];
    assert_eq!(bob.post("/groups/new", &group).status, 303);
    assert_eq!(alice.post("/group/garden/join", &[]).status, 303);
    assert_eq!(
        bob.post("/group/garden/members/alice/promote", &[]).status,
        303
    );
    other.put_items("/feed", "");
    let url = other.url("/feed");
    assert_eq!(
        alice.post("/group/garden/sources", &[("url", &url)]).status,
        303
    );
    eventually("it is read", || {
        site.number("select count(*) from sources where read_at > 0") == 1
    });
    assert_eq!(
        bob.post("/group/garden/members/alice/demote", &[]).status,
        303
    );
    assert_eq!(alice.post("/group/garden/leave", &[]).status, 303);
    other.put_items("/feed", &item("a", "Tulips", 1));
    site.execute("update sources set next_at = 0");
    other.put_items("/mine", "");
    import(&bob, &other.url("/mine"));
    eventually("it is refused", || {
        site.number("select count(*) from sources where failures > 0") == 1
    });
    let page = bob.get("/group/garden/sources").text;
    assert!(page.contains("field-error"), "{page}");
    assert!(texts(&bob, "/group/garden.txt").is_empty());
}

#[test]
fn a_page_in_the_place_of_a_known_feed_is_a_failure() {
    let (site, other) = importing();
    let bob = site.member("bob");
    other.put_items("/feed", &item("a", "First", 1));
    other.put_items("/parked", &item("x", "Buy this domain", 1));
    import(&bob, &other.url("/feed"));
    let page = "<!doctype html><link rel=alternate type=application/rss+xml href=/parked>";
    other.put("/feed", Answer::ok(page));
    read_again(&site, &bob, &other);
    eventually("it fails", || {
        bob.get("/settings/sources").has("a web page now")
    });
    assert!(bob.get("/settings/sources").has(&other.url("/feed")));
    assert_eq!(texts(&bob, "/user/bob.txt"), ["First"]);
}

#[test]
fn a_feed_is_not_read_again_and_again() {
    let (site, other) = importing();
    let bob = site.member("bob");
    other.put_items("/feed", "");
    import(&bob, &other.url("/feed"));
    let again = || bob.post("/settings/sources/1/read", &[]);
    assert_eq!(again().status, 400);
    site.pass(std::time::Duration::from_mins(2));
    other.put(
        "/feed",
        Answer::status("429 Too Many Requests").header("Retry-After", "3600"),
    );
    assert_eq!(again().status, 303);
    eventually("it is refused", || {
        site.number("select failures from sources") == 1
    });
    site.pass(std::time::Duration::from_mins(50));
    let refused = again();
    assert!(
        refused.status == 400 && refused.has("asks to wait"),
        "{}",
        refused.text
    );
    assert_eq!(other.requests().len(), 2);
}
