//! The command, as an operator types it.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
};

use rustix::process::Signal;

use crate::harness::{
    NEW_PASSWORD, PASSWORD, Person, Program, Site, command, eventually, exchange, run,
};

fn empty() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

#[test]
fn it_serves_in_an_empty_directory_and_says_where() {
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
fn an_open_door_to_the_network_is_warned_of() {
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
        (&["user", "add", "login"], "kept for the site itself"),
        (&["user", "demote", "alice"], "the only admin here"),
        (&["user", "suspend", "alice"], "the only admin here"),
        (&["user", "delete", "alice"], "the only admin here"),
        (&["invite", "--uses", "0"], "--uses: "),
        (&["invite", "--follow", "bob"], "Nobody is called bob"),
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
fn commands_work_while_the_site_runs_and_it_hears_of_them() {
    let site = Site::start();
    site.admin("alice");
    let bob = site.member("bob");
    for arguments in [
        &["user", "sessions", "bob", "--end"][..],
        &["user", "suspend", "bob"],
        &["user", "delete", "bob"],
    ] {
        let mut stream = bob.listen();
        assert_eq!(stream.status(), "200");
        let said = site.command(arguments);
        assert_eq!(said.status, Some(0), "{}", said.err);
        stream.expect_sign_out();
        assert_eq!(bob.get("/notifications").status, 303);
        for back in ["reinstate", "keep"] {
            assert_eq!(site.command(&["user", back, "bob"]).status, Some(0));
        }
        bob.sign_in("bob");
    }
    let said = site.command(&["user", "promote", "bob"]);
    assert_eq!(said.out, "bob: admin, active\n");
    assert_eq!(bob.get("/admin").status, 200, "at once");
}

#[test]
fn a_command_gets_its_turn_on_a_site_that_never_stops_writing() {
    let site = Site::start();
    let bob = site.member("bob");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    bob.write("on and on");
                }
            });
        }
        let all: Vec<_> = (0..5)
            .map(|_| site.command(&["user", "promote", "bob"]).status)
            .chain((0..5).map(|_| site.command(&["invite"]).status))
            .collect();
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(all, [Some(0); 10]);
    });
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
fn what_another_process_writes_reaches_open_streams() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("soon gone");
    let mut stream = alice.listen();
    {
        let beside = site.file();
        beside
            .execute_batch(
                "begin immediate;
                 update posts set deleted_at = 1790000000000;
                 insert into events (kind, actor_id, author_id, feed_id, post_id, created_at)
                     select 'post_deleted', author_id, author_id, users.feed_id, posts.id, 0
                     from posts join users on users.id = author_id;
                 commit;",
            )
            .expect("the server lets others write");
    }
    assert_eq!(stream.expect("post_deleted").data["post_id"], post.as_str());
}

#[test]
fn a_password_link_made_by_a_command_serves_on_the_running_site() {
    let site = Site::start();
    site.member("bob");
    let said = site.command(&["user", "reset", "bob"]);
    let (_, path) = said
        .out
        .trim_end()
        .split_once("127.0.0.1:5000")
        .expect("a link");
    let visitor = site.visitor();
    assert_eq!(visitor.get(path).status, 200);
    let set = visitor.post(path, &[("password", NEW_PASSWORD)]);
    assert_eq!(set.status, 303);
    let form = [("username", "bob"), ("password", NEW_PASSWORD)];
    assert_eq!(visitor.post("/login", &form).status, 303);
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
fn an_invitation_made_by_a_command_lets_people_in() {
    let site = Site::start();
    site.member("bob");
    let said = site.command(&["invite", "--uses", "2", "--days", "90", "--follow", "bob"]);
    let (_, token) = said.out.trim_end().split_once("/invite/").expect("a link");
    let form = site.visitor().get(&format!("/invite/{token}"));
    assert!(form.words().contains("You are invited to QuartFeed."));
    for name in ["carol", "dora"] {
        let form = [
            ("username", name),
            ("password", PASSWORD),
            ("invite", token),
        ];
        assert_eq!(site.visitor().post("/register", &form).status, 303);
    }
    let bob = site.visitor();
    bob.sign_in("bob");
    assert!(bob.get("/user/bob").has("2 followers"));
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
fn who_may_come_by_invitation_is_said_at_the_start() {
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

#[test]
fn the_commands_about_members_are_in_the_help() {
    let directory = empty();
    let help = run(directory.path(), &["--help"]).out;
    assert!(
        help.contains("user add alice --admin") && help.contains("invite"),
        "{help}"
    );
    let help = run(directory.path(), &["user", "--help"]).out;
    for what in [
        "list",
        "add",
        "reset",
        "promote",
        "demote",
        "suspend",
        "reinstate",
        "delete",
        "keep",
        "sessions",
    ] {
        assert!(help.contains(&format!("\n  {what} ")), "{what}: {help}");
    }
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

    // The command's clock is that of the machine, and the site's is far behind it.
    site.pass(std::time::Duration::from_hours(24 * 3_650));
    site.restart();
    let count = |table: &str| -> i64 {
        let file = site.file();
        let query = format!("select count(*) from {table}");
        file.query_row(&query, [], |row| row.get(0))
            .expect("it is read")
    };
    eventually("it is deleted", || {
        count("users where gone_at is not null") == 1
    });
    assert_eq!((count("posts"), count("invitations")), (0, 0));
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
            .contains("command line deleted at once the account of bob")
    );
}
