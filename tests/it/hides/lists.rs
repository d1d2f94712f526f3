//! Lists of posts without what is hidden.

use std::time::Duration;

use crate::harness::{FRAGMENT, Site, between};

#[test]
fn the_foot_of_home_says_what_is_hidden_and_why() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let shown = bob.write("hello");
    let spoiler = bob.write("a SPOILER ahead");
    assert!(!alice.get("/").has("hidden-posts"));
    alice.hide("words", "spoiler", "7d", "home");
    let page = alice.get("/");
    assert_eq!(page.posts(), [shown.as_str()]);
    let foot = between(&page.text, "<details class=\"hidden-posts", "</details>");
    assert!(foot.contains("<summary>1 hidden post</summary>"), "{foot}");
    assert!(foot.contains(&format!("href=\"/post/{spoiler}/a-spoiler-ahead\"")));
    let words = page.words();
    assert!(
        words.contains("the word \"spoiler\", until Monday"),
        "{words}"
    );
    assert!(!words.contains("ahead"), "the text is not given away");
    // The button leads back.
    assert!(foot.contains("action=\"/unhide\""));
    let form = [("kind", "words"), ("value", "spoiler"), ("next", "/")];
    assert_eq!(alice.post("/unhide", &form).location(), "/");
    assert_eq!(alice.get("/").posts(), [spoiler.as_str(), &shown]);
}

#[test]
fn each_kind_takes_its_posts_out_and_puts_them_back_at_its_end() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    alice.follow(&carol);
    let bobs = bob.write("by bob");
    let tagged = carol.write("some #News");
    let worded = carol.write("the world   cup");
    let plain = carol.write("plain");
    let own = alice.write("my world cup, #news");
    let all = [&own, &plain, &worded, &tagged, &bobs].map(Clone::clone);
    assert_eq!(alice.get("/").posts(), all);
    for (kind, value, gone) in [
        ("post", plain.as_str(), &plain),
        ("user", "bob", &bobs),
        ("tag", "news", &tagged),
        ("words", "World Cup", &worded),
    ] {
        alice.hide(kind, value, "2h", "home");
        let left: Vec<String> = all.iter().filter(|post| *post != gone).cloned().collect();
        assert_eq!(alice.get("/").posts(), left, "{kind}");
        assert_eq!(
            alice.get("/api/v1/feed").json()["posts"]
                .as_array()
                .map(Vec::len),
            Some(4)
        );
        site.pass(Duration::from_mins(119));
        assert_eq!(alice.get("/").posts(), left, "{kind}");
        site.pass(Duration::from_mins(1));
        assert_eq!(alice.get("/").posts(), all, "{kind}");
        assert_eq!(
            alice.get("/api/v1/feed").json()["posts"]
                .as_array()
                .map(Vec::len),
            Some(5)
        );
    }
}

#[test]
fn a_page_is_filled_up_and_none_is_missed_or_seen_twice() {
    let site = Site::with(|config| config.feed.page_size = 3);
    let (alice, bob) = site.friends();
    let mut shown = Vec::new();
    for n in 0..40 {
        // Seven hidden ones between two that are shown, and many at the end.
        let is_shown = n % 8 == 7 && n < 30;
        let post = bob.write(&format!(
            "{n} {}",
            if is_shown { "good" } else { "spoiler" }
        ));
        if is_shown {
            shown.insert(0, post);
        }
    }
    alice.hide("words", "spoiler", "ever", "everywhere");
    for start in ["/", "/everything"] {
        let (mut seen, mut hidden, mut pages, mut path) = (Vec::new(), 0, 0, start.to_owned());
        loop {
            let page = alice.get(&path);
            let fragment = alice.get_with(&path, &[("Accept", FRAGMENT)]);
            assert!(start == "/" || fragment.posts() == page.posts());
            seen.extend(page.posts());
            hidden += page.text.matches("action=\"/unhide\"").count();
            pages += 1;
            let Some(next) = page.next_page() else {
                break;
            };
            path = next;
        }
        assert_eq!(seen, shown, "{start}");
        assert_eq!(
            (hidden, seen.len()),
            (37, 3),
            "{start}: each one is counted once"
        );
        assert_eq!(pages, 3, "{start}: a page reads on five times at most");
    }
}

#[test]
fn everywhere_means_every_list_but_not_where_one_goes_on_purpose() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = bob.write("news about #cats");
    alice.like(&post);
    carol.like(&post);
    let lists = [
        "/",
        "/everything",
        "/discussions",
        "/tag/cats",
        "/user/bob",
        "/user/carol/activity",
    ];
    let seen_on = || -> Vec<&str> {
        let lists = lists.iter().copied();
        lists
            .filter(|path| alice.get(path).posts() == [post.as_str()])
            .collect()
    };
    assert_eq!(seen_on(), lists);
    for (kind, value, shown_on) in [
        ("user", "bob", vec!["/user/bob"]),
        ("tag", "cats", vec!["/tag/cats"]),
        ("words", "news", vec![]),
        ("post", post.as_str(), vec![]),
    ] {
        alice.hide(kind, value, "1d", "home");
        assert_eq!(seen_on(), lists[1..], "{kind} at home");
        alice.hide(kind, value, "1d", "everywhere");
        assert_eq!(seen_on(), shown_on, "{kind}");
        assert!(alice.get("/everything").has("1 hidden post<"), "{kind}");
        assert_eq!(alice.read(&post).posts(), [post.as_str()], "its own page");
        alice.unhide(kind, value);
    }
    assert_eq!(
        bob.get("/everything").posts(),
        [post.as_str()],
        "others see it"
    );
}

#[test]
fn a_remembered_page_ends_with_the_hide_and_with_the_day() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    bob.write("a spoiler");
    alice.hide("words", "spoiler", "1d", "home");
    let until = || {
        let words = alice.get("/").words();
        let (_, rest) = words.split_once("until ").expect("a hidden post");
        rest.split("Show").next().unwrap_or_default().to_owned()
    };
    // It is Monday, 14:13.
    assert_eq!(until(), "Tuesday");
    assert_eq!(until(), "Tuesday");
    site.pass(Duration::from_hours(10));
    assert_eq!(until(), "14:13");
    site.pass(Duration::from_hours(7));
    assert_eq!(until(), "14:13");
    site.pass(Duration::from_hours(7));
    // The session of the browser ends with the day, too.
    alice.sign_in("alice");
    let page = alice.get("/");
    assert_eq!(page.posts().len(), 1, "{}", page.words());
}

#[test]
fn an_empty_home_with_hidden_posts_is_not_called_empty() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    bob.write("hello");
    alice.hide("user", "bob", "ever", "home");
    let page = alice.get("/");
    assert!(page.has("1 hidden post") && !page.has("Nothing in your feed yet"));
    assert!(
        page.words().contains("posts by bob, for ever"),
        "{}",
        page.words()
    );
}
