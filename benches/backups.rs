//! `cargo bench --bench backups`: a backup of a site with a million posts while twenty clients write, ten posts a second
//! each. Measures how long it takes, and how long a post takes meanwhile against the time without a backup, in turns. Then
//! measures the time from the restore in an empty directory to the first answer.

mod common;
#[path = "common/million.rs"]
mod million;

use std::{
    fs,
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use common::{Client, PROGRAM, Server, database, median, millis, post_form, scratch, start_millis};
use million::with_posts;

const POSTS: u32 = 1_000_000;
const CLIENTS: u32 = 20;
/// The time from the beginning of one post of a client to that of the next.
const EACH: Duration = Duration::from_millis(100);
const TURNS: usize = 5;
const WITHOUT: Duration = Duration::from_secs(10);

fn main() {
    let (prepared, cookie) = with_posts(POSTS);
    prepared.db.close();
    let directory = prepared.directory.path();
    let size = fs::metadata(database(directory)).map_or(0, |file| file.len());
    println!("{POSTS} posts: a file of {} MB", size / 1_000_000);
    let copies = scratch();
    let copy = copies.path().join("copy.db");
    {
        let server = Server::start(directory, &[]);
        turns(&server, directory, &cookie, &copy);
    }
    restore(&copy);
}

/// Measures posts without and with a backup, taking turns.
fn turns(server: &Server, directory: &Path, cookie: &str, copy: &Path) {
    let (mut times, mut ratios, mut p99s, mut medians) = (vec![], vec![], vec![], vec![]);
    for _ in 0..TURNS {
        let without = while_writing(server, cookie, || thread::sleep(WITHOUT));
        let _ = fs::remove_file(copy); // missing in the first turn
        let started = Instant::now();
        let with = while_writing(server, cookie, || {
            run(
                directory,
                &["backup", "create", "--to", &copy.to_string_lossy()],
            );
        });
        times.push(started.elapsed().as_secs_f64());
        ratios.push(with.p99 / without.p99);
        medians.push(with.median / without.median);
        p99s.push(with.p99);
    }
    println!(
        "a backup while {CLIENTS} clients write: {:.1} s; a post meanwhile takes {:.2} × as long (p99; {:.2} to {:.2}), \
         {:.2} × (median); {:.1} ms (p99)",
        median(times),
        median(ratios.clone()),
        ratios.iter().copied().fold(f64::INFINITY, f64::min),
        ratios.iter().copied().fold(0.0, f64::max),
        median(medians),
        median(p99s)
    );
}

/// How long posts took, in milliseconds.
struct Times {
    median: f64,
    p99: f64,
}

/// Lets the clients write while `busy` runs.
fn while_writing(server: &Server, cookie: &str, busy: impl FnOnce()) -> Times {
    let over = AtomicBool::new(false);
    let mut took: Vec<f64> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let over = &over;
                scope.spawn(move || {
                    // The clients do not write in the same moment.
                    thread::sleep(EACH / CLIENTS * n);
                    write(server, cookie, over)
                })
            })
            .collect();
        busy();
        over.store(true, Ordering::Relaxed);
        let took = clients
            .into_iter()
            .map(|client| client.join().expect("no error"));
        took.flatten().collect()
    });
    took.sort_by(f64::total_cmp);
    Times {
        median: took[took.len() / 2],
        p99: took[took.len() * 99 / 100],
    }
}

fn write(server: &Server, cookie: &str, over: &AtomicBool) -> Vec<f64> {
    let mut client = Client::connect(&server.address);
    let request = post_form(&mut client, "/post", cookie, "Who+comes+by+tonight%3F");
    let mut took = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let started = Instant::now();
        assert_eq!(client.ask(&request).0, 303);
        took.push(millis(started.elapsed()));
        thread::sleep(EACH.saturating_sub(started.elapsed()));
    }
    took
}

/// Measures the way from a backup to a site that answers, in an empty directory.
fn restore(copy: &Path) {
    let (mut restored, mut answered) = (vec![], vec![]);
    for _ in 0..TURNS {
        let empty = scratch();
        let started = Instant::now();
        run(
            empty.path(),
            &["backup", "restore", &copy.to_string_lossy()],
        );
        restored.push(started.elapsed().as_secs_f64());
        answered.push(start_millis(empty.path()));
    }
    println!(
        "restore of it: {:.1} s, and {:.1} ms to the first answer",
        median(restored),
        median(answered)
    );
}

fn run(directory: &Path, arguments: &[&str]) {
    let status = Command::new(PROGRAM)
        .current_dir(directory)
        .env_clear()
        .args(arguments)
        .args(["--database", "quartfeed.db"])
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.expect("it starts").success(), "{arguments:?}");
}
