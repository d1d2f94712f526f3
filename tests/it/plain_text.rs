//! Pages as lines of plain text, and lines that come as they are written.

use crate::harness::{EventStream, Person, Site, between, eventually};
use quartfeed::{config::Visibility, model::BaseUrl};

fn public() -> Site {
    Site::with(|config| {
        config.site.visibility = Visibility::Public;
        config.site.guest_reads = 0;
    })
}

/// Returns the columns of each line after the time.
fn columns(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| line.split('\t').skip(1).collect())
        .collect()
}

fn listen(person: &Person, path: &str) -> EventStream {
    let cookies = person.cookies();
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n");
    EventStream::open(person.address(), &head)
}

/// Returns the text of the next line.
fn next(stream: &mut EventStream) -> String {
    let line = stream.plain_line().expect("the stream goes on");
    let columns: Vec<&str> = line.split('\t').collect();
    assert_eq!(columns.len(), 5, "{line}");
    columns[3].to_owned()
}

#[test]
fn a_page_is_read_as_lines_from_the_oldest_to_the_newest() {
    let site = public();
    let (alice, bob) = site.friends();
    let first = bob.write("Hello @alice\n\tsecond line");
    site.pass(std::time::Duration::from_mins(1));
    let comment = alice.comment(&first, "nice");
    site.pass(std::time::Duration::from_mins(1));
    let second = alice.write("#weather");
    let comment_address = format!("/post/{first}#comment-{comment}");
    let (first, second) = (format!("/post/{first}"), format!("/post/{second}"));
    let page = alice.get("/home.txt");
    assert_eq!(
        page.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let expected = [
        vec!["post", "bob", "Hello @alice / second line", &first],
        vec!["comment", "alice", "nice", &comment_address],
        vec!["post", "alice", "#weather", &second],
    ];
    assert_eq!(columns(&page.text), expected, "{}", page.text);
    let guest = site.visitor();
    assert_eq!(columns(&guest.get("/everything.txt").text), expected);
    assert_eq!(columns(&guest.get("/user/bob.txt").text), expected[..2]);
    assert_eq!(columns(&guest.get("/tag/weather.txt").text), expected[2..]);
    assert_eq!(guest.get("/home.txt").status, 401);
    assert_eq!(guest.get("/user/nobody.txt").status, 404);
    let tag = page.header("etag").expect("a tag");
    let again = alice.get_with("/home.txt", &[("If-None-Match", tag)]);
    assert_eq!(again.status, 304);
}

#[test]
fn addresses_in_lines_are_whole_if_the_site_knows_its_own() {
    let site = Site::with(|config| {
        config.server.base_url = BaseUrl::parse("http://pi.example/feed");
    });
    let bob = site.member("bob");
    let post = bob.write("hi");
    let expected = format!("http://pi.example/feed/post/{post}");
    let page = bob.get("/home.txt");
    assert_eq!(columns(&page.text)[0][3], expected);
    let mut stream = listen(&bob, "/home.txt?follow");
    assert_eq!(next(&mut stream), "hi");
    bob.write("there");
    let line = stream.plain_line().expect("a line");
    assert!(line.contains("\thttp://pi.example/feed/post/"), "{line}");
}

#[test]
fn followed_lines_come_as_they_are_written() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("before");
    let mut stream = listen(&alice, "/home.txt?follow");
    assert_eq!(stream.status(), "200");
    assert!(
        stream
            .head
            .to_ascii_lowercase()
            .contains("content-type: text/plain")
    );
    assert_eq!(next(&mut stream), "before");
    alice.post(&format!("/post/{post}/like"), &[]);
    bob.edit(&post, "edited");
    bob.comment(&post, "a comment");
    let stranger = site.member("stranger");
    stranger.write("not at home");
    bob.write("after");
    assert_eq!(next(&mut stream), "a comment");
    assert_eq!(next(&mut stream), "after");
    let mut everything = listen(&alice, "/everything.txt?follow");
    let known: Vec<String> = (0..4).map(|_| next(&mut everything)).collect();
    assert_eq!(known, ["edited", "a comment", "not at home", "after"]);
    stranger.write("everywhere");
    assert_eq!(next(&mut everything), "everywhere");
    let mut of_bob = listen(&alice, "/user/bob.txt?follow");
    let known: Vec<String> = (0..3).map(|_| next(&mut of_bob)).collect();
    assert_eq!(known, ["edited", "a comment", "after"]);
    bob.write("on his page");
    assert_eq!(next(&mut of_bob), "on his page");
}

