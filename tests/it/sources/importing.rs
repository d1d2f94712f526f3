//! Entries become posts.

use std::time::Duration;

use super::{
    import, importing, read_again, texts,
    web::{Answer, item, rss},
};
use crate::harness::{Export, between, eventually, samples::big_png};

#[test]
fn the_newest_entries_become_posts_with_their_dates() {
    let (site, other) = importing();
    let (alice, bob) = site.friends();
    let items: String = (1..=9)
        .map(|day| item(&format!("id{day}"), &format!("Day {day}"), day))
        .collect();
    other.put_items("/feed", &items);
    import(&bob, &other.url("/feed"));
    let expected: Vec<String> = (5..=9).map(|day| format!("Day {day}")).collect();
    assert_eq!(texts(&alice, "/user/bob.txt"), expected);
    assert_eq!(texts(&alice, "/home.txt"), expected);
    let lines = alice.get("/user/bob.txt").text;
    assert!(
        lines.contains("2026-05-09T12:00:00Z\tpost\tbob\tDay 9\t"),
        "{lines}"
    );
    let page = bob.get("/settings/sources");
    assert!(
        page.has("Other news") && page.has(">Read "),
        "{}",
        page.text
    );
    assert!(
        !alice.get("/settings/sources").has("Other news"),
        "their own"
    );
    let export = Export::of(&bob);
    assert_eq!(export.data()["sources"][0]["title"], "Other news");
}

#[test]
fn new_entries_are_posted_once_and_changed_ones_are_edited() {
    let (site, other) = importing();
    let bob = site.member("bob");
    let future = "<item><guid>f</guid><title>Future</title><pubDate>1 May 2099 12:00:00 GMT</pubDate></item>";
    other.put_items("/feed", &(item("a", "First", 1) + future));
    import(&bob, &other.url("/feed"));
    assert_eq!(texts(&bob, "/user/bob.txt"), ["First", "Future"]);
    assert!(!bob.get("/user/bob.txt").has("2099"), "never in the future");
    read_again(&site, &bob, &other);
    other.put_items(
        "/feed",
        &(item("b", "Second", 2) + &item("a", "First, corrected", 1) + future),
    );
    read_again(&site, &bob, &other);
    eventually("the new entry is there", || {
        texts(&bob, "/user/bob.txt").len() == 3
    });
    assert_eq!(
        texts(&bob, "/user/bob.txt"),
        ["First, corrected", "Second", "Future"]
    );
    let post = between(&bob.get("/user/bob.txt").text, "corrected\t/post/", "\n").to_owned();
    assert!(bob.get_moved(&format!("/post/{post}")).has("edited"));

    // What somebody deletes or changes here stays so.
    bob.post(&format!("/post/{post}/delete"), &[]);
    let second = between(&bob.get("/user/bob.txt").text, "Second\t/post/", "\n").to_owned();
    bob.edit(&second, "My own words");
    other.put_items(
        "/feed",
        &(item("b", "Second, too", 2) + &item("a", "First again", 1) + &item("c", "Third", 3)),
    );
    read_again(&site, &bob, &other);
    eventually("the third is there", || {
        texts(&bob, "/user/bob.txt").contains(&"Third".to_owned())
    });
    let found = texts(&bob, "/user/bob.txt");
    assert_eq!(found, ["My own words", "Third", "Future"]);
}

#[test]
fn an_unchanged_feed_is_not_sent_again() {
    let (site, other) = importing();
    let bob = site.member("bob");
    let feed = Answer::ok(rss(&item("a", "First", 1)))
        .header("ETag", "\"v1\"")
        .header("Last-Modified", "Fri, 01 May 2026 12:00:00 GMT");
    other.put("/feed", feed);
    import(&bob, &other.url("/feed"));
    read_again(&site, &bob, &other);
    let requests = other.requests();
    let second = requests[1].to_lowercase();
    assert!(!requests[0].to_lowercase().contains("if-none-match"));
    assert!(second.contains("if-none-match: \"v1\""), "{second}");
    assert!(
        second.contains("if-modified-since: fri, 01 may 2026"),
        "{second}"
    );
    assert!(second.contains("user-agent: quartfeed/"), "{second}");
    assert_eq!(texts(&bob, "/user/bob.txt"), ["First"]);
}

