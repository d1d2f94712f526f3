//! Requests that are known to harm tiny_http or a careless server.

use std::{
    io::{Read, Write},
    net::Shutdown,
};

use super::get;
use crate::harness::{Program, Site, connect, exchange, status};

/// Requests that harm tiny_http or a careless server, and the status of their answer; 0 for no answer.
const HARMFUL: &[(&str, &str, u16)] = &[
    (
        "a length of ten terabytes",
        "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000000\r\n\r\n",
        413,
    ),
    (
        "and with a method without a body",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000000\r\n\r\n",
        413,
    ),
    (
        "a version that waits for itself",
        "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        505,
    ),
    (
        "HTTP/2 with prior knowledge",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        505,
    ),
    (
        "a bad length",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n",
        400,
    ),
    (
        "two lengths",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        400,
    ),
    (
        "chunks",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        411,
    ),
    (
        "chunks and a length",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    (
        "a strange coding",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        501,
    ),
    (
        "a folded header",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        400,
    ),
    ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
    (
        "two hosts",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        400,
    ),
    ("bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", 400),
    (
        "a zero byte",
        "GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n",
        400,
    ),
    ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}", 400),
    ("nothing", "", 0),
    (
        "an unknown method",
        "BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
        501,
    ),
    (
        "the door's own question",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        400,
    ),
    (
        "a strange expectation",
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n",
        417,
    ),
];

/// Sends each harmful request, and looks at the program after it.
#[test]
#[cfg(target_os = "linux")]
fn no_request_harms_the_program() {
    let mut program = Program::start();
    assert_eq!(get(&program.address), 200);
    let before = program.holdings();
    let many_headers = format!(
        "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "X-A: b\r\n".repeat(10_000)
    );
    let long_target = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
    let long = [
        ("endless headers", many_headers.as_str(), 431),
        ("an endless target", &long_target, 414),
    ];
    for (what, request, expected) in HARMFUL.iter().chain(&long) {
        let mut socket = connect(&program.address);
        let _ = socket.write_all(request.as_bytes());
        if request.is_empty() {
            socket.shutdown(Shutdown::Write).expect("a socket");
        }
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        assert_eq!(
            status(&answer),
            *expected,
            "{what}: {}",
            String::from_utf8_lossy(&answer)
        );
        if *expected > 0 {
            let text = String::from_utf8_lossy(&answer);
            assert!(
                text.contains("Content-Security-Policy: default-src 'none'")
                    && text.contains("Connection: close"),
                "{what}"
            );
        }
        drop(socket);
        assert!(program.is_alive(), "{what}");
        assert_eq!(get(&program.address), 200, "{what}");
        program.gives_back(before);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_client_that_resets_early_harms_nobody() {
    let mut program = Program::start();
    assert_eq!(get(&program.address), 200);
    let before = program.holdings();
    for _ in 0..100 {
        let mut socket = connect(&program.address);
        socket
            .write_all(b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("it reads");
        // Closed with the answer unread: a reset.
        drop(socket);
    }
    assert!(program.is_alive());
    assert_eq!(get(&program.address), 200);
    program.gives_back(before);
}

#[test]
fn a_smuggled_request_is_never_seen() {
    let site = Site::start();
    let address = site.visitor().address().to_owned();
    let request = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n";
    let answer = exchange(&address, request.as_bytes());
    assert_eq!(
        String::from_utf8_lossy(&answer)
            .matches("HTTP/1.1 ")
            .count(),
        1
    );
    assert!(!site.log().contains("/smuggled"));
}
