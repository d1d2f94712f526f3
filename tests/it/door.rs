//! What strangers do to the door, over raw sockets, and what they must not reach.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::harness::{Program, Site, connect, eventually, exchange, one_answer, rest, status};

fn get(address: &str) -> u16 {
    status(&exchange(
        address,
        b"GET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ))
}

/// Requests that are known to harm tiny_http or a careless server, and their status; 0 for no answer.
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

/// Everything that is known to harm tiny_http, each followed by a look at what is left.
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
fn requests_in_one_connection_are_answered_in_order() {
    let site = Site::start();
    let address = site.visitor().address().to_owned();
    let mut pipeline =
        "GET /login HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50);
    pipeline += "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\na=";
    let answer = exchange(&address, pipeline.as_bytes());
    let text = String::from_utf8_lossy(&answer);
    let statuses: Vec<&str> = text
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|rest| &rest[..3])
        .collect();
    let mut expected = ["200", "404"].repeat(50);
    expected.push("403");
    assert_eq!(statuses, expected);
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

#[test]
fn a_slow_but_honest_client_is_served() {
    let site = Site::start();
    let mut socket = connect(site.visitor().address());
    for byte in b"\r\nGET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" {
        socket.write_all(&[*byte]).expect("it reads");
    }
    let answer = rest(&mut socket);
    assert_eq!(status(answer.as_bytes()), 200);
}

#[test]
fn a_client_is_asked_for_the_body_it_announces() {
    let site = Site::start();
    let mut socket = connect(site.visitor().address());
    let head = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    socket.write_all(head.as_bytes()).expect("it reads");
    let mut go_on = [0; 25];
    socket.read_exact(&mut go_on).expect("it asks");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(b"a=b").expect("it reads");
    let answer = rest(&mut socket);
    assert_eq!(
        status(answer.as_bytes()),
        403,
        "it has no token, but it was read"
    );
}

#[test]
fn http_1_0_is_answered_and_closed() {
    let site = Site::start();
    let answer = exchange(site.visitor().address(), b"GET /login HTTP/1.0\r\n\r\n");
    let text = String::from_utf8_lossy(&answer);
    assert!(
        text.starts_with("HTTP/1.1 200")
            && text.contains("Connection: close")
            && text.ends_with("</html>")
    );
}

#[test]
fn two_hundred_at_once_are_all_served() {
    let site = Site::start();
    let address = site.visitor().address().to_owned();
    let mut sockets: Vec<TcpStream> = (0..200).map(|_| connect(&address)).collect();
    for _ in 0..2 {
        for socket in &mut sockets {
            socket
                .write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
                .expect("it reads");
        }
        for socket in &mut sockets {
            let answer = one_answer(socket);
            assert_eq!(status(answer.as_bytes()), 404);
        }
    }
}

#[test]
fn four_hundred_slow_heads_do_not_slow_a_page() {
    /// What a page may take while others attack; the median leaves room for what else the machine does.
    const MEDIAN_MAX: Duration = Duration::from_millis(200);
    let site = Site::start();
    let address = site.visitor().address().to_owned();
    let mut slow: Vec<TcpStream> = (0..400).map(|_| connect(&address)).collect();
    for socket in &mut slow {
        socket
            .write_all(b"GET /login HTTP/1.1\r\nHost: x\r\nX-Slow")
            .expect("it reads");
    }
    let mut times: Vec<Duration> = (0..11)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(get(&address), 200);
            start.elapsed()
        })
        .collect();
    times.sort();
    assert!(times[5] < MEDIAN_MAX, "{times:?}");
    // And they are told, and let go, when their time is up.
    let answer = rest(&mut slow[0]);
    assert_eq!(status(answer.as_bytes()), 408);
}

#[test]
fn over_the_cap_a_client_is_told_to_come_back() {
    let site = Site::with(|config| config.limits.connections = 4);
    let address = site.visitor().address().to_owned();
    let mut inside: Vec<TcpStream> = (0..4).map(|_| connect(&address)).collect();
    for socket in &mut inside {
        socket
            .write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n")
            .expect("it reads");
    }
    eventually("the fifth is refused", || {
        let answer = exchange(&address, b"");
        let text = String::from_utf8_lossy(&answer);
        text.starts_with("HTTP/1.1 503")
            && text.contains("Retry-After: 5")
            && text.contains("nosniff")
    });
    drop(inside);
    eventually("there is room again", || get(&address) == 200);
}