#[test]
fn a_feed_is_read_again_when_its_time_comes() {
    let (site, other) = importing();
    let bob = site.member("bob");
    other.put_items("/feed", &item("a", "First", 1));
    import(&bob, &other.url("/feed"));
    let next = |site: &crate::harness::Site| site.number("select next_at from sources");
    assert_eq!(next(&site) - site.now(), 30 * 60 * 1_000);
    site.pass(Duration::from_mins(31));
    other.put_items("/feed", &(item("a", "First", 1) + &item("b", "Second", 2)));
    // Adding another one wakes the thread, which otherwise looks every half a minute.
    other.put_items("/other", "");
    bob.post("/settings/sources", &[("url", &other.url("/other"))]);
    eventually("the second is there", || {
        texts(&bob, "/user/bob.txt").len() == 2
    });
}

#[test]
fn new_ids_at_each_reading_make_no_new_posts() {
    let (site, other) = importing();
    let bob = site.member("bob");
    let feed = |round: u32| {
        (1..=4)
            .map(|n| {
                format!(
                    "<item><guid>{round}-{n}</guid><title>Title {n}</title><link>http://e.org/{n}</link>\
                     <pubDate>0{n} May 2026 12:00:00 GMT</pubDate></item>"
                )
            })
            .collect::<String>()
    };
    other.put_items("/feed", &feed(1));
    import(&bob, &other.url("/feed"));
    for round in 2..5 {
        other.put_items("/feed", &feed(round));
        read_again(&site, &bob, &other);
    }
    other.put_items("/feed", &(feed(6) + &item("new", "Last", 9)));
    read_again(&site, &bob, &other);
    eventually("the last is there", || {
        texts(&bob, "/user/bob.txt").contains(&"Last".to_owned())
    });
    assert_eq!(texts(&bob, "/user/bob.txt").len(), 5);
}

#[test]
fn equal_entries_with_ids_of_their_own_are_different_posts() {
    let (site, other) = importing();
    let bob = site.member("bob");
    other.put_items(
        "/feed",
        &(item("a", "Good morning", 1) + &item("b", "Good morning", 2)),
    );
    import(&bob, &other.url("/feed"));
    assert_eq!(
        texts(&bob, "/user/bob.txt"),
        ["Good morning", "Good morning"]
    );
}

#[test]
fn names_in_entries_mention_nobody() {
    let (site, other) = importing();
    let (alice, bob) = site.friends();
    other.put_items("/feed", &item("a", "Hello @alice", 1));
    import(&bob, &other.url("/feed"));
    assert_eq!(texts(&bob, "/user/bob.txt"), ["Hello @alice"]);
    assert_eq!(site.count("mentions"), 0);
    other.put_items("/feed", &item("a", "Hello again @alice", 1));
    read_again(&site, &bob, &other);
    eventually("it is edited", || {
        texts(&bob, "/user/bob.txt") == ["Hello again @alice"]
    });
    assert_eq!(site.count("mentions"), 0);
    assert!(!alice.get("/notifications").has("mentioned"));
}

#[test]
fn admins_of_a_group_import_into_it() {
    let (site, other) = importing();
    let (alice, bob) = site.friends();
    let group = [("name", "garden"), ("privacy", "private")];
    assert_eq!(bob.post("/groups/new", &group).status, 303);
    other.put_items("/feed", &item("a", "Tulips", 1));
    let form = [("url", other.url("/feed"))];
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, url)| (*name, url.as_str()))
        .collect();
    assert_eq!(bob.post("/group/garden/sources", &form).status, 303);
    eventually("the feed is read", || {
        texts(&bob, "/group/garden.txt") == ["Tulips"]
    });
    assert!(texts(&alice, "/user/bob.txt").is_empty());
    assert_eq!(alice.get("/group/garden/sources").status, 403);
    assert_eq!(alice.post("/group/garden/sources", &form).status, 403);
    assert_eq!(alice.get("/group/nowhere/sources").status, 404);
    assert!(
        bob.get("/group/garden")
            .has("href=\"/group/garden/sources\"")
    );
    assert!(!alice.get("/group/garden").has("/group/garden/sources"));
    let page = bob.get("/group/garden/sources").text;
    let id = between(&page, "/group/garden/sources/", "/read\"").to_owned();
    let action = format!("/group/garden/sources/{id}");
    let elsewhere = format!("/settings/sources/{id}");
    assert_eq!(
        bob.post(&format!("{elsewhere}/remove"), &[]).status,
        404,
        "another feed"
    );
    assert_eq!(bob.post(&format!("{action}/remove"), &[]).status, 303);
    assert_eq!(site.count("sources"), 0);
    assert_eq!(
        texts(&bob, "/group/garden.txt"),
        ["Tulips"],
        "the posts stay"
    );
}

