//! The file of the database is moved, replaced, deleted, damaged or not writable.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
};

use rusqlite::Connection;
use rustix::process::Signal;

use crate::harness::{Person, Program, assert_sound, eventually};

/// Asserts that the program has noticed, says so everywhere, and saves nothing.
fn assert_noticed(program: &Program, alice: &Person) {
    const WORDS: &str = "the database file was moved, replaced or deleted while the site runs";
    eventually("the log says so", || program.log().contains(WORDS));
    let refused = alice.post("/post", &[("message", "in vain")]);
    assert_eq!(refused.status, 503, "{}", refused.words());
    assert!(
        refused.has(WORDS) && refused.has("in vain"),
        "{}",
        refused.words()
    );
    let home = alice.get("/").words();
    assert!(home.contains(WORDS), "{home}");
    let ready = alice.get("/readyz");
    assert_eq!(
        (ready.status, ready.text.trim_end()),
        (503, WORDS),
        "what watches the site knows"
    );
}

#[test]
fn a_file_that_is_taken_away_is_noticed_and_may_be_put_back() {
    let program = Program::start();
    let alice = program.member("alice");
    alice.write("before");
    let (database, away) = (
        program.database(),
        program.database().with_extension("away"),
    );
    fs::rename(&database, &away).expect("it is ours");
    assert_noticed(&program, &alice);
    assert!(!database.exists(), "no other one is made");
    fs::rename(&away, &database).expect("it is ours");
    eventually("it is ready again", || alice.get("/readyz").status == 200);
    let home = alice.get("/").words();
    assert!(
        home.contains("before") && !home.contains("Nothing can be saved"),
        "{home}"
    );
    alice.write("after");
    eventually("the log says so", || {
        program.log().contains("in its place again")
    });
    assert_sound(&database);
}

#[test]
fn a_file_that_is_replaced_is_noticed_and_stays_as_it_is() {
    let program = Program::start();
    let alice = program.member("alice");
    alice.write("before");
    let (database, copy) = (
        program.database(),
        program.database().with_extension("copy"),
    );
    Connection::open(&database)
        .and_then(|file| file.execute("vacuum into ?", [copy.to_str()]))
        .expect("a copy");
    alice.write("lost");
    let bytes = fs::read(&copy).expect("it is there");
    fs::rename(&copy, &database).expect("it is ours");
    assert_noticed(&program, &alice);
    assert!(alice.get("/").has("lost"), "what was open is still read");
    assert_eq!(fs::read(&database).expect("it is there"), bytes);
    // What belongs to the old file goes, as the message says.
    program.signal(Signal::KILL);
    let (_, directory) = program.ended();
    for ending in ["db-wal", "db-shm"] {
        fs::remove_file(database.with_extension(ending)).expect("it is there");
    }
    let program = Program::start_in(directory, |_| ());
    let alice = Person::stranger(&program.address);
    alice.sign_in("alice");
    let home = alice.get("/");
    assert!(home.has("before") && !home.has("lost"), "{}", home.words());
}

#[test]
fn a_deleted_file_is_noticed() {
    let program = Program::start();
    let alice = program.member("alice");
    fs::remove_file(program.database()).expect("it is ours");
    assert_noticed(&program, &alice);
}

/// Damages all pages of the table of posts, in a file that is whole.
#[test]
fn damaged_pages_harm_only_what_is_on_them() {
    let program = Program::start();
    let alice = program.member("alice");
    for n in 0..20 {
        alice.write(&format!("{n} {}", "long ".repeat(100)));
    }
    program.signal(Signal::TERM);
    let (_, directory) = program.ended();
    let database = directory.path().join("quartfeed.db");
    let file = Connection::open(&database).expect("it is there");
    let mut bytes = fs::read(&database).expect("it is there");
    let mut pages = file
        .prepare("select (pageno - 1) * pgsize, pageno * pgsize from dbstat where name = 'posts' and pagetype = 'leaf'")
        .expect("the bundled SQLite has dbstat");
    let pages = pages.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    for page in pages.expect("it can be read") {
        let (start, end): (i64, i64) = page.expect("it can be read");
        let place = |number| usize::try_from(number).expect("it is positive");
        bytes[place(start)..place(end)].fill(0xA5);
    }
    fs::write(&database, bytes).expect("it is ours");
    let mut program = Program::start_in(directory, |_| ());
    let alice = Person::stranger(&program.address);
    alice.sign_in("alice");
    let river = alice.get("/everything");
    assert_eq!(river.status, 500, "{}", river.words());
    let log = program.log();
    assert!(log.contains("malformed"), "{log}");
    let visitor = Person::stranger(&program.address);
    for path in ["/healthz", "/readyz", "/login", "/register"] {
        assert_eq!(visitor.get(path).status, 200, "{path}");
    }
    assert!(program.is_alive());
}

/// Takes away the right to write in the directory. Root has every right, so the program runs as another user then.
#[test]
fn a_directory_without_the_right_to_write_is_explained() {
    let program = Program::start();
    program.member("alice");
    program.signal(Signal::TERM);
    let (_, directory) = program.ended();
    let path = directory.path().to_owned();
    let is_root = rustix::process::geteuid().is_root();
    let mut command = super::starved::as_nobody(&path, "exec \"$QUARTFEED\" --listen 127.0.0.1:0");
    for file in fs::read_dir(&path).expect("it is there") {
        let mode = if is_root { 0o444 } else { 0o400 };
        let file = file.expect("readable").path();
        fs::set_permissions(file, Permissions::from_mode(mode)).expect("it is ours");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o555)).expect("it is ours");
    let output = command.output().expect("a shell");
    fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("it is ours");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("cannot open the database") && said.contains("chown"),
        "{said}"
    );
}
