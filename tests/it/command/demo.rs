//! The demo: a site with people in it, which is gone at its end.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::empty;
use crate::harness::{self, Person, eventually};

/// A demo that runs, with a directory of its own for temporary files.
struct Running {
    child: Child,
    temporary: TempDir,
}

impl Running {
    fn start(temporary: TempDir, arguments: &[&str]) -> Running {
        let log = fs::File::create(temporary.path().join("log")).expect("a file for the log");
        let child = command(temporary.path(), arguments)
            .stderr(log)
            .spawn()
            .expect("the program starts");
        Running { child, temporary }
    }

    /// Returns the lines that are printed at the start: the address, and a link for each of `people`.
    fn lines(&mut self, people: usize) -> Vec<String> {
        let out = self.child.stdout.as_mut().expect("it is piped");
        let lines = BufReader::new(out).lines().take(1 + people);
        lines.map(|line| line.expect("a line")).collect()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it is our child");
    }

    fn ended(&mut self) -> Option<i32> {
        let mut status = None;
        eventually("it ends", || {
            status = self.child.try_wait().expect("it is our child");
            status.is_some()
        });
        status.expect("it has ended").code()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.temporary.path().join("log")).expect("its log is a file")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
    }
}

fn command(temporary: &Path, arguments: &[&str]) -> Command {
    let mut command = harness::command(temporary);
    command
        .env("TMPDIR", temporary)
        .env("QUARTFEED_SERVER_LISTEN", "127.0.0.1:0")
        .arg("demo")
        .args(arguments)
        .stdout(Stdio::piped());
    command
}

/// Returns the directories of demos among temporary files.
fn directories(temporary: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(temporary).expect("it is there").flatten();
    let paths = entries.map(|entry| entry.path());
    let is_ours = |path: &PathBuf| path.to_string_lossy().contains("quartfeed-demo-");
    paths.filter(is_ours).collect()
}

#[test]
fn a_demo_has_people_who_go_on_and_leaves_nothing_behind() {
    let mut demo = Running::start(empty(), &["--people", "3", "--speed", "1000"]);
    let lines = demo.lines(3);
    let address = lines[0]
        .strip_prefix("listening on http://")
        .expect("an address");
    assert_eq!(directories(demo.temporary.path()).len(), 1);
    for (line, name) in lines[1..].iter().zip(["alice", "ben", "clara"]) {
        let (who, link) = line.split_once("  ").expect("a name and a link");
        assert_eq!(who.trim(), name);
        let path = link
            .trim()
            .strip_prefix(&format!("http://{address}"))
            .expect("a link to it");
        // A link works again after it was used.
        for visit in 0..2 {
            let visitor = Person::stranger(address);
            eventually("the link is valid", || visitor.get(path).status == 200);
            assert_eq!(visitor.post(path, &[]).status, 303, "{name}, visit {visit}");
            let page = visitor.get(&format!("/user/{name}"));
            assert!(page.text.contains("data-post-id"), "{name} wrote something");
        }
        if name == "ben" {
            break;
        }
    }
    let visitor = Person::stranger(address);
    let path = lines[2].split_once(address).expect("a link").1;
    eventually("the link is valid", || visitor.get(path).status == 200);
    visitor.post(path, &[]);
    assert!(visitor.get("/everything").text.contains("/image/"));
    let mut stream = visitor.listen();
    // Clara is the only one whom no visitor plays, and Ben follows her.
    let event = std::iter::from_fn(|| stream.next())
        .find(|event| ["post", "comment", "like"].contains(&event.name.as_str()));
    assert!(event.is_some(), "something happens");
    demo.signal(Signal::TERM);
    assert_eq!(demo.ended(), Some(0));
    assert_eq!(directories(demo.temporary.path()), Vec::<PathBuf>::new());
    let log = demo.log();
    assert!(!log.contains(" error ") && !log.contains(" warn "), "{log}");
}

#[test]
fn a_demo_that_was_killed_is_deleted_by_the_next_one() {
    let temporary = empty();
    let mut killed = Running::start(temporary, &["--people", "2"]);
    let begun = |demo: &Running| {
        let mut directories = directories(demo.temporary.path()).into_iter();
        directories.find(|path| path.join("quartfeed.db").exists())
    };
    eventually("there is a file", || begun(&killed).is_some());
    let left = begun(&killed).expect("a directory");
    killed.signal(Signal::KILL);
    killed.ended();
    assert!(left.exists());
    let another = std::mem::replace(&mut killed.temporary, empty());
    fs::write(killed.temporary.path().join("log"), "").expect("a file");

    let mut next = Running::start(another, &["--people", "2"]);
    eventually("what was left is deleted", || !left.exists());
    eventually("it makes its own", || begun(&next).is_some());
    // It ends in the middle of its start, too.
    next.signal(Signal::TERM);
    assert_eq!(next.ended(), Some(0));
    assert_eq!(directories(next.temporary.path()), Vec::<PathBuf>::new());
}

#[test]
fn harmful_flags_are_refused_with_a_reason() {
    let temporary = empty();
    for (arguments, reason) in [
        (&["--listen", "0.0.0.0:5000"][..], "this machine only"),
        (&["--database", "mine.db"], "leave out --database"),
        (&["--people", "1"], "2..=200"),
        (&["--people", "201"], "2..=200"),
        (&["--speed", "1001"], "0..=1000"),
    ] {
        let said = command(temporary.path(), arguments)
            .output()
            .expect("the program starts");
        let why = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(2), "{why}");
        assert!(why.contains(reason), "{why}");
    }
    assert_eq!(directories(temporary.path()), Vec::<PathBuf>::new());
}