#[test]
fn a_post_has_the_first_picture_of_its_entry() {
    let (site, other) = importing();
    let bob = site.member("bob");
    let picture = Answer::ok(big_png(40, 30)).header("Content-Type", "image/png");
    other.put("/a.png", picture);
    other.put(
        "/moved.png",
        Answer::status("302 Found").header("Location", "/a.png"),
    );
    other.put("/none.png", Answer::ok("<html>no picture"));
    other.put(
        "/away.png",
        Answer::status("302 Found").header("Location", "http://10.0.0.1/a.png"),
    );
    let entry = |n: u32, inside: &str| {
        format!(
            "<item><guid>{n}</guid><title>Title {n}</title>{inside}\
             <pubDate>0{n} May 2026 12:00:00 GMT</pubDate></item>"
        )
    };
    let url = |path| other.url(path);
    let enclosed = format!(
        "<enclosure url=\"{}\" type=\"image/png\" length=\"1\"/>",
        url("/a.png")
    );
    let shown = format!(
        "<description>&lt;img src=\"{}\"&gt; x</description>",
        url("/moved.png")
    );
    let none = format!(
        "<description>&lt;img src=\"{}\"&gt; y</description>",
        url("/none.png")
    );
    let away = format!(
        "<description>&lt;img src=\"{}\"&gt; z</description>",
        url("/away.png")
    );
    let items = entry(1, &enclosed) + &entry(2, &shown) + &entry(3, &none) + &entry(4, &away);
    other.put_items("/feed", &items);
    import(&bob, &other.url("/feed"));
    let lines = bob.get("/user/bob.txt").text;
    let with_picture: Vec<bool> = lines
        .lines()
        .map(|line| line.contains("[picture]"))
        .collect();
    assert_eq!(with_picture, [true, true, false, false], "{lines}");
    assert_eq!(site.count("images"), 2);
    read_again(&site, &bob, &other);
    assert_eq!(
        other
            .requests()
            .iter()
            .filter(|head| head.contains(".png "))
            .count(),
        5,
        "once each"
    );
}

#[test]
fn entries_that_share_a_link_are_different_posts() {
    let (site, other) = importing();
    let bob = site.member("bob");
    let entry = |n: u32| {
        format!("<item><guid>{n}</guid><title>Title {n}</title><link>http://e.org/</link></item>")
    };
    let round = |from: u32| (from..from + 3).rev().map(entry).collect::<String>();
    other.put_items("/feed", &round(1));
    import(&bob, &other.url("/feed"));
    for from in 2..5 {
        other.put_items("/feed", &round(from));
        read_again(&site, &bob, &other);
        let newest = format!("Title {} / http://e.org/", from + 2);
        eventually("the new entry is there", || {
            texts(&bob, "/user/bob.txt").contains(&newest)
        });
    }
    let found = texts(&bob, "/user/bob.txt");
    let expected: Vec<String> = (1..7)
        .map(|n| format!("Title {n} / http://e.org/"))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn people_take_turns_in_having_their_feeds_read() {
    let (site, other) = importing();
    let (alice, bob) = site.friends();
    for n in 0..4 {
        other.put_items(&format!("/alice{n}"), "");
    }
    other.put_items("/bob", "");
    other.put_items("/first", "");
    import(&bob, &other.url("/first"));
    for n in 0..4 {
        site.execute(&format!(
            "insert into sources (feed_id, added_by, url, next_at)
             select feed_id, id, '{}', {n} from users where username = 'alice'",
            other.url(&format!("/alice{n}"))
        ));
    }
    let asked = other.requests().len();
    let added = bob.post("/settings/sources", &[("url", &other.url("/bob"))]);
    assert_eq!(added.status, 303);
    eventually("all are read", || other.requests().len() == asked + 5);
    let requests = other.requests();
    let place = requests[asked..]
        .iter()
        .position(|head| head.contains("/bob "));
    assert!(place.is_some_and(|place| place <= 1), "{requests:?}");
    assert!(alice.get("/settings/sources").has("/alice3"));
}
