//! Commands that speak to a site over the network.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use super::empty;
use crate::harness::{Person, Program, Said, command, free_port, run};

/// A `quartfeed tail` that runs, and what it prints.
struct Tail {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Tail {
    fn start(command: &mut Command) -> Tail {
        let mut child = command.spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped"));
        Tail { child, lines }
    }

    /// Returns the text of the next line.
    fn next(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line.split('\t').nth(3).unwrap_or(&line).to_owned()
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        // It has ended already if a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a command with the address of a site and a token of somebody there.
fn as_script(person: &Person, scope: &str, arguments: &[&str]) -> Command {
    static TOKENS: AtomicU32 = AtomicU32::new(0);
    let name = format!("token {}", TOKENS.fetch_add(1, Ordering::Relaxed));
    let directory = empty();
    let mut command = command(directory.path());
    command
        .args(arguments)
        .current_dir("/")
        .env("QUARTFEED_SITE", format!("http://{}/", person.address()))
        .env("QUARTFEED_TOKEN", person.make_token(&name, scope, "30"));
    command
}

fn said(command: &mut Command, input: &str) -> Said {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    // It may not read at all.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    Said {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

#[test]
fn post_writes_what_it_is_given() {
    let site = Program::start();
    let alice = site.member("alice");
    let written = said(
        &mut as_script(&alice, "write", &["post", "Hello", "from here"]),
        "",
    );
    assert_eq!(written.status, Some(0), "{}", written.err);
    let address = format!("http://{}/post/", site.address);
    assert!(written.out.starts_with(&address), "{}", written.out);
    assert!(alice.get("/").has("Hello from here"));
    let piped = said(&mut as_script(&alice, "write", &["post"]), "over a\npipe\n");
    assert_eq!(piped.status, Some(0), "{}", piped.err);
    assert!(alice.get("/home.txt").has("over a / pipe\t"));
    let nowhere = ["post", "--to", "nowhere", "x"];
    for (scope, arguments, input, why) in [
        ("write", &["post"][..], "", "required"),
        ("write", &nowhere, "", "nowhere"),
        ("read", &["post", "x"], "", "403"),
        ("write", &["post", "--token", "qf_wrong", "x"], "", "401"),
        (
            "write",
            &["post", "--site", "http://127.0.0.1:1", "x"],
            "",
            "127.0.0.1:1",
        ),
    ] {
        let refused = said(&mut as_script(&alice, scope, arguments), input);
        assert_eq!(refused.status, Some(1), "{arguments:?}: {}", refused.out);
        assert!(refused.err.contains(why), "{arguments:?}: {}", refused.err);
        assert_eq!(refused.out, "");
    }
    let directory = empty();
    for site in [
        "http://:x",
        "http://:80",
        "ftp://pi",
        "",
        "pi pi",
        "http://pi:x",
    ] {
        let mistaken = run(directory.path(), &["tail", "--site", site]);
        assert_eq!(mistaken.status, Some(2), "{site}: {}", mistaken.err);
        assert!(mistaken.err.contains("an address such as"), "{site}");
    }
    let without_token = run(directory.path(), &["post", "x"]);
    assert_eq!(without_token.status, Some(1));
    assert!(without_token.err.contains("QUARTFEED_TOKEN"));
}

#[test]
fn tail_prints_what_is_new_and_nothing_twice() {
    // Sessions outlive a restart at the same address.
    let address = format!("127.0.0.1:{}", free_port());
    let listen = |command: &mut Command| {
        command.env("QUARTFEED_SERVER_LISTEN", &address);
    };
    let site = Program::with(listen);
    let alice = site.member("alice");
    alice.write("first");
    let once = said(
        &mut as_script(&alice, "read", &["tail", "--once", "user/alice"]),
        "",
    );
    assert_eq!(
        (once.status, once.out.lines().count()),
        (Some(0), 1),
        "{}",
        once.err
    );
    let end = once.out.trim_end().rsplit('\t').next().expect("a column");
    assert!(end.starts_with(&format!("http://{address}/post/")), "{end}");
    let mut tail = Tail::start(&mut as_script(&alice, "read", &["tail"]));
    assert_eq!(tail.next(), "first");
    let post = alice.write("second");
    assert_eq!(tail.next(), "second");
    alice.comment(&post, "third");
    assert_eq!(tail.next(), "third");

    // It comes back by itself, as the site does.
    site.signal(rustix::process::Signal::TERM);
    let (_, directory) = site.ended();
    let _site = Program::start_in(directory, listen);
    alice.write("fourth");
    assert_eq!(tail.next(), "fourth");

    for (arguments, why) in [
        (&["tail", "user/nobody"][..], "404"),
        (&["tail", "--token", "qf_wrong"], "401"),
        (&["tail", "--once", "--site", "127.0.0.1:1"], "127.0.0.1:1"),
    ] {
        let refused = said(&mut as_script(&alice, "read", arguments), "");
        assert_eq!(refused.status, Some(1), "{arguments:?}");
        assert!(refused.err.contains(why), "{arguments:?}: {}", refused.err);
    }
}

#[test]
fn a_variable_of_these_commands_does_not_disturb_a_site() {
    let site = Program::with(|command| {
        command
            .env("QUARTFEED_SITE", "https://feed.example")
            .env("QUARTFEED_TOKEN", "qf_x");
    });
    assert_eq!(site.member("alice").get("/").status, 200);
}
