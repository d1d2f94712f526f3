//! Many clients at once: connections, slow heads, descriptors, readers who stop.

use std::{
    io::Write,
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use super::get;
use crate::harness::{Program, Site, connect, eventually, exchange, one_answer, rest, status};

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
    /// The time that a page may take under attack; the median leaves room for other work of the machine.
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
    // The slow ones are told so when their time is up.
    let answer = rest(&mut slow[0]);
    assert_eq!(status(answer.as_bytes()), 408);
}

#[test]
fn a_client_over_the_connection_limit_is_told_to_come_back() {
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

/// Takes the descriptors away for a while.
#[test]
#[cfg(target_os = "linux")]
fn running_out_of_descriptors_is_survived() {
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
fn the_program_starts_with_sixty_four_descriptors() {
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
    // While the first of these pages are drawn, a busy machine may have no worker in time.
    eventually("pages are served", || get(alice.address()) == 200);
}
