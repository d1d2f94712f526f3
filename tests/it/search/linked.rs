//! Who has linked to something before.

use std::time::Duration;

use super::encoded;
use crate::harness::{Person, Site};

/// Asks whether somebody posted an address lately.
fn asked(person: &Person, address: &str) -> String {
    let page = person.get(&format!("/linked?address={}", encoded(address)));
    assert_eq!(page.status, 200, "{}", page.text);
    page.text
}

#[test]
fn an_address_that_somebody_posted_lately_is_known() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("Read https://www.example.org/a%20b/?v=1&utm_source=x today");
    for address in [
        "https://www.example.org/a%20b/?v=1&utm_source=x",
        "http://example.org/a%20b?v=1#part",
    ] {
        let line = asked(&alice, address);
        assert!(
            line.contains(&format!("/post/{post}/")),
            "{address}: {line}"
        );
        assert!(line.contains(">bob<"), "{line}");
        assert_eq!(asked(&bob, address), "", "his own");
    }
    for address in [
        "http://example.org/a%20b?v=2",
        "http://example.org/a%20b",
        "http://example.org/",
        "nonsense",
        "",
        "http://\"OR",
    ] {
        assert_eq!(asked(&alice, address), "", "{address}");
    }
    site.pass(Duration::from_hours(31 * 24));
    alice.sign_in("alice");
    assert_eq!(
        asked(&alice, "http://example.org/a%20b?v=1"),
        "",
        "long ago"
    );
}

#[test]
fn only_visible_posts_are_known() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.post("/settings/privacy", &[("private", "on")]);
    bob.write("http://example.org/secret");
    assert!(asked(&alice, "http://example.org/secret").contains("bob"));
    assert_eq!(asked(&carol, "http://example.org/secret"), "");
    alice.post("/settings/privacy", &[("directs_from", "everybody")]);
    let direct = [("message", "http://example.org/direct"), ("to", "@alice")];
    assert_eq!(bob.post("/post", &direct).status, 303);
    assert_eq!(
        asked(&alice, "http://example.org/direct"),
        "",
        "a conversation"
    );
}

#[test]
fn a_form_without_the_script_says_it_afterwards() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("http://example.org/news");
    let form = [("message", "Seen? http://example.org/news")];
    let plain = alice.post("/post", &form);
    assert_eq!(plain.status, 303, "{}", plain.text);
    let next = alice.get("/");
    assert!(
        next.has("Somebody posted this address lately."),
        "{}",
        next.text
    );
    assert!(next.has(&format!("href=\"/post/{post}\"")));
    assert!(!alice.get("/").has("Somebody posted this address"));
}

#[test]
fn a_post_says_how_many_posts_link_to_it() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("the one");
    let page = |person: &Person| person.get(&format!("/post/{post}/the-one")).text;
    assert!(!page(&alice).contains("links here"));
    let other = alice.write(&format!("see http://pi.lan:5000/post/{post}/the-one"));
    assert!(page(&bob).contains(">1 post links here<"), "{}", page(&bob));
    let third = bob.write("third");
    alice.comment(&third, &format!("like https://feed.example/x/post/{post}"));
    bob.comment(&post, &format!("itself: http://pi/post/{post}"));
    alice.write(&format!("only its id: {post}"));
    assert!(page(&bob).contains(">2 posts link here<"), "{}", page(&bob));
    let found = bob.get(&format!("/search?q=%22post%2F{post}%22"));
    assert!(found.has(&format!("id=\"post-{other}\"")));
    assert!(page(&bob).contains(&format!("/search?q=%22post%2F{post}%22")));
    let carol = site.member("carol");
    alice.post("/settings/privacy", &[("private", "on")]);
    assert!(
        page(&carol).contains(">1 post links here<"),
        "{}",
        page(&carol)
    );
}
