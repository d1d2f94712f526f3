//! Taking home what is kept of oneself.

use std::time::{Duration, Instant};

use quartfeed::model::BaseUrl;

use crate::harness::{Export, PASSWORD, Site, between, export::texts};

const MARKUP: &str = "<script>alert(1)</script> & \"quoted\" <b>bold</b>";

#[test]
fn the_page_says_what_is_in_it_and_gives_it_as_a_file() {
    let site = Site::start();
    let alice = site.member("alice");
    assert!(alice.get("/settings").has("href=\"/settings/data\""));
    assert!(
        alice
            .get("/settings/data")
            .has("action=\"/settings/data/download\"")
    );
    assert_eq!(
        alice.get("/settings/data/download").status,
        405,
        "no GET packs"
    );
    let export = Export::of(&alice);
    assert_eq!(export.page.header("content-type"), Some("application/zip"));
    assert_eq!(
        export.page.header("content-disposition"),
        Some("attachment; filename=\"quartfeed-alice-2026-09-21.zip\"")
    );
    assert_eq!(export.page.header("cache-control"), Some("no-store"));
    let names: Vec<&str> = export.files.keys().map(String::as_str).collect();
    let expected = [
        "account.html",
        "comments.html",
        "data.json",
        "followers.html",
        "following.html",
        "index.html",
        "likes.html",
    ];
    assert_eq!(names, expected);
}

#[test]
fn all_of_ones_own_is_in_it() {
    let site = Site::start();
    let visitor = site.visitor();
    let mut alice = site.visitor();
    let fields = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("email", "alice@wonder.example"),
        ("name", "Alice L"),
    ];
    assert_eq!(visitor.post("/register", &fields).status, 303);
    alice.sign_in("alice");
    alice.name = "alice".into();
    let profile = [
        ("username", "alice_l"),
        ("name", "Alice L"),
        ("bio", "Down the hole"),
    ];
    assert_eq!(alice.post("/profile/edit", &profile).status, 303);
    alice.name = "alice_l".into();
    let bob = site.member("bob");
    alice.follow(&bob);
    bob.follow(&alice);

    let first = alice.write("The first");
    site.pass(Duration::from_mins(1));
    let second = alice.write("The secnd");
    assert_eq!(alice.edit(&second, "The second").status, 303);
    let gone = alice.write("Said too soon");
    alice.press(&format!("/post/{gone}/delete"));
    let bobs = bob.write("Bob writes of cake");
    let comment = alice.comment(&bobs, "I comment");
    alice.like(&bobs);
    let bobs_comment = bob.comment(&first, "Bob answers");
    alice.press(&format!("/comment/{bobs_comment}/like"));
    alice.press(&format!("/post/{bobs}/mute"));
    bob.like(&first);

    let export = Export::of(&alice);
    let data = export.data();
    let user = &data["user"];
    for (field, expected) in [
        ("username", "alice_l"),
        ("name", "Alice L"),
        ("email", "alice@wonder.example"),
        ("bio", "Down the hole"),
        ("role", "member"),
    ] {
        assert_eq!(user[field], expected, "{field}");
    }
    assert_eq!(user["former_usernames"], serde_json::json!(["alice"]));
    assert_eq!(
        texts(&data, "posts", "message"),
        ["The second", "The first"]
    );
    let post = &data["posts"][0];
    assert_eq!(post["id"], second.as_str());
    assert_eq!(post["url"], format!("/post/{second}/the-second"));
    assert_eq!(
        post["created_at"], "2026-09-21T14:14:20Z",
        "RFC 3339 in UTC"
    );
    assert_eq!(post["revisions"][0]["message"], "The secnd");
    assert_eq!(data["posts"][1]["likes"]["count"], 1);
    assert_eq!(data["posts"][1]["comments"]["count"], 1);
    assert_eq!(texts(&data, "comments", "comment"), ["I comment"]);
    assert_eq!(data["comments"][0]["id"].to_string(), comment);
    assert_eq!(data["comments"][0]["post"]["author"]["username"], "bob");
    assert_eq!(
        data["comments"][0]["post"]["url"],
        format!("/post/{bobs}/bob-writes-of-cake")
    );
    let likes = data["likes"].as_array().expect("a list");
    assert_eq!(likes.len(), 2);
    assert_eq!(likes[0]["post"]["id"], bobs.as_str());
    assert_eq!(likes[1]["comment_id"].to_string(), bobs_comment);
    assert!(likes[0]["created_at"].is_string());
    assert_eq!(data["following"][0]["user"]["username"], "bob");
    assert_eq!(data["followers"][0]["user"]["username"], "bob");
    assert_eq!(data["muted_posts"][0]["id"], bobs.as_str());
    assert_eq!(data["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(data["sessions"][0]["network"], "127.0.0.0/24");
    assert!(data["notifications"]["unread"].as_u64() > Some(0));
    assert!(
        !export.everything().contains("Said too soon"),
        "what is deleted is deleted"
    );
}

#[test]
fn the_pages_read_without_a_server() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let older = alice.write("The older");
    alice.write("The newer, see https://example.org/x and @bob #tea");
    alice.comment(&older, "To myself");
    let bobs = bob.write("Bob's");
    alice.comment(&bobs, "To bob");
    let export = Export::of(&alice);

    let index = &export.files["index.html"];
    assert!(
        index.find("The newer") < index.find("The older"),
        "the newest first"
    );
    assert!(index.contains("<time datetime=\"2026-09-21T14:13:20Z\""));
    assert!(index.contains("href=\"https://example.org/x\""));
    assert!(export.files["comments.html"].contains(&format!("href=\"index.html#post-{older}\"")));
    assert!(index.contains(&format!("id=\"post-{older}\"")));
    for (name, page) in &export.files {
        if name == "data.json" {
            continue;
        }
        assert!(
            page.contains("default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'"),
            "{name}"
        );
        for outside in ["<script", "src=", "<link", "@import", "url(", "href=\"/"] {
            assert!(!page.contains(outside), "{name}: {outside}");
        }
        for href in page.split(" href=\"").skip(1) {
            let href = href.split('"').next().expect("the attribute ends");
            let file = href.split('#').next().unwrap_or_default();
            let inside = export.files.contains_key(file);
            assert!(inside || href == "https://example.org/x", "{name}: {href}");
        }
    }
}