#[test]
fn one_address_does_not_take_all_the_room() {
    let site = Site::with(|config| config.limits.connections_per_address = 2);
    let address = site.visitor().address().to_owned();
    let _inside: Vec<TcpStream> = (0..2).map(|_| connect(&address)).collect();
    eventually("the third is refused", || {
        status(&exchange(&address, b"")) == 503
    });
}

#[test]
fn who_asks_is_the_peer_unless_a_trusted_proxy_says_otherwise() {
    let request = b"GET /login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.7\r\nX-Quartfeed-Client: 7.7.7.7\r\nConnection: close\r\n\r\n";
    let stranger = Site::start();
    exchange(stranger.visitor().address(), request);
    assert!(stranger.log().contains("client=127.0.0.1") && !stranger.log().contains("192.0.2.7"));
    let behind = Site::with(|config| {
        config.server.trusted_proxies =
            vec![quartfeed::config::AddressRange::parse("127.0.0.1").expect("an address")];
    });
    exchange(behind.visitor().address(), request);
    assert!(behind.log().contains("client=192.0.2.7") && !behind.log().contains("6.6.6.6"));
}

/// Descriptors run out for a while, and come back.
#[test]
#[cfg(target_os = "linux")]
fn sixty_four_descriptors_are_survived() {
    let program = Program::start();
    assert_eq!(get(&program.address), 200);
    let limit = |count: &str| {
        let pid = program.pid().to_string();
        let done = Command::new("prlimit")
            .args(["--pid", &pid, &format!("--nofile={count}:20000")])
            .status();
        assert!(done.expect("util-linux has prlimit").success());
    };
    let (_, in_use) = program.holdings();
    limit(&(in_use + 8).to_string());
    let crowd: Vec<TcpStream> = (0..100).map(|_| connect(&program.address)).collect();
    eventually("it says what is wrong", || {
        program.log().contains("connections cannot be accepted")
    });
    drop(crowd);
    eventually("there is room again", || get(&program.address) == 200);
    limit("20000");
    assert_eq!(get(&program.address), 200);
}

#[test]
#[cfg(target_os = "linux")]
fn it_starts_with_sixty_four_descriptors() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let shell = format!(
        "ulimit -n 64; exec {} --listen 127.0.0.1:0",
        env!("CARGO_BIN_EXE_quartfeed")
    );
    let mut program = Program::start_in(directory, |command| {
        let cwd = command.get_current_dir().expect("it is set").to_owned();
        let log = std::fs::File::create(cwd.join("log")).expect("a file for the log");
        *command = Command::new("sh");
        command
            .args(["-c", &shell])
            .current_dir(cwd)
            .stdout(std::process::Stdio::piped())
            .stderr(log);
    });
    assert_eq!(get(&program.address), 200);
    let crowd: Vec<TcpStream> = (0..100).map(|_| connect(&program.address)).collect();
    drop(crowd);
    eventually("there is room again", || get(&program.address) == 200);
    assert!(program.is_alive());
    assert!(
        program.log().contains("fewer descriptors"),
        "{}",
        program.log()
    );
}

#[test]
fn a_reader_of_a_large_page_who_stops_holds_no_worker() {
    let site = Site::start();
    let alice = site.member("alice");
    for _ in 0..20 {
        alice.write(&"x".repeat(3_000));
    }
    let request = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n",
        alice.cookies()
    )
    .repeat(60);
    let _asleep: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut socket = connect(alice.address());
            // It asks for megabytes and reads none of them.
            let _ = socket.write_all(request.as_bytes());
            socket
        })
        .collect();
    let page = thread::spawn({
        let address = alice.address().to_owned();
        move || get(&address)
    });
    assert_eq!(page.join().expect("no panic"), 200);
}
