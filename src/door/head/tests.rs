//! Tests of the strict parser.

use std::sync::Arc;

use super::*;
use crate::{config::AddressRange, door::BodyLimit};

fn settings() -> DoorSettings {
    DoorSettings {
        connections_max: 1,
        connections_per_address_max: 1,
        trusted_proxies: vec![AddressRange::parse("127.0.0.1").expect("an address")],
        body_limits: Box::new(|_, path| BodyLimit {
            bytes_max: if path == "/post" || path == "/archive" {
                9_000
            } else {
                1_000
            },
            small_bytes_max: 1_000,
            has_files: path == "/post" || path == "/archive",
            is_archive: path == "/archive",
        }),
        upload_deadline: Duration::from_secs(45),
        base: String::new(),
        security_headers: String::new(),
        spool_directory: std::env::temp_dir(),
        arrivals: Arc::default(),
    }
}

fn parsed(head: &str) -> Result<RequestHead, u16> {
    parse(
        head.as_bytes(),
        &settings(),
        IpAddr::from([127, 0, 0, 1]),
        false,
    )
    .map_err(|refusal| refusal.status)
}

fn status(head: &str) -> u16 {
    match progress(head.as_bytes(), 0) {
        Err(refusal) => refusal.status,
        Ok(HeadProgress::More) => panic!("not complete: {head:?}"),
        Ok(HeadProgress::Complete(end)) => {
            parsed(&head[..end]).map_or_else(|status| status, |_| 200)
        }
    }
}

/// Heads and their status; 200 if the head is let through.
const HEADS: &[(&str, u16)] = &[
    ("GET / HTTP/1.1\r\nHost: pi\r\n\r\n", 200),
    ("GET / HTTP/1.0\r\n\r\n", 200),
    ("GET http://pi/x HTTP/1.1\r\nHost: other\r\n\r\n", 200),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length: 1000\r\n\r\n",
        200,
    ),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    ("GET / HTTP/1.1\nHost: pi\n\n", 400),
    ("GET / HTTP/1.1\r\nHost: pi\r\nX: a\0b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost : pi\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: pi\r\nX: a\r\n folded\r\n\r\n", 400),
    ("GET x HTTP/1.1\r\nHost: pi\r\n\r\n", 400),
    ("OPTIONS * HTTP/1.1\r\nHost: pi\r\n\r\n", 400),
    ("GET /\u{e9} HTTP/1.1\r\nHost: pi\r\n\r\n", 400),
    ("nonsense\r\n\r\n", 400),
    ("GET /a b HTTP/1.1\r\nHost: pi\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: pi\r\n\r\n", 505),
    ("PRI * HTTP/2.0\r\n\r\n", 505),
    ("GET / HTTP/1.9\r\nHost: pi\r\n\r\n", 505),
    ("BREW / HTTP/1.1\r\nHost: pi\r\n\r\n", 501),
    ("CONNECT pi:443 HTTP/1.1\r\nHost: pi\r\n\r\n", 501),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length: 1001\r\n\r\n",
        413,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length: 10000000000000\r\n\r\n",
        413,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        413,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        400,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length: 1, 1\r\n\r\n",
        400,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length: +1\r\n\r\n",
        400,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length: 0x1\r\n\r\n",
        400,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nContent-Length:\r\n\r\n",
        400,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nTransfer-Encoding: chunked\r\n\r\n",
        411,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        501,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        400,
    ),
    (
        "POST / HTTP/1.0\r\nHost: pi\r\nTransfer-Encoding: chunked\r\n\r\n",
        400,
    ),
    (
        "POST / HTTP/1.1\r\nHost: pi\r\nExpect: a miracle\r\n\r\n",
        417,
    ),
];