#[test]
fn a_site_that_knows_its_address_is_linked() {
    let site =
        Site::with(|config| config.server.base_url = BaseUrl::parse("http://pi.local/feed/"));
    let alice = site.member("alice");
    let post = alice.write("Hello world");
    let export = Export::of(&alice);
    let url = format!("http://pi.local/feed/post/{post}/hello-world");
    assert_eq!(export.data()["posts"][0]["url"], url.as_str());
    assert!(export.files["index.html"].contains(&format!("href=\"{url}\"")));
}

#[test]
fn what_people_write_stays_text() {
    let site = Site::with(|config| config.site.name = "A <i>site</i> & more".into());
    let (alice, bob) = site.friends();
    let profile = [
        ("username", "alice"),
        ("name", "</title><script>x"),
        ("bio", MARKUP),
    ];
    assert_eq!(alice.post("/profile/edit", &profile).status, 303);
    let profile = [("username", "bob"), ("name", "<img src=x>"), ("bio", "")];
    assert_eq!(bob.post("/profile/edit", &profile).status, 303);
    let post = alice.write("<script>first()</script>");
    assert_eq!(alice.edit(&post, MARKUP).status, 303);
    alice.comment(&post, MARKUP);
    alice.comment(&bob.write("<b>hers</b>"), "</article></main>");
    let export = Export::of(&alice);
    for (name, page) in &export.files {
        if name != "data.json" {
            for markup in ["<script", "<img", "<b>", "<i>", "</title><"] {
                assert!(
                    !page.contains(&format!("{markup}script"))
                        && (markup == "</title><" || !page.contains(markup)),
                    "{name}: {markup}"
                );
            }
            assert_eq!(page.matches("</main>").count(), 1, "{name}");
        }
    }
    assert!(
        export.files["index.html"].contains("&lt;script&gt;first()&lt;/script&gt;"),
        "the history too"
    );
    let data = export.data();
    assert_eq!(data["posts"][0]["message"], MARKUP);
    assert_eq!(data["site"]["name"], "A <i>site</i> & more");
}

