//! Uploads that are accepted or refused by their head, before the body comes.

use std::io::{Read, Write};

use crate::harness::{Form, MULTIPART, Person, Site, connect, exchange, rest, status};

/// The bytes of a form that carries the largest picture.
const TEN: usize = 10 * 1024 * 1024 + 256 * 1024;

/// Sends a head alone. Only the answer ends: the connection stays open for a client that still sends.
fn answer_to(person: &Person, head: &str) -> String {
    let mut socket = connect(person.address());
    socket.write_all(head.as_bytes()).expect("it reads");
    let mut answer = vec![0; 64 * 1024];
    let mut read = 0;
    loop {
        match socket.read(&mut answer[read..]) {
            Ok(0) | Err(_) => break,
            Ok(more) => read += more,
        }
    }
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[test]
fn a_hopeless_upload_is_refused_before_its_body_is_sent() {
    let site = Site::start();
    let (alice, stranger) = (site.member("alice"), site.visitor());
    let (login, small) = ("Location: /login", "262144 bytes");
    let in_json = "{\"error\":\"A picture may have 10 MB at most.";
    let on_page = "A picture may have 10 MB at most. Your upload is 10.3 MB.";
    for (who, path, bytes, status, words) in [
        (&stranger, "/post", 9_000_000, 303, login),
        (&stranger, "/profile/edit", 9_000_000, 303, login),
        (&stranger, "/api/v1/images", 9_000_000, 401, "please login"),
        (&alice, "/api/v1/images", TEN + 1, 413, in_json),
        (&alice, "/profile/edit", TEN + 1, 413, on_page),
        (&alice, "/post", 8 * TEN, 413, "A post may have 8 of them."),
        (&alice, "/post", usize::MAX, 413, "10 MB"),
        (&alice, "/login", 300_000, 413, small),
        (&alice, "/api/v1/posts", 9_000_000, 413, small),
    ] {
        let head = who.head_of(path, bytes, "Expect: 100-continue\r\n");
        let answer = answer_to(who, &head);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(words),
            "{path} {bytes}: {answer}"
        );
        assert!(
            answer.contains("Connection: close") && !answer.contains("100 Continue"),
            "{answer}"
        );
    }
    assert!(site.left_behind().is_empty());
}

#[test]
fn a_refusal_by_the_head_is_a_whole_page() {
    let site = Site::start();
    let alice = site.member("alice");
    let page = answer_to(&alice, &alice.head_of("/profile/edit", TEN + 1, ""));
    assert!(
        page.contains("href=\"/notifications\"") && page.contains("<h1>Too large</h1>"),
        "{page}"
    );
    assert!(site.left_behind().is_empty());
}

#[test]
fn a_forged_head_is_refused() {
    let site = Site::start();
    let alice = site.member("alice");
    let cross_site = "Sec-Fetch-Site: cross-site\r\n";
    let cross = answer_to(&alice, &alice.head_of("/post", 9_000_000, cross_site));
    assert!(cross.starts_with("HTTP/1.1 403"), "{cross}");
    // A client cannot send the door's internal header: this is an empty form.
    let internal = alice.head_of("/post", 0, "X-Quartfeed-Announced: 5\r\n");
    let asks = exchange(alice.address(), internal.as_bytes());
    assert_eq!(status(&asks), 400, "{}", String::from_utf8_lossy(&asks));
    assert!(site.left_behind().is_empty());
}

#[test]
fn an_acceptable_upload_is_told_to_continue() {
    let site = Site::start();
    let alice = site.member("alice");
    let body = Form::of_large().end();
    let mut socket = connect(alice.address());
    let head = alice.head_of("/api/v1/images", body.len(), "Expect: 100-continue\r\n");
    socket.write_all(head.as_bytes()).expect("it reads");
    let mut go_on = [0; 25];
    socket.read_exact(&mut go_on).expect("it asks");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(&body).expect("it reads");
    let answer = rest(&mut socket);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

#[test]
fn a_client_that_keeps_sending_can_read_why_it_is_refused() {
    let site = Site::start();
    let alice = site.member("alice");
    let headers = [("Content-Type", MULTIPART)];
    let body = vec![b'x'; 30_000_000];
    let stranger = site.visitor().upload("/post", &headers, &body);
    assert_eq!(stranger.status, 303);
    let page = alice.upload("/profile/edit", &headers, &body);
    assert!(
        page.status == 413 && page.has("A picture may have 10 MB at most."),
        "{}",
        page.text
    );
}
