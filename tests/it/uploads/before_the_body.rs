//! Uploads that are accepted or refused by their head, before the body comes.

use std::io::{Read, Write};

use crate::harness::{Form, MULTIPART, Site, connect, exchange, rest};

/// Sends heads alone: the answer comes before any of the body.
#[test]
fn a_hopeless_upload_is_refused_before_its_body_is_sent() {
    let site = Site::start();
    let alice = site.member("alice");
    let stranger = site.visitor();
    let address = alice.address().to_owned();
    let ten = 10 * 1024 * 1024 + 256 * 1024;
    let ask = |head: String| {
        let mut socket = connect(&address);
        socket.write_all(head.as_bytes()).expect("it reads");
        let mut answer = vec![0; 64 * 1024];
        let mut read = 0;
        // Only the answer ends here: the connection stays open for a client that still sends.
        loop {
            match socket.read(&mut answer[read..]) {
                Ok(0) | Err(_) => break,
                Ok(more) => read += more,
            }
        }
        String::from_utf8_lossy(&answer[..read]).into_owned()
    };
    let waits = "Expect: 100-continue\r\n";
    for (who, path, bytes, begins, words) in [
        (
            &stranger,
            "/post",
            9_000_000,
            "HTTP/1.1 303",
            "Location: /login",
        ),
        (
            &stranger,
            "/profile/edit",
            9_000_000,
            "HTTP/1.1 303",
            "Location: /login",
        ),
        (
            &stranger,
            "/api/v1/images",
            9_000_000,
            "HTTP/1.1 401",
            "please login",
        ),
        (
            &alice,
            "/api/v1/images",
            ten + 1,
            "HTTP/1.1 413",
            "{\"error\":\"A picture may have 10 MB at most.",
        ),
        (
            &alice,
            "/profile/edit",
            ten + 1,
            "HTTP/1.1 413",
            "A picture may have 10 MB at most. What you sent has 10.3 MB.",
        ),
        (
            &alice,
            "/post",
            8 * ten,
            "HTTP/1.1 413",
            "A post may have 8 of them.",
        ),
        (&alice, "/post", usize::MAX, "HTTP/1.1 413", "10 MB"),
        (&alice, "/login", 300_000, "HTTP/1.1 413", "262144 bytes"),
        (
            &alice,
            "/api/v1/posts",
            9_000_000,
            "HTTP/1.1 413",
            "262144 bytes",
        ),
    ] {
        let answer = ask(who.head_of(path, bytes, waits));
        assert!(
            answer.starts_with(begins) && answer.contains(words),
            "{path} {bytes}: {answer}"
        );
        assert!(
            answer.contains("Connection: close") && !answer.contains("100 Continue"),
            "{answer}"
        );
    }
    let page = ask(alice.head_of("/profile/edit", ten + 1, ""));
    assert!(
        page.contains("href=\"/notifications\"") && page.contains("<h1>Too large</h1>"),
        "{page}"
    );
    let cross = ask(alice.head_of("/post", 9_000_000, "Sec-Fetch-Site: cross-site\r\n"));
    assert!(cross.starts_with("HTTP/1.1 403"), "{cross}");
    // A client cannot send the door's internal header: this is an empty form.
    let asks = exchange(
        &address,
        alice
            .head_of("/post", 0, "X-Quartfeed-Announced: 5\r\n")
            .as_bytes(),
    );
    assert!(
        String::from_utf8_lossy(&asks).starts_with("HTTP/1.1 400"),
        "{}",
        String::from_utf8_lossy(&asks)
    );
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