#[test]
fn nothing_of_others_is_in_it_but_their_names() {
    let site = Site::start();
    let alice = site.member("alice");
    let visitor = site.visitor();
    let fields = [
        ("username", "bob"),
        ("password", PASSWORD),
        ("email", "bob@private.example"),
    ];
    assert_eq!(visitor.post("/register", &fields).status, 303);
    let bob = site.visitor();
    bob.sign_in("bob");
    let profile = [("username", "bob"), ("name", "Bob"), ("bio", "bobs-bio")];
    assert_eq!(bob.post("/profile/edit", &profile).status, 303);
    let carol = site.member("carol");
    let post = bob.write("one two three four five six bobs-secret-ending");
    alice.comment(&post, "Mine");
    alice.like(&post);
    let own = alice.write("My own");
    bob.comment(&own, "bobs-comment");
    carol.comment(&post, "carols-comment");
    let gone = bob.write("bobs-deleted");
    alice.comment(&gone, "Under what is gone");
    alice.like(&gone);
    bob.press(&format!("/post/{gone}/delete"));

    let export = Export::of(&alice);
    let everything = export.everything();
    for private in [
        "bob@private",
        "bobs-bio",
        "bobs-secret-ending",
        "bobs-comment",
        "carols-comment",
        "bobs-deleted",
        "carol",
        "argon2",
        &gone,
    ] {
        assert!(!everything.contains(private), "{private}");
    }
    for (_, value) in alice
        .cookies()
        .split("; ")
        .filter_map(|cookie| cookie.split_once('='))
    {
        assert!(!everything.contains(value), "a cookie");
    }
    let data = export.data();
    let comments = texts(&data, "comments", "comment");
    assert_eq!(comments, ["Under what is gone", "Mine"]);
    assert!(data["comments"][0]["post"].is_null() && !data["comments"][1]["post"].is_null());
    assert_eq!(data["likes"].as_array().map(Vec::len), Some(1));
}

#[test]
fn it_takes_a_fresh_sign_in_and_the_token_of_a_form() {
    let site = Site::start();
    let alice = site.member("alice");
    let stranger = site.visitor().post("/settings/data/download", &[]);
    assert_eq!(stranger.status, 303);
    assert_eq!(
        alice.post_as_is("/settings/data/download", &[], &[]).status,
        403
    );
    site.pass(Duration::from_mins(11));
    let stale = alice.post("/settings/data/download", &[]);
    assert!(stale.location().starts_with("/confirm"), "{}", stale.text);
    assert_ne!(stale.header("content-type"), Some("application/zip"));
    assert_eq!(
        alice.get("/settings/data").status,
        200,
        "reading about it is no danger"
    );
}

#[test]
fn people_who_keep_away_are_not_in_it_and_those_whom_one_keeps_away_are() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (carol, _) = (site.member("carol"), site.member("dave"));
    carol.follow(&alice);
    let bobs = bob.write("bobs-words");
    let own = alice.write("My own");
    bob.like(&own);
    carol.like(&own);
    alice.comment(&bobs, "What I said to somebody");
    alice.like(&bobs);
    alice.press(&format!("/post/{bobs}/mute"));
    alice.press("/mute/carol");
    alice.press("/block/dave");
    let before = Export::of(&alice).data();
    assert_eq!(before["following"][0]["user"]["username"], "bob");
    assert_eq!(before["posts"][0]["likes"]["count"], 1, "carol is muted");

    bob.press("/block/alice");
    let export = Export::of(&alice);
    let everything = export.everything();
    for hidden in ["bob", &bobs] {
        assert!(!everything.contains(hidden), "{hidden}");
    }
    let data = export.data();
    assert_eq!(
        texts(&data, "comments", "comment"),
        ["What I said to somebody"]
    );
    assert!(data["comments"][0]["post"].is_null());
    assert_eq!(data["posts"][0]["likes"]["count"], 0);
    for empty in ["likes", "following", "muted_posts"] {
        assert_eq!(data[empty].as_array().map(Vec::len), Some(0), "{empty}");
    }
    assert_eq!(data["followers"][0]["user"]["username"], "carol");
    assert_eq!(data["muted_users"][0]["user"]["username"], "carol");
    assert_eq!(data["blocked_users"][0]["user"]["username"], "dave");
    assert!(export.files["account.html"].contains("Blocked people"));
}

