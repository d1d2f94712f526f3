//! Feeds for other programs: what is in them, for whom, and when they change.

use serde_json::Value;

use crate::harness::{Export, Page, Person, Site, all_between, between, images};
use quartfeed::{config::Visibility, model::BaseUrl};

fn public() -> Site {
    Site::with(|config| {
        config.site.visibility = Visibility::Public;
        config.site.guest_reads = 0;
    })
}

fn entries(page: &Page) -> Vec<&str> {
    assert_eq!(page.status, 200, "{}", page.text);
    all_between(&page.text, "<entry>", "</entry>")
}

#[test]
fn a_feed_has_the_posts_of_its_page() {
    let site = public();
    let (alice, bob) = site.friends();
    let post = bob.write(
        "Hello <b> & @alice, #Weather today\nsecond line \u{fffe}https://example.org/a?b=c&d=e",
    );
    alice.comment(&post, "nice");
    images::put_into(&site, &bob, &post);
    let guest = site.visitor();
    for path in ["/user/bob", "/everything", "/tag/weather"] {
        let page = guest.get(&format!("{path}.atom"));
        assert_eq!(
            page.header("content-type"),
            Some("application/atom+xml; charset=utf-8")
        );
        assert!(
            page.text
                .starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed ")
        );
        let entries = entries(&page);
        assert_eq!(entries.len(), 1, "{path}");
        let entry = entries[0];
        assert!(entry.contains("<category term=\"Weather\">"), "{entry}");
        assert!(entry.contains("thr:count=\"1\""), "{entry}");
        let length = between(entry, "length=\"", "\"")
            .parse::<u64>()
            .expect("a number");
        let picture = guest.get(between(entry, "src=&quot;", "&quot;"));
        assert_eq!(
            picture.header("content-length"),
            Some(length.to_string().as_str())
        );
        assert!(!entry.contains('\u{fffe}'), "XML has no such character");
        assert!(entry.contains("second line"), "{entry}");
        let json: Value = guest.get(&format!("{path}.json")).json();
        let item = &json["items"][0];
        assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(item["id"], between(entry, "<id>", "</id>"));
        assert_eq!(item["tags"], serde_json::json!(["Weather"]));
        assert_eq!(item["attachments"][0]["size_in_bytes"], length);
        let html = item["content_html"].as_str().expect("a text");
        assert!(
            html.contains("Hello &lt;b&gt; &amp; <a class=\"mention\" href=\"/user/alice\">"),
            "{html}"
        );
        assert!(html.contains("today<br>second"), "{html}");
    }
    let page = guest.get("/user/bob?x");
    assert!(page.has("href=\"/user/bob.atom\""));
    let head = between(&page.text, "<head>", "</head>");
    assert!(
        head.contains("<link rel=\"alternate\" type=\"application/atom+xml\""),
        "{head}"
    );
    assert!(head.contains("href=\"/user/bob.json\""), "{head}");
    for path in ["/", "/user/bob/activity", "/people"] {
        assert!(!guest.get(path).has("rel=\"alternate\""), "{path}");
    }
    assert_eq!(guest.get("/user/nobody.atom").status, 404);
}

#[test]
fn a_feed_has_what_its_reader_may_read() {
    let site = public();
    let (alice, bob) = site.friends();
    let group = [("name", "garden"), ("privacy", "private")];
    assert_eq!(bob.post("/groups/new", &group).status, 303);
    bob.post("/post", &[("message", "tulips"), ("to", "garden")]);
    bob.write("open");
    assert_eq!(entries(&bob.get("/group/garden.atom")).len(), 1);
    assert_eq!(entries(&alice.get("/group/garden.atom")).len(), 0);
    assert_eq!(site.visitor().get("/group/garden.atom").status, 404);
    assert_eq!(entries(&site.visitor().get("/everything.atom")).len(), 1);
    bob.post("/settings/privacy", &[("private", "on")]);
    assert_eq!(entries(&site.visitor().get("/everything.atom")).len(), 0);
    assert_eq!(entries(&alice.get("/user/bob.atom")).len(), 1, "a follower");

    // A site for members has feeds for members: by their session, or by a token.
    let site = Site::start();
    let (alice, bob) = site.friends();
    bob.write("for members");
    assert_eq!(entries(&alice.get("/user/bob.atom")).len(), 1);
    let stranger = site.visitor().get("/user/bob.atom");
    assert!(!stranger.has("for members"));
    assert!([303, 401].contains(&stranger.status), "{}", stranger.status);
}

#[test]
fn a_feed_changes_when_an_entry_does() {
    let mut site = public();
    let bob = site.member("bob");
    let post = bob.write("first");
    let guest = site.visitor();
    let read = |guest: &Person| {
        let page = guest.get("/user/bob.atom");
        let tag = page.header("etag").expect("a tag").to_owned();
        let modified = page.header("last-modified").expect("a date").to_owned();
        (tag, modified, page.text)
    };
    let before = read(&guest);
    assert!(before.1.ends_with(" GMT"), "{}", before.1);
    let again = guest.get_with("/user/bob.atom", &[("If-None-Match", &before.0)]);
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    site.restart();
    let guest = site.visitor();
    assert_eq!(read(&guest), before, "after a restart");
    bob.comment(&post, "a comment");
    let after = read(&guest);
    assert_ne!(after.0, before.0, "the count of comments");
    let updated = |text: &str| between(text, "<entry>", "</entry>").to_owned();
    let time = |text: &str| between(&updated(text), "<updated>", "</updated>").to_owned();
    assert_eq!(
        time(&after.2),
        time(&before.2),
        "the entry itself is the same"
    );
    site.pass(std::time::Duration::from_mins(1));
    bob.edit(&post, "second");
    let edited = read(&guest);
    assert!(time(&edited.2) > time(&before.2));
    assert_ne!(edited.1, before.1);
}

