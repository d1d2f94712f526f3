//! The two orders of the home page: by activity, and by date.

use crate::harness::{FRAGMENT, Site};

#[test]
fn a_page_by_date_has_the_same_posts_and_no_act_moves_them() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let old = bob.write("old");
    let strange = carol.write("from afar");
    let new = bob.write("new");
    carol.write("not for alice");
    bob.like(&strange);
    carol.comment(&old, "hello");
    assert_eq!(
        alice.get("/").posts(),
        [&old, &strange, &new].map(Clone::clone)
    );
    let page = alice.get("/?order=date");
    assert_eq!(page.posts(), [&new, &strange, &old].map(Clone::clone));
    assert!(page.words_of(&strange).contains("bob liked this"));
    assert!(!page.words_of(&new).contains("this"));
    assert!(page.has("data-topic=\"home\""), "it is live");
}

#[test]
fn the_browser_remembers_the_order() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let old = bob.write("old");
    let new = bob.write("new");
    bob.comment(&old, "up");
    let (by_activity, by_date) = ([old.as_str(), &new], [new.as_str(), &old]);
    assert_eq!(alice.get("/").posts(), by_activity);
    assert!(
        alice
            .get("/")
            .has("href=\"/?order=activity\" aria-current=\"true\"")
    );
    assert_eq!(alice.get("/?order=date").posts(), by_date);
    for _ in 0..2 {
        let page = alice.get("/");
        assert_eq!(page.posts(), by_date);
        assert!(page.has("href=\"/?order=date\" aria-current=\"true\""));
        assert!(page.has("data-feed=\"/feed?order=date\""));
    }
    assert_eq!(alice.get("/?order=sideways").posts(), by_date, "no order");
    assert_eq!(alice.get("/?order=activity").posts(), by_activity);
    assert_eq!(alice.get("/").posts(), by_activity);
    assert_eq!(bob.get("/").posts(), by_activity, "hers alone");
}

#[test]
fn older_pages_stay_in_the_order_of_the_first() {
    let site = Site::with(|config| config.feed.page_size = 3);
    let (alice, bob) = site.friends();
    let mut written: Vec<String> = (0..8).map(|n| bob.write(&format!("post {n}"))).collect();
    written.reverse();
    bob.comment(&written[7], "up");
    let pages = |first: &str| -> Vec<String> {
        let (mut seen, mut path) = (Vec::new(), Some(first.to_owned()));
        while let Some(at) = path {
            let page = alice.get(&at);
            let fragment = alice.get_with(&at.replacen('/', "/feed", 1), &[("Accept", FRAGMENT)]);
            assert_eq!(fragment.posts(), page.posts(), "{at}");
            seen.extend(page.posts());
            path = page.next_page();
        }
        seen
    };
    let activity = pages("/?order=activity");
    assert_eq!(activity[0], written[7]);
    assert_eq!(activity.len(), 8);
    assert_eq!(pages("/?order=date"), written);
    // A page of the other order, that another tab shows, goes on in its own.
    let other_tab = alice
        .get("/?order=activity")
        .next_page()
        .expect("older posts");
    alice.get("/?order=date");
    assert_eq!(alice.get(&other_tab).posts(), activity[3..6]);
}

#[test]
fn hidden_posts_are_taken_out_of_both_orders() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    bob.write("a spoiler");
    let shown = bob.write("hello");
    let form = [
        ("kind", "words"),
        ("value", "spoiler"),
        ("for", "1d"),
        ("where", "home"),
    ];
    assert_eq!(alice.post("/hide", &form).status, 303);
    for path in ["/?order=activity", "/?order=date"] {
        let page = alice.get(path);
        assert_eq!(page.posts(), [shown.as_str()], "{path}");
        assert!(page.has("1 hidden post<"), "{path}");
    }
}

#[test]
fn a_page_by_date_is_shown_again_until_it_changes() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let post = bob.write("first");
    alice.get("/?order=date");
    for _ in 0..2 {
        assert_eq!(alice.get("/").posts().len(), 1);
    }
    let strange = carol.write("from afar");
    assert_eq!(alice.get("/").posts().len(), 1);
    bob.like(&strange);
    assert_eq!(alice.get("/").posts(), [strange.as_str(), &post]);
    carol.comment(&post, "hello");
    assert!(alice.get("/").words_of(&post).contains("hello"));
    assert_eq!(alice.get("/").posts(), [strange.as_str(), &post]);
}

#[test]
fn a_program_chooses_the_order_with_each_request() {
    let site = Site::start();
    let (_alice, bob) = site.friends();
    let old = bob.write("old");
    let new = bob.write("new");
    bob.comment(&old, "up");
    let script = site.script("alice");
    let ids = |path: &str| -> Vec<String> {
        let posts = script.get(path).json()["posts"].clone();
        let posts = posts.as_array().expect("a list").iter();
        let id = |post: &serde_json::Value| post["id"].as_str().expect("an id").to_owned();
        posts.map(id).collect()
    };
    assert_eq!(ids("/feed"), [old.as_str(), &new]);
    assert_eq!(ids("/feed?order=date"), [new.as_str(), &old]);
    assert_eq!(ids("/feed?order=activity"), [old.as_str(), &new]);
    let first = script.get("/feed?order=date&limit=1").json();
    let next = first["next"].as_str().expect("a cursor").to_owned();
    assert_eq!(
        ids(&format!("/feed?order=date&limit=1&before={next}")),
        [old.as_str()]
    );
    let (status, error) = script.get("/feed?order=sideways").error();
    assert_eq!(
        (status, error.as_str()),
        (400, "order is activity or date.")
    );
}
