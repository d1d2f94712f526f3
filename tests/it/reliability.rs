//! Acknowledged posts survive, whatever happens to the process or the disk.

use std::{
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use quartfeed::{
    config::{self, Synchronous},
    error::Error,
    model::{Attached, Message, NewUser, PasswordRules, Timestamp, UserId},
    store::{Db, posts, users},
};
use rustix::process::Signal;

use crate::harness::{PASSWORD, Program, SmallDisk, eventually, try_exchange};

/// Posts until the server is gone, and returns the acknowledged texts.
fn write_until_it_is_gone(
    address: &str,
    cookies: &str,
    token: &str,
    over: &AtomicBool,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let text = format!("{:?}-{n}-{}", thread::current().id(), rand::random::<u64>());
        let body = format!("csrf_token={token}&message={text}");
        let request = format!(
            "POST /post HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let Some(answer) = try_exchange(address, request.as_bytes()) else {
            break;
        };
        if answer.starts_with(b"HTTP/1.1 303") {
            acknowledged.push(text);
        } else if over.load(Ordering::Relaxed) {
            break;
        }
    }
    acknowledged
}

/// Fills a file system of its own: writes are refused with words, reading goes on, and with room writing works again
/// by itself.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_refuses_writes_and_nothing_else() {
    let disk = SmallDisk::mount();
    let program = disk.program();
    let alice = program.member("alice");
    let filler = disk.path().join("filler");
    let fill = |size: &str| {
        let path = filler.display();
        Command::new("sh")
            .args([
                "-c",
                &format!("head -c {size} /dev/zero > {path} 2>/dev/null"),
            ])
            .status()
            .expect("a shell");
    };
    fill("64M");
    let long = "x".repeat(3_000);
    let refusal = || {
        let mut answers = (0..2_000).map(|_| alice.post("/post", &[("message", &long)]));
        answers
            .find(|answer| answer.status != 303)
            .expect("the disk is full")
    };
    let refused = refusal();
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (503, Some("5"))
    );
    assert!(
        refused.has("Nothing can be saved at the moment") && refused.has(&long),
        "the text stays"
    );
    assert_eq!(alice.get("/").status, 200, "reading goes on");
    // The write by which the site tries the disk is small, and takes the place that a post was too large for.
    let mut states = (0..100).map(|_| {
        refusal();
        alice.get("/readyz")
    });
    let ready = states.find(|page| page.status == 503);
    assert_eq!(
        ready.expect("no room for the smallest write").text,
        "the disk does not take changes; reading works\n"
    );
    assert_eq!(alice.get("/healthz").status, 200, "it answers");
    std::fs::remove_file(&filler).expect("it is there");
    eventually("the site is ready although nobody else writes", || {
        alice.get("/readyz").status == 200
    });
    eventually("writing works again", || {
        alice.post("/post", &[("message", "again")]).status == 303
    });
}

/// Checks the store alone, without root: SQLite is told that there is no more room.
#[test]
fn a_store_without_room_says_so_and_recovers() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let config = config::Database {
        path: directory.path().join("quartfeed.db"),
        synchronous: Synchronous::Full,
        upgrade_backups: None,
    };
    let db = Db::open(&config, 1_000, Timestamp(0), Box::new(|_| ())).expect("a new database");
    let author = db.write(Timestamp(0), |tx| {
        let field = |name: &str| {
            if name == "username" {
                "alice"
            } else if name == "password" {
                PASSWORD
            } else {
                ""
            }
        };
        users::register(
            tx,
            &NewUser::parse(field, &PasswordRules::LEAST)?,
            "no hash",
        )
    });
    let author = author.expect("there is room");
    let write = |author: UserId| {
        let message = Message::parse(&"x".repeat(3_000), 3_000).expect("it is one");
        db.write(Timestamp(0), move |tx| {
            posts::create(tx, author, &message, &Attached::default(), None)
        })
    };
    write(author).expect("there is room");
    let limit = |pages: &'static str| {
        db.write(Timestamp(0), move |tx| {
            Ok(tx.query_row(&format!("pragma max_page_count = {pages}"), [], |_| Ok(()))?)
        })
    };
    limit("1").expect("it is set to what there is");
    let refused = (0..100)
        .find_map(|_| write(author).err())
        .expect("there is no room");
    assert!(
        matches!(&refused, Error::StorageUnavailable(why) if why == "the disk is full"),
        "{refused:?}"
    );
    limit("1000000").expect("it is set");
    write(author).expect("there is room again");
}

#[test]
fn a_stop_under_load_loses_nothing() {
    let program = Program::start();
    let writer = program.member("alice");
    let (token, over) = (writer.form_token(), AtomicBool::new(false));
    let written = thread::scope(|scope| {
        let (over, writer, token, address) = (&over, &writer, &token, program.address.as_str());
        let task =
            scope.spawn(move || write_until_it_is_gone(address, &writer.cookies(), token, over));
        eventually("some posts are written", || {
            program.log().matches("path=/post status=303").count() > 50
        });
        program.signal(Signal::TERM);
        over.store(true, Ordering::Relaxed);
        task.join().expect("no panic")
    });
    let (status, directory) = program.ended();
    assert_eq!(status.code(), Some(0));
    let file = rusqlite::Connection::open(directory.path().join("quartfeed.db"))
        .expect("the file is there");
    let mut find = file
        .prepare("select 1 from posts where message = ?")
        .expect("a table");
    assert!(
        written
            .iter()
            .all(|text| find.exists([text]).expect("readable"))
    );
    assert!(written.len() > 50);
}
