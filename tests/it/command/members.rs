//! Commands about members.

use std::io::Write;

use super::empty;
use crate::harness::{PASSWORD, Person, Program, Site, command, eventually, run};

#[test]
fn only_a_command_that_makes_an_account_makes_a_database() {
    let directory = empty();
    for arguments in [
        &["user", "list"][..],
        &["user", "reset", "alice"],
        &["user", "sessions", "alice"],
        &["user", "suspend", "alice"],
        &["invite"],
    ] {
        let said = run(directory.path(), arguments);
        assert_eq!(said.status, Some(1), "{arguments:?}");
        assert!(said.err.contains("there is no such file"), "{}", said.err);
        assert!(!directory.path().join("quartfeed.db").exists());
    }
    let said = run(directory.path(), &["user", "add", "alice", "--admin"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert!(said.out.contains("alice is an admin now"));
    let link = said.out.lines().last().expect("a link");
    assert!(link.starts_with("http://127.0.0.1:5000/reset/"), "{link}");
    let list = run(directory.path(), &["user", "list"]).out;
    let words: Vec<&str> = list.split_whitespace().collect();
    assert_eq!(
        words,
        [
            "name", "role", "state", "last", "seen", "posts", "bytes", "alice", "admin", "active",
            "never", "0", "0"
        ]
    );
}

#[test]
fn a_command_that_cannot_be_done_says_why() {
    let directory = empty();
    run(directory.path(), &["user", "add", "alice", "--admin"]);
    for (arguments, why) in [
        (
            &["user", "reset", "bob"][..],
            "there is no member called bob",
        ),
        (
            &["user", "sessions", "bob"],
            "there is no member called bob",
        ),
        (&["user", "promote", "al-ice"], "al-ice: "),
        (&["user", "add", "Alice"], "User already exists"),
        (&["user", "add", "login"], "This username is reserved"),
        (&["user", "demote", "alice"], "the only admin here"),
        (&["user", "suspend", "alice"], "the only admin here"),
        (&["user", "delete", "alice"], "the only admin here"),
        (&["invite", "--uses", "0"], "--uses: "),
        (
            &["invite", "--follow", "bob"],
            "There is no user called bob",
        ),
    ] {
        let said = run(directory.path(), arguments);
        assert_eq!(said.status, Some(1), "{arguments:?}");
        assert!(said.err.contains(why), "{arguments:?}: {}", said.err);
        assert_eq!(said.out, "");
    }
}

#[test]
fn members_are_listed_for_programs_too() {
    let site = Site::start();
    let (_alice, bob) = (site.admin("alice"), site.member("bob"));
    bob.write("12345");
    let said = site.command(&["user", "list", "--json"]);
    let all: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(all[0]["username"], "bob");
    assert_eq!((&all[0]["posts"], &all[0]["bytes"]), (&1.into(), &5.into()));
    assert_eq!(all[0]["seen_at"], "2026-09-21T14:13:20Z");
    assert_eq!(all[1]["role"], "admin");
    assert!(!said.out.contains("argon2"));
}

#[test]
fn sessions_are_listed() {
    let program = Program::start();
    let alice = Person::stranger(&program.address);
    let form = [("username", "alice"), ("password", PASSWORD)];
    assert_eq!(alice.post("/register", &form).status, 303);
    let database = program.database();
    let directory = database.parent().expect("a directory");
    let sessions = || {
        let said = run(directory, &["user", "sessions", "alice"]);
        assert_eq!(said.status, Some(0), "{}", said.err);
        said.out
    };
    assert_eq!(sessions().lines().count(), 1, "only the head");
    alice.sign_in("alice");
    assert!(sessions().contains("until the browser is closed"));
    let ended = run(directory, &["user", "sessions", "alice", "--end"]);
    assert_eq!(ended.status, Some(0), "{}", ended.err);
    assert_eq!(sessions().lines().count(), 1);
}

#[test]
fn a_password_can_come_from_standard_input() {
    let site = Site::start();
    let mut child = command(site.database().parent().expect("a directory"))
        .args(["user", "add", "carol", "--password-stdin", "--database"])
        .arg(site.database())
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"correct horse\nrest\n").expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(said, "carol is a member now.\n");
    site.visitor().sign_in("carol");
}

#[test]
fn a_deletion_at_once_leaves_nothing_but_the_name() {
    let mut site = Site::start();
    let (admin, bob) = (site.admin("alice"), site.member("bob"));
    let post = bob.write("words of Bob");
    let made = bob.post("/settings/invitations", &[("note", "Bob's note")]);
    assert_eq!(made.status, 200);
    let said = site.command(&["user", "delete", "bob", "--now"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert_eq!(bob.get("/notifications").status, 303);
    assert_eq!(admin.get(&format!("/post/{post}")).status, 404);

    // The command uses the machine's clock, and the site's clock is far behind it.
    site.pass(std::time::Duration::from_hours(24 * 3_650));
    site.restart();
    eventually("it is deleted", || {
        site.count("users where gone_at is not null") == 1
    });
    assert_eq!((site.count("posts"), site.count("invitations")), (0, 0));
    assert!(!site.command(&["user", "list"]).out.contains("bob"));
    let said = site.command(&["user", "keep", "bob"]);
    assert!(
        said.err.contains("there is no member called bob"),
        "{}",
        said.err
    );
    let said = site.command(&["user", "add", "bob"]);
    assert!(said.err.contains("User already exists"), "{}", said.err);
    admin.sign_in("alice");
    assert!(
        admin
            .get("/admin/journal")
            .words()
            .contains("command line immediately deleted the account of bob")
    );
}