#[test]
fn lines_hide_the_same_things_as_pages() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let eve = site.member("eve");
    alice.post("/block/eve", &[]);
    let post = bob.write("hello");
    let mut stream = listen(&alice, "/everything.txt?follow");
    assert_eq!(next(&mut stream), "hello");
    eve.comment(&post, "by eve");
    eve.write("by eve, too");
    bob.post("/settings/privacy", &[("directs_from", "everybody")]);
    let carol = site.member("carol");
    carol.post("/post", &[("message", "psst"), ("to", "@bob")]);
    bob.write("for all");
    assert_eq!(next(&mut stream), "for all");
}

#[test]
fn lines_end_with_the_session_and_are_not_for_guests() {
    let site = public();
    let (alice, _) = site.friends();
    assert_eq!(site.visitor().get("/everything.txt?follow").status, 401);
    let mut stream = listen(&alice, "/home.txt?follow");
    alice.post("/logout", &[]);
    assert_eq!(stream.plain_line(), None);
    assert_eq!(listen(&alice, "/home.txt?follow").status(), "401");
}

#[test]
fn one_stream_too_many_says_so_in_words() {
    let site = Site::with(|config| config.limits.streams = 1);
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let stream = alice.listen();
    let mut refused = listen(&bob, "/home.txt?follow");
    let line = refused.plain_line().expect("a line");
    assert!(line.contains("too many open streams"), "{line}");
    assert_eq!(refused.plain_line(), None);
    drop(stream);
    eventually("the place is free again", || site.server().streams() == 0);
}

#[test]
fn lines_with_a_key_end_with_the_key() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    for (purpose, path) in [
        ("home", "home.txt"),
        ("everything", "user/bob.txt"),
        ("directs", "directs.txt"),
    ] {
        let made = alice.post("/settings/feeds", &[("purpose", purpose)]);
        let shown = between(&made.text, "<code class=\"token\">", "</code>");
        let key = between(shown, "/feeds/", "/");
        let id = between(&made.text, "/settings/feeds/", "/revoke").to_owned();
        let mut stream = listen(&site.visitor(), &format!("/feeds/{key}/{path}?follow"));
        assert_eq!(stream.status(), "200", "{path}");
        if purpose == "directs" {
            bob.post("/settings/privacy", &[("directs_from", "everybody")]);
            alice.post("/post", &[("message", "psst"), ("to", "@bob")]);
            assert_eq!(next(&mut stream), "psst");
        } else {
            bob.write(path);
            while next(&mut stream) != path {}
        }
        assert_eq!(
            alice
                .post(&format!("/settings/feeds/{id}/revoke"), &[])
                .status,
            303
        );
        assert_eq!(stream.plain_line(), None, "{path}");
    }
    let made = alice.post("/settings/feeds", &[("purpose", "searches")]);
    let shown = between(&made.text, "<code class=\"token\">", "</code>");
    let key = between(shown, "/feeds/", "/");
    let path = format!("/feeds/{key}/search.txt?q=hello");
    assert_eq!(site.visitor().get(&path).status, 200);
    let refused = site.visitor().get(&format!("{path}&follow"));
    assert_eq!(refused.status, 400);
    assert!(refused.has("cannot be followed"), "{}", refused.text);
}