#[test]
fn every_wrong_head_has_its_status() {
    for (head, expected) in HEADS {
        assert_eq!(status(head), *expected, "{head:?}");
    }
    let long = |n: usize| "a".repeat(n);
    assert_eq!(
        status(&format!(
            "GET /{} HTTP/1.1\r\nHost: pi\r\n\r\n",
            long(8_192)
        )),
        414
    );
    assert_eq!(status(&format!("GET /{}", long(20_000))), 414);
    assert_eq!(
        status(&format!(
            "GET / HTTP/1.1\r\nHost: pi\r\nX: {}\r\n\r\n",
            long(20_000)
        )),
        431
    );
    assert_eq!(
        status(&format!(
            "GET / HTTP/1.1\r\nHost: pi\r\n{}\r\n",
            "X: y\r\n".repeat(64)
        )),
        431
    );
}

#[test]
fn a_head_that_comes_byte_by_byte_is_the_same_head() {
    let head = b"GET / HTTP/1.1\r\nHost: pi\r\n\r\nrest";
    let mut seen = 0;
    for end in 1..=head.len() {
        match progress(&head[..end], seen).expect("nothing is wrong with it") {
            HeadProgress::More => seen = end,
            HeadProgress::Complete(at) => {
                assert_eq!((at, end), (head.len() - 4, head.len() - 4));
                return;
            }
        }
    }
    panic!("its end was not found");
}

#[test]
fn only_known_headers_reach_the_backend() {
    let head = parsed(
        "POST /p?q HTTP/1.1\r\nHost: pi\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nUpgrade: h2c\r\n\
         X-Quartfeed-Client: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.7\r\nCookie: a=1\r\nCookie: b=\u{e9}\r\n\
         Accept: */*\r\nContent-Length: 2\r\n\r\n",
    )
    .expect("nothing is wrong with it");
    assert_eq!(
        String::from_utf8(head.for_backend(2, None)).expect("ASCII"),
        "POST /p?q HTTP/1.1\r\nHost: pi\r\nX-Quartfeed-Client: 192.0.2.7\r\naccept: */*\r\ncookie: a=1; b=??\r\n\
         Content-Length: 2\r\n\r\n"
    );
    let timed = head.for_backend(2, Some(Duration::from_millis(1_500)));
    let timed = String::from_utf8(timed).expect("ASCII");
    assert!(
        timed.ends_with("\r\nX-Quartfeed-Deadline: 1500\r\n\r\n"),
        "{timed}"
    );
    assert!(!head.keep_alive);
    assert_eq!(head.path, "/p");
}

#[test]
fn an_upload_is_recognized_and_announced_before_its_body() {
    let post = |path: &str, kind: &str, bytes: u64| {
        parsed(&format!(
            "POST {path} HTTP/1.1\r\nHost: pi\r\nX-Quartfeed-Announced: 1\r\nContent-Type: {kind}\r\nContent-Length: {bytes}\r\n\r\n"
        ))
    };
    let form = "application/x-www-form-urlencoded";
    for (path, kind, bytes, expected) in [
        ("/post", form, 1_000, None),
        (
            "/post",
            "Multipart/form-data",
            1_000,
            Some(UploadSize::Small),
        ),
        ("/post", form, 1_001, Some(UploadSize::Large)),
        (
            "/post",
            "multipart/form-data",
            9_001,
            Some(UploadSize::Large),
        ),
        ("/archive", form, 1_001, Some(UploadSize::Archive)),
        ("/other", "multipart/form-data", 1_000, None),
    ] {
        let head = post(path, kind, bytes).expect("it is let through");
        assert_eq!(head.upload, expected, "{path} {kind} {bytes}");
        assert_eq!(head.too_large.is_some(), bytes > 9_000);
        let asks = |body_bytes| {
            let lines = String::from_utf8(head.for_backend(body_bytes, None)).expect("ASCII");
            lines.contains(&format!("X-Quartfeed-Announced: {bytes}\r\n"))
        };
        assert_eq!(asks(0), expected.is_some_and(UploadSize::is_announced));
        assert!(!asks(bytes), "with its body it is no question");
    }
    assert_eq!(post("/other", form, 1_001).err(), Some(413));
}
