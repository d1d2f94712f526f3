//! The server as a process: start, stop, log.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
};

use rustix::process::Signal;

use super::empty;
use crate::harness::{Program, eventually, exchange, run};

#[test]
fn the_program_serves_in_an_empty_directory_and_prints_its_address() {
    let program = Program::start();
    let answer = exchange(
        &program.address,
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    assert!(program.database().exists());
}

#[test]
fn both_signals_stop_it_cleanly() {
    for signal in [Signal::TERM, Signal::INT] {
        let program = Program::start();
        // An idle connection does not delay the stop.
        let mut idle = TcpStream::connect(&program.address).expect("it listens");
        idle.write_all(b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("it reads");
        idle.read_exact(&mut [0; 12]).expect("an answer");
        program.signal(signal);
        let (status, directory) = program.ended();
        assert_eq!(status.code(), Some(0));
        let log = fs::read_to_string(directory.path().join("log")).expect("a log");
        assert!(log.contains("stopped"), "{log}");
        assert!(
            !directory.path().join("quartfeed.db-wal").exists(),
            "everything is in the one file"
        );
    }
}

#[test]
fn a_failed_start_says_how_to_mend_it() {
    let directory = empty();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let said = run(directory.path(), &["--listen", &address]);
    assert!(
        said.status == Some(1) && said.err.contains("--listen") && said.err.contains(&address),
        "{}",
        said.err
    );
    let said = run(
        directory.path(),
        &["--listen", "127.0.0.1:0", "--database", "."],
    );
    assert!(
        said.status == Some(1) && said.err.contains("--database"),
        "{}",
        said.err
    );
}

#[test]
fn the_log_can_be_json_and_holds_no_queries() {
    let program = Program::with(|command| {
        command.env("QUARTFEED_LOG_FORMAT", "json");
    });
    exchange(
        &program.address,
        b"GET /login?next=/secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    eventually("the request is logged", || {
        program.log().contains("\"path\":\"/login\"")
    });
    assert!(!program.log().contains("secret"));
    for line in program.log().lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line is an object");
        assert!(line["time"].is_string() && line["level"].is_string());
    }
}

#[test]
fn open_registration_on_a_public_address_is_warned_of() {
    let program = Program::with(|command| {
        command.args(["--listen", "0.0.0.0:0"]);
    });
    eventually("it warns", || {
        program
            .log()
            .contains("anybody who can reach this address can register")
    });
}

#[test]
fn the_set_up_link_stands_in_the_log_until_there_is_an_admin() {
    let program = Program::start();
    let log = program.log();
    let link = format!("link=http://{}/setup/", program.address);
    assert!(log.contains(&link) && log.contains(" info "), "{log}");
    program.signal(Signal::TERM);
    let (_, directory) = program.ended();
    let added = run(directory.path(), &["user", "add", "alice", "--admin"]);
    assert_eq!(added.status, Some(0), "{}", added.err);
    let program = Program::start_in(directory, |_| ());
    assert!(!program.log().contains("/setup/"));
}

#[test]
fn registration_by_invitation_is_logged_at_the_start() {
    let program = Program::with(|command| {
        command
            .args(["--listen", "0.0.0.0:0"])
            .env("QUARTFEED_ACCOUNTS_REGISTRATION", "invite");
    });
    let log = program.log();
    assert!(
        log.contains("registration is by invitation, and every member can invite"),
        "{log}"
    );
    assert!(!log.contains("registration is open"));
}
