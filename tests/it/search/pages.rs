//! The pages of a search: order, marks, who finds what, and what deletions leave.

use super::{encoded, found, words_in_index};
use crate::harness::{Site, between};

#[test]
fn the_newest_text_decides_and_a_post_stands_once() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let posts: Vec<String> = (0..50).map(|n| bob.write(&format!("boat {n}"))).collect();
    // The oldest post has the newest text, and others that match too.
    for n in 0..4 {
        alice.comment(&posts[0], &format!("a boat again {n}"));
    }
    alice.comment(&posts[1], "nothing of the kind");
    let mut expected: Vec<&str> = posts.iter().skip(1).map(String::as_str).rev().collect();
    expected.insert(0, &posts[0]);
    let (mut all, mut path) = (Vec::new(), "/api/v1/search?q=boat&limit=7".to_owned());
    loop {
        let json = alice.get(&path).json();
        let page = json["posts"].as_array().expect("a list").iter();
        all.extend(page.map(|post| post["id"].as_str().expect("an id").to_owned()));
        let Some(next) = json["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/search?q=boat&limit=7&before={next}");
    }
    assert_eq!(all, expected);
    // The pages of the site have links to each other.
    let first = alice.get("/search?q=boat");
    let next = first.next_page().expect("an older page");
    assert!(next.starts_with("/search?q=boat&before="), "{next}");
    assert_eq!(alice.get(&next).status, 200);
}

#[test]
fn found_words_are_marked_and_a_found_comment_is_shown() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("The <b>Café</b> at the lake, #cafe");
    for n in 0..6 {
        let text = if n == 3 { "a cafe too" } else { "hm" };
        alice.comment(&post, text);
    }
    let page = alice.get(&format!("/search?q={}", encoded("CAFE \"the lake\"")));
    assert!(page.has("&lt;b&gt;<mark>Café</mark>&lt;/b&gt; at <mark>the lake</mark>, "));
    assert!(page.has("#<mark>cafe</mark></a>"));
    let page = alice.get("/search?q=cafe");
    assert!(page.has("a <mark>cafe</mark> too"));
    assert!(page.has("3 more comments"), "{}", page.words());
    // Nothing is marked elsewhere.
    assert!(!alice.get("/").has("<mark>"));
    // What was typed stays in the form, as text.
    let page = alice.get(&format!("/search?q={}", encoded("\"><script>")));
    assert!(page.has("value=\"&quot;&gt;&lt;script&gt;\""));
}

#[test]
fn everybody_finds_what_they_can_see() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let [carol, dora] = ["carol", "dora"].map(|name| site.member(name));
    let open = bob.write("secret garden");
    let hidden = carol.write("secret place");
    carol.post("/settings/privacy", &[("private", "on")]);
    let comment = dora.comment(&open, "secret word");
    assert_eq!(found(&alice, "secret"), [open.as_str()]);
    assert_eq!(found(&carol, "secret"), [open.as_str(), &hidden]);
    alice.press("/mute/dora");
    assert_eq!(found(&alice, "word"), [] as [&str; 0]);
    assert_eq!(found(&alice, "secret"), [open.as_str()], "by its own text");
    assert_eq!(found(&alice, "commented:dora"), [] as [&str; 0]);
    bob.press("/block/alice");
    assert_eq!(found(&alice, "secret"), [] as [&str; 0]);
    assert_eq!(found(&alice, "from:bob"), [] as [&str; 0]);
    dora.press(&format!("/comment/{comment}/delete"));
    assert_eq!(found(&carol, "word"), [] as [&str; 0]);
    for path in ["/search?q=x", "/api/v1/search?q=x"] {
        let page = site.visitor().get(path);
        assert!([303, 401].contains(&page.status), "{path}: {}", page.status);
    }
}

#[test]
fn edits_are_found_and_deleted_words_leave_the_file() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("zanzibar");
    let comment = alice.comment(&post, "xylophone");
    bob.edit(&post, "mombasa");
    assert_eq!(found(&alice, "zanzibar"), [] as [&str; 0]);
    assert_eq!(found(&alice, "mombasa"), [post.as_str()]);
    alice.press(&format!("/comment/{comment}/delete"));
    assert_eq!(found(&alice, "xylophone"), [] as [&str; 0]);
    alice.press(&format!("/comment/{comment}/undelete"));
    assert_eq!(found(&alice, "xylophone"), [post.as_str()]);
    assert!(words_in_index(&site) > 0);
    // Posts take the words of their comments along, and a person takes the posts along.
    let other = bob.write("quixotic");
    alice.comment(&other, "jackdaw");
    bob.press(&format!("/post/{post}/delete"));
    assert_eq!(found(&alice, "xylophone"), [] as [&str; 0]);
    site.forget(&bob);
    assert_eq!(words_in_index(&site), 0);
    site.restart();
    for word in ["zanzibar", "mombasa", "xylophone", "quixotic", "jackdaw"] {
        assert!(!site.is_stored(word), "{word}");
    }
}

#[test]
fn an_older_file_gets_its_words_at_the_start() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("zanzibar");
    alice.comment(&post, "xylophone");
    site.restart_after(|file| {
        let forget =
            "insert into search (search) values ('delete-all'); update site set search_rules = 0";
        file.execute_batch(forget)
            .expect("the index can be emptied");
    });
    for word in ["zanzibar", "xylophone"] {
        assert_eq!(found(&alice, word), [post.as_str()]);
    }
    let page = alice.get("/search?q=zanzibar");
    assert_eq!(between(&page.text, "<mark>", "</mark>"), "zanzibar");
}

#[test]
fn tags_of_lists_and_hides_follow_newer_rules() {
    let mut site = Site::start();
    let alice = site.member("alice");
    let post = site.member("bob").write("hello #Straße");
    let list = [("title", "Streets"), ("members", "#strasse")];
    assert_eq!(alice.post("/lists", &list).status, 303);
    let hide = [
        ("kind", "tag"),
        ("value", "#straße"),
        ("for", "ever"),
        ("where", "everywhere"),
    ];
    assert_eq!(alice.post("/hide", &hide).status, 303);
    site.restart_after(|file| {
        let older = "update list_tags set tag = 'straße'; update hides set subject = 'straße';
                     update tags set tag = 'straße'; update site set text_rules = 1";
        file.execute_batch(older).expect("the file can be changed");
    });
    assert_eq!(alice.get("/tag/strasse").posts(), [post.as_str()]);
    assert_eq!(alice.get("/everything").posts(), [] as [&str; 0]);
    assert!(alice.get("/list/streets").has("1 hidden post"));
}

#[test]
fn a_damaged_index_keeps_nobody_from_writing() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    bob.write("zanzibar");
    site.restart_after(|file| {
        let damage = "update search_data set block = x'00ff00ff' where id > 10";
        file.execute_batch(damage).expect("the file can be changed");
    });
    // Its words cannot be taken out of such an index.
    let post = alice.get("/user/bob").posts()[0].clone();
    assert_eq!(bob.edit(&post, "mombasa").status, 303);
    let other = bob.write("xylophone");
    site.restart();
    assert_eq!(found(&alice, "zanzibar"), [] as [&str; 0]);
    assert_eq!(found(&alice, "mombasa"), [post.as_str()]);
    assert_eq!(found(&alice, "xylophone"), [other.as_str()]);
}
