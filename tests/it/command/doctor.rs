//! The check-up: as a command, and as a page for admins.

use std::{fs, os::unix::fs::PermissionsExt};

use quartfeed::model::BaseUrl;

use super::empty;
use crate::harness::{Person, Program, Said, Site, exchange, free_port, run, words};

/// Returns the state of one line of the command's output, and everything that it found there.
fn found<'o>(said: &'o Said, what: &str) -> (&'o str, &'o str) {
    let line = said
        .out
        .lines()
        .find(|line| line[6..].starts_with(&format!("{what} ")));
    let line = line.unwrap_or_else(|| panic!("{what} is missing in {}{}", said.out, said.err));
    (line[..4].trim(), line)
}

fn doctor(program: &Program, address: &str) -> Said {
    let directory = empty();
    let database = program.database();
    let database = database.to_str().expect("UTF-8");
    run(
        directory.path(),
        &["doctor", "--database", database, "--listen", address],
    )
}

#[test]
fn a_healthy_site_is_found_healthy() {
    let program = Program::start();
    program.member("alice").write("hello");
    let said = doctor(&program, &program.address);
    assert_eq!(said.status, Some(0), "{}{}", said.out, said.err);
    for what in [
        "Permissions",
        "Directory",
        "Write-ahead log",
        "Integrity",
        "Pictures",
        "Server",
        "Proxy",
    ] {
        assert_eq!(found(&said, what).0, "good", "{}", said.out);
    }
    assert_eq!(found(&said, "Backups").0, "look", "there is none yet");
}

#[test]
fn each_fault_is_found_with_its_advice() {
    let program = Program::start();
    fs::set_permissions(program.database(), fs::Permissions::from_mode(0o644)).expect("it is ours");
    let free = format!("127.0.0.1:{}", free_port());
    let said = doctor(&program, &free);
    assert_eq!(found(&said, "Permissions").0, "look");
    assert!(said.out.contains("chmod 600"), "{}", said.out);
    let (state, line) = found(&said, "Server");
    assert!(
        state == "look" && line.contains("does not answer"),
        "{line}"
    );

    let directory = empty();
    let said = run(directory.path(), &["doctor"]);
    assert_eq!(said.status, Some(0));
    assert!(
        found(&said, "Database")
            .1
            .contains("quartfeed.db is not there"),
        "{}",
        said.out
    );
    assert!(
        !directory.path().join("quartfeed.db").exists(),
        "it is not made"
    );
    let said = run(directory.path(), &["doctor", "--json"]);
    let all: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(all[0]["state"], "look");
}

#[test]
fn a_damaged_database_is_bad() {
    let program = Program::start();
    let alice = program.member("alice");
    for n in 0..40 {
        alice.write(&format!("{n} {}", "long ".repeat(400)));
    }
    program.signal(rustix::process::Signal::TERM);
    let (_, directory) = program.ended();
    let database = directory.path().join("quartfeed.db");
    let mut bytes = fs::read(&database).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0xA5);
    fs::write(&database, bytes).expect("it is ours");
    let said = run(directory.path(), &["doctor"]);
    assert_eq!(said.status, Some(1), "{}", said.out);
    assert_eq!(found(&said, "Integrity").0, "bad");
    assert!(
        said.out.contains("restore the newest backup"),
        "{}",
        said.out
    );
}

#[test]
fn a_proxy_that_is_not_trusted_is_found_by_the_command_and_the_page() {
    let site = Site::start();
    let admin = site.admin("alice");
    let forwarded = b"GET /login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n";
    exchange(&site.server().address().to_string(), forwarded);
    let page = words(&admin.get("/admin/health").text);
    assert!(
        page.contains("ProxyNeeds you: requests from 127.0.0.1 say for whom they come"),
        "{page}"
    );
    assert!(page.contains("trusted_proxies = [\"127.0.0.1\"]"), "{page}");
    assert!(
        page.contains("Permissionsonly the owner can read the database"),
        "{page}"
    );
    assert!(
        page.contains("Clockit is not behind the newest post"),
        "{page}"
    );
}

#[test]
fn nobody_else_learns_how_requests_arrive() {
    let site = Site::with(|config| config.server.base_url = BaseUrl::parse("http://pi.example/"));
    let visitor: Person = site.visitor();
    for query in [
        "",
        "?arrivals",
        "?arrivals=",
        "?arrivals=AAAA",
        "?arrivals=true",
    ] {
        let answer = visitor.get(&format!("/healthz{query}"));
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (200, "ok\n"),
            "{query}"
        );
    }
    let own = visitor.form_token();
    let answer = visitor.get(&format!("/healthz?arrivals={own}"));
    assert_eq!(answer.text, "ok\n", "a form token is for forms");
}
