//! Posts of the site to which other posts link, as cards.

use quartfeed::config::Visibility;

use crate::harness::{
    Page, Person, Site, all_between, bare,
    images::{keep, new_image, write_with},
    words,
};

/// Writes a post that links to another one, as browsers show its address.
fn quote(person: &Person, post: &str) -> String {
    person.write(&format!("Look: http://127.0.0.1/post/{post}/some-words"))
}

/// Returns the words of the cards in a page.
fn cards(html: &str) -> Vec<String> {
    let cards = all_between(html, "<a class=\"quote\"", "</a>").into_iter();
    cards.map(|card| words(&format!("<a{card}"))).collect()
}

fn cards_of(page: &Page) -> Vec<String> {
    cards(&page.text)
}

#[test]
fn a_link_to_a_post_of_the_site_is_a_card() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let first = bob.write("tea & cake at four");
    let post = quote(&alice, &first);
    for page in [alice.get("/"), alice.read(&post), bob.get("/user/alice")] {
        let [card] = &cards_of(&page)[..] else {
            panic!("{:?}", cards_of(&page));
        };
        assert!(
            card.starts_with("bob") && card.ends_with("tea & cake at four"),
            "{card}"
        );
        assert!(page.has(&format!("href=\"/post/{first}/tea-cake-at-four\"")));
    }
    // The words of an edit decide.
    assert_eq!(alice.edit(&post, "never mind").status, 303);
    assert_eq!(cards_of(&alice.read(&post)), [] as [&str; 0]);
}

#[test]
fn a_post_has_two_cards_at_most_and_none_of_itself() {
    let site = Site::start();
    let alice = site.member("alice");
    let [one, two, three] = ["one", "two", "three"].map(|text| alice.write(text));
    let link = |post: &str| format!("https://x.example/post/{post} ");
    let text = [&two, &two, &one, &three].map(|post| link(post)).concat();
    let post = alice.write(&text);
    let found = cards_of(&alice.read(&post));
    assert_eq!(found.len(), 2);
    assert!(
        found[0].ends_with("two") && found[1].ends_with("one"),
        "{found:?}"
    );
    let other = "/post/0000000000000 and /post/x and http://post/a";
    alice.edit(&post, &format!("{} {}", link(&post), other));
    assert_eq!(cards_of(&alice.read(&post)), [] as [&str; 0]);
}

#[test]
fn only_those_who_find_both_posts_see_the_card() {
    let site = Site::with(|config| {
        config.site.visibility = Visibility::Public;
        config.site.guest_reads = 0;
    });
    let (alice, bob) = site.friends();
    let (carol, dave) = (site.member("carol"), site.member("dave"));
    carol.follow(&alice);
    dave.follow(&alice);
    bob.go_private();
    let secret = bob.write("for friends alone");
    let mut stream = carol.listen();
    let post = quote(&alice, &secret);
    assert_eq!(cards(stream.expect("post").html()), [] as [&str; 0]);
    assert_eq!(cards_of(&alice.get("/")).len(), 1);
    for page in [carol.get("/"), site.visitor().read(&post)] {
        assert!(page.has("some-words"));
        assert_eq!(cards_of(&page), [] as [&str; 0]);
    }
    // A conversation stays where it is, also for those who are part of it.
    bob.post("/post", &[("message", "psst"), ("to", "@alice")]);
    let conversation = alice.get("/directs").posts()[0].clone();
    let post = quote(&alice, &conversation);
    for person in [&alice, &bob] {
        assert_eq!(cards_of(&person.read(&post)), [] as [&str; 0]);
    }
    // Nothing of muted and blocked people comes back by a card.
    for act in ["mute", "block"] {
        let open = carol.write("hello");
        let post = quote(&alice, &open);
        assert_eq!(cards_of(&dave.read(&post)).len(), 1);
        dave.press(&format!("/{act}/carol"));
        assert_eq!(cards_of(&dave.read(&post)), [] as [&str; 0], "{act}");
        dave.press(&format!("/un{act}/carol"));
    }
}

#[test]
fn a_card_changes_with_its_post_on_open_pages() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    alice.follow(&carol);
    let first = carol.write("tea at four");
    quote(&bob, &first);
    let mut stream = alice.listen_at("/sse/user/bob", &[]);
    let mut next = || {
        // Her page hears of the other post, too: it may have had it.
        let event = loop {
            let event = stream.next().expect("the stream goes on");
            if event.name == "quote_changed" {
                break event;
            }
        };
        let page = alice.get("/user/bob");
        assert!(
            bare(&page.text).contains(&bare(event.html())),
            "the page is the same"
        );
        assert_eq!(cards_of(&page), cards(event.html()));
        cards_of(&page)
    };
    carol.edit(&first, "tea at five");
    let edited = next();
    assert!(edited[0].ends_with("tea at five"), "{edited:?}");
    carol.press(&format!("/post/{first}/delete"));
    assert_eq!(next(), [] as [&str; 0]);
    assert_eq!(cards_of(&alice.get("/")), [] as [&str; 0]);
    carol.press(&format!("/post/{first}/undelete"));
    assert_eq!(next(), edited);
    assert_eq!(cards_of(&alice.get("/")).len(), 1);
}

#[test]
fn a_card_changes_on_the_home_page_of_a_stranger_to_its_post() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let first = carol.write("tea at four");
    quote(&bob, &first);
    let mut stream = alice.listen();
    carol.edit(&first, "tea at five");
    let event = stream.expect("quote_changed");
    assert!(bare(&alice.get("/").text).contains(&bare(event.html())));
    assert!(cards(event.html())[0].ends_with("tea at five"));
}

#[test]
fn a_picture_stands_in_the_card() {
    let site = Site::start();
    let alice = site.member("alice");
    let image = keep(&site, &alice, &new_image(1, 1_000));
    let first = write_with(&site, &alice, "garden", &[image]);
    let post = quote(&alice, &first);
    let page = alice.read(&post);
    let card = all_between(&page.text, "<a class=\"quote\"", "</a>")[0].to_owned();
    assert!(
        card.contains("garden") && card.contains("<img src=\"/image/"),
        "{card}"
    );
    alice.press(&format!("/post/{first}/delete"));
    assert_eq!(cards_of(&alice.read(&post)), [] as [&str; 0]);
}

#[test]
fn links_from_before_the_upgrade_are_cards_too() {
    let mut site = Site::start();
    let alice = site.member("alice");
    let first = alice.write("an old one");
    let post = quote(&alice, &first);
    let comment = format!("http://x.example/post/{first}");
    alice.comment(&first, &comment);
    site.restart_after(|file| {
        let older = "delete from quotes; update site set text_rules = 2";
        file.execute_batch(older).expect("the file can be changed");
    });
    assert_eq!(cards_of(&alice.read(&post)).len(), 1);
    assert_eq!(
        cards_of(&alice.read(&first)),
        [] as [&str; 0],
        "comments have none"
    );
}