#[test]
fn addresses_are_whole_if_the_site_knows_its_own() {
    let site = Site::with(|config| {
        config.site.visibility = Visibility::Public;
        config.site.guest_reads = 0;
        config.server.base_url = BaseUrl::parse("http://pi.example/feed");
    });
    let bob = site.member("bob");
    let post = bob.write("hello @bob");
    let page = bob.get("/user/bob.atom").text;
    assert!(page.contains(
        "rel=\"self\" type=\"application/atom+xml\" href=\"http://pi.example/feed/user/bob.atom\""
    ));
    assert!(page.contains(&format!(
        "href=\"http://pi.example/feed/post/{post}/hello-bob\""
    )));
    assert!(
        page.contains("href=&quot;http://pi.example/feed/user/bob&quot;"),
        "{page}"
    );
}

/// Makes an address for a purpose, and returns its path up to the key.
fn address(person: &Person, purpose: &str) -> String {
    let page = person.post("/settings/feeds", &[("purpose", purpose)]);
    assert_eq!(page.status, 200, "{}", page.text);
    let shown = between(&page.text, "<code class=\"token\">", "</code>");
    let key = between(shown, "/feeds/", "/");
    format!("/feeds/{key}")
}

#[test]
fn a_key_opens_the_feeds_of_one_purpose() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    bob.write("at home #weather");
    bob.post("/settings/privacy", &[("directs_from", "everybody")]);
    alice.post("/post", &[("message", "psst"), ("to", "@bob")]);
    let list = [("title", "Painters"), ("members", "@bob")];
    assert_eq!(alice.post("/lists", &list).status, 303);
    let group = [("name", "garden"), ("privacy", "private")];
    assert_eq!(alice.post("/groups/new", &group).status, 303);
    alice.post("/post", &[("message", "tulips"), ("to", "garden")]);
    let reader = site.visitor();
    let all = [
        ("home", vec!["/home"]),
        (
            "everything",
            vec!["/everything", "/user/bob", "/group/garden", "/tag/weather"],
        ),
        ("lists", vec!["/list/painters"]),
        ("searches", vec!["/search"]),
        ("directs", vec!["/directs"]),
    ];
    for (purpose, _) in &all {
        let key = address(&alice, purpose);
        for (other, theirs) in &all {
            for path in theirs {
                let query = if *path == "/search" { "?q=home" } else { "" };
                for ending in [".atom", ".json"] {
                    let page = reader.get(&format!("{key}{path}{ending}{query}"));
                    let expected = if purpose == other { 200 } else { 404 };
                    assert_eq!(page.status, expected, "{purpose}: {path}{ending}");
                    assert_eq!(page.header("content-encoding"), None);
                    if page.status == 200 {
                        let texts = ["at home", "psst", "tulips"];
                        assert!(
                            texts.iter().any(|text| page.has(text)),
                            "{path}: {}",
                            page.text
                        );
                    }
                }
            }
        }
    }
    let searches = address(&alice, "searches");
    for query in ["psst", "to:me", "-nothing"] {
        let page = reader.get(&format!("{searches}/search.atom?q={query}"));
        assert!(
            !page.has("psst&lt;/p&gt;"),
            "{query}: conversations have a key of their own"
        );
    }
    let lists = address(&alice, "lists");
    assert_eq!(
        reader.get(&format!("{lists}/list/nothing.atom")).status,
        404
    );
}

#[test]
fn a_key_is_listed_and_revoked_and_ends_with_its_owner() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let key = address(&alice, "home");
    let (secret, home) = (
        key.trim_start_matches("/feeds/"),
        format!("{key}/home.atom"),
    );
    let listed = alice.get("/settings/feeds");
    assert!(listed.has("never used") && !listed.has(secret));
    assert_eq!(site.visitor().get(&home).status, 200);
    assert!(!alice.get("/settings/feeds").has("never used"));
    assert!(!site.is_stored(secret), "only its hash");
    let export = Export::of(&alice);
    assert_eq!(export.data()["feed_keys"][0]["purpose"], "home");
    assert!(!export.everything().contains(secret));
    assert_eq!(bob.post("/settings/feeds/1/revoke", &[]).status, 404);
    assert_eq!(alice.post("/settings/feeds/1/revoke", &[]).status, 303);
    assert_eq!(site.visitor().get(&home).status, 404);

    // A new password ends the keys, as it ends tokens.
    let home = format!("{}/home.atom", address(&alice, "home"));
    assert_eq!(site.visitor().get(&home).status, 200);
    site.write(|tx| {
        let alice = quartfeed::store::users::named(tx, &"alice".parse().expect("a name"))?;
        quartfeed::store::sessions::end_all(tx, alice.id, None)
    });
    assert_eq!(site.visitor().get(&home).status, 404);
    let alice = site.copy_of(&alice);
    alice.log_in("alice", crate::harness::PASSWORD);

    let home = format!("{}/home.atom", address(&alice, "home"));
    site.execute("update users set suspended_at = 1 where username = 'alice'");
    assert_eq!(site.visitor().get(&home).status, 404);

    for _ in 0..20 {
        address(&bob, "home");
    }
    let refused = bob.post("/settings/feeds", &[("purpose", "home")]);
    assert_eq!(refused.status, 422);
    assert!(refused.has("You can have at most 20 addresses. Revoke one first."));
    let refused = bob.post("/settings/feeds", &[("purpose", "all")]);
    assert!(refused.has("Choose what the address is for."));
}
