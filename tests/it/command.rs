//! The command, as an operator types it.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
};

use rustix::process::Signal;

use crate::program::{Program, command, run};

fn empty() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

#[test]
fn it_serves_in_an_empty_directory_and_says_where() {
    let program = Program::start();
    let answer = crate::door::exchange(
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
        // One who is idle, one who says half a sentence: neither holds the stop up.
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
fn the_configuration_comes_from_file_environment_and_flags() {
    let directory = empty();
    fs::write(
        directory.path().join("quartfeed.toml"),
        "[server]\nlisten = \"127.0.0.1:1\"\n[site]\nname = \"Boat\"\n",
    )
    .expect("writable");
    let output = command(directory.path())
        .env("QUARTFEED_DATABASE_PATH", "elsewhere.db")
        .args(["config", "show", "--listen", "127.0.0.1:3"])
        .output()
        .expect("it starts");
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    for line in [
        "name = \"Boat\"  # quartfeed.toml, line 4",
        "listen = \"127.0.0.1:3\"  # flag --listen",
        "path = \"elsewhere.db\"  # environment variable QUARTFEED_DATABASE_PATH",
        "page_size = 20  # default",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn what_config_show_prints_is_a_configuration() {
    let directory = empty();
    fs::write(
        directory.path().join("again.toml"),
        run(directory.path(), &["config", "show"]).out,
    )
    .expect("writable");
    let said = run(
        directory.path(),
        &["config", "check", "--config", "again.toml"],
    );
    assert_eq!((said.status, said.err.as_str()), (Some(0), ""));
}

#[test]
fn a_mistake_ends_with_status_2_and_one_message() {
    let directory = empty();
    fs::write(
        directory.path().join("quartfeed.toml"),
        "[server]\nlisen = \"127.0.0.1:0\"\n",
    )
    .expect("writable");
    for arguments in [
        &["serve"][..],
        &[],
        &["config", "check"],
        &["config", "show"],
    ] {
        let said = run(directory.path(), arguments);
        assert_eq!(said.status, Some(2));
        assert_eq!(said.err.lines().count(), 1);
        assert!(
            said.err.starts_with("quartfeed: quartfeed.toml, line 2: there is no key server.lisen; the nearest that exists is server.listen"),
            "{}",
            said.err
        );
    }
    let said = run(directory.path(), &["--config", "missing.toml"]);
    assert!(
        said.status == Some(2) && said.err.contains("missing.toml"),
        "{}",
        said.err
    );
    assert_eq!(run(empty().path(), &["--lisen", "x"]).status, Some(2));
}

#[test]
fn help_and_version_are_said_on_standard_output() {
    let directory = empty();
    let help = run(directory.path(), &["--help"]);
    assert!(
        help.status == Some(0) && help.out.contains("--listen") && help.out.contains("config show"),
        "{}",
        help.out
    );
    let version = run(directory.path(), &["version"]);
    assert_eq!(
        version.out,
        format!("quartfeed {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn what_cannot_be_started_says_how_to_mend_it() {
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
    crate::door::exchange(
        &program.address,
        b"GET /login?next=/secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    crate::site::eventually("the request is logged", || {
        program.log().contains("\"path\":\"/login\"")
    });
    assert!(!program.log().contains("secret"));
    for line in program.log().lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line is an object");
        assert!(line["time"].is_string() && line["level"].is_string());
    }
}

#[test]
fn an_open_door_to_the_network_is_warned_of() {
    let program = Program::with(|command| {
        command.args(["--listen", "0.0.0.0:0"]);
    });
    crate::site::eventually("it warns", || {
        program.log().contains("registration is open to everybody")
    });
}
