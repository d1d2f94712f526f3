//! Links, names and tags in texts, and the pages of tags.

use crate::harness::Site;

#[test]
fn addresses_names_and_tags_are_links() {
    let site = Site::start();
    let alice = site.member("alice");
    site.member("Bob_1");
    let long = format!("https://pi.example/{}", "a".repeat(60));
    let id = alice.write(&format!("@bob_1, see {long}. #Größe & @nobody <b>"));
    let page = alice.get("/");
    assert!(page.has("<a class=\"mention\" href=\"/user/bob_1\">@bob_1</a>, see "));
    assert!(page.has(&format!(
        "<a href=\"{long}\" title=\"{long}\" rel=\"nofollow ugc noopener noreferrer\">{}…</a>. ",
        &long[..39]
    )));
    assert!(
        page.has(
            "<a class=\"tag\" href=\"/tag/gr%C3%B6%C3%9Fe\">#Größe</a> &amp; @nobody &lt;b&gt;"
        )
    );
    let comment = alice.comment(&id, "again #größe: http://pi.example/");
    assert!(
        alice
            .get("/")
            .has("<a href=\"http://pi.example/\" rel=\"nofollow")
    );
    assert!(
        alice
            .get(&format!("/comment/{comment}/edit"))
            .has("again #größe: http://pi.example/")
    );
}

#[test]
fn a_tag_has_its_page_whatever_its_case_and_wherever_it_stands() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let in_post = alice.write("about #Rust and #rust");
    let plain = alice.write("about nothing");
    let other = alice.write("about #gardening");
    let comment = bob.comment(&other, "and #RUST");
    bob.comment(&other, "still #rust");
    let newest = bob.write("#rust!");
    let page = alice.get("/tag/Rust");
    assert_eq!(page.posts(), [newest.as_str(), &other]);
    assert!(page.has("<h1>#Rust</h1>"));
    let next = page.next_page().expect("there is more");
    assert_eq!(alice.get(&next).posts(), [in_post.as_str()]);
    assert_eq!(bob.get("/tag/gardening").posts(), [other.as_str()]);

    bob.press(&format!("/comment/{comment}/delete"));
    assert_eq!(
        alice.get("/tag/rust").posts().len(),
        2,
        "another comment has it"
    );
    assert_eq!(alice.edit(&in_post, "about #iron").status, 303);
    bob.press(&format!("/post/{newest}/delete"));
    assert_eq!(alice.get("/tag/rust").posts(), [other.as_str()]);
    assert_eq!(alice.get("/tag/iron").posts(), [in_post.as_str()]);
    bob.press(&format!("/comment/{comment}/undelete"));
    assert!(!alice.get("/tag/rust").posts().contains(&plain));
    assert!(alice.get("/tag/nothing_here").has("No posts yet."));
    for wrong in ["a%20b", "1", "%FF", "a-b", &"x".repeat(51)] {
        assert_eq!(alice.get(&format!("/tag/{wrong}")).status, 404, "{wrong}");
    }
    assert_eq!(alice.get("/tag/rust?before=x").status, 400);
}