#[test]
fn tokens_and_invitations_are_in_it_without_what_opens_something() {
    let site = Site::start();
    let alice = site.member("alice");
    let made = alice.post(
        "/settings/tokens",
        &[("name", "My script"), ("scope", "read"), ("days", "0")],
    );
    let token = between(&made.text, "<code class=\"token\">", "</code>");
    let fields = [
        ("uses", "2"),
        ("days", "3"),
        ("note", "For the cousins"),
        ("follow", ""),
    ];
    let made = alice.post("/settings/invitations", &fields);
    let invitation = between(&made.text, "/invite/", "\"");
    let export = Export::of(&alice);
    let data = export.data();
    assert_eq!(data["tokens"][0]["name"], "My script");
    assert_eq!(data["tokens"][0]["scope"], "read");
    assert_eq!(data["invitations"][0]["note"], "For the cousins");
    assert_eq!(data["invitations"][0]["uses_left"], 2);
    for secret in [token, invitation] {
        assert!(secret.len() > 20 && !export.everything().contains(secret));
    }
}

#[test]
fn requests_to_follow_are_in_it_on_both_sides() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    assert_eq!(
        bob.post("/settings/privacy", &[("private", "1")]).status,
        303
    );
    alice.press("/follow/bob");
    let (alices, bobs) = (Export::of(&alice).data(), Export::of(&bob).data());
    assert_eq!(alices["follow_requests"][0]["user"]["username"], "bob");
    assert_eq!(
        bobs["follow_requests_received"][0]["user"]["username"],
        "alice"
    );
    assert_eq!(
        (&alices["user"]["private"], &bobs["user"]["private"]),
        (&false.into(), &true.into())
    );
}

/// As many posts as somebody writes in years; more by `QUARTFEED_TEST_POSTS`, to see how long that takes.
#[test]
fn years_of_posts_fit_and_are_cut_into_pages() {
    let posts: i64 = std::env::var("QUARTFEED_TEST_POSTS")
        .ok()
        .and_then(|posts| posts.parse().ok())
        .unwrap_or(1_250);
    let mut site = Site::start();
    site.member("alice");
    site.restart_after(|file| write_posts(file, posts));
    let alice = site.visitor();
    alice.sign_in("alice");
    let started = Instant::now();
    let export = Export::of(&alice);
    eprintln!(
        "{posts} posts: {} KiB in {:?}",
        export.page.bytes.len() / 1024,
        started.elapsed()
    );
    let data = export.data();
    let all = data["posts"].as_array().expect("a list").len();
    assert_eq!(i64::try_from(all), Ok(posts));
    let articles = |name: &str| export.files[name].matches("<article").count();
    assert_eq!(articles("index.html"), 500);
    assert_eq!(articles("posts-2.html"), 500);
    assert!(export.files["index.html"].contains("rel=\"next\" href=\"posts-2.html\""));
    assert!(export.files["posts-2.html"].contains("rel=\"prev\" href=\"index.html\""));
    let last = format!("posts-{}.html", (posts + 499) / 500);
    assert!(!export.files[&last].contains("rel=\"next\""));
    assert!(export.files[&last].contains("Post 1 "));
}

fn write_posts(file: &rusqlite::Connection, posts: i64) {
    file.execute(
        "with recursive numbers (value) as (select 1 union all select value + 1 from numbers where value < ?1)
         insert into posts (id, author_id, message, bump, event_id, created_at)
         select value, 1, 'Post ' || value || ' ' || hex(randomblob(100)), value, value, value from numbers",
        [posts],
    )
    .expect("the posts are new");
}
