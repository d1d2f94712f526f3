//! `cargo bench --bench soak`: half an hour of the 200 people of a demo, who read, write, add pictures, sleep and come back.
//! Memory, descriptors, threads, the log of the database and the time of a home page must not grow from minute 5 on.
//! `-- --minutes 10` takes another time, and `-- --graph FILE.svg` draws what was measured.
//!
//! `cargo bench --bench soak -- pi`: the budget of a Raspberry Pi. The site has one core (`taskset`), and 100 people have a
//! page open. First they only read, for as long as it takes until their marks are written; then somebody writes each
//! second.

mod common;
#[path = "common/crowd.rs"]
mod crowd;
#[path = "common/demo.rs"]
mod demo;
#[path = "common/graph.rs"]
mod graph;
#[path = "common/photographs.rs"]
mod photographs;

use std::{
    env, fs,
    path::Path,
    process::Command,
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use common::{Server, database, float, millis, status};
use crowd::{Counts, Crowd, Habits};
use demo::demo_site;
use graph::Line;
use quartfeed::seen::WRITE_AFTER;
use rusqlite::{Connection, OpenFlags};

const PEOPLE: usize = 200;
const MINUTES: u64 = 30;
/// The time after which nothing may grow.
const SETTLED: Duration = Duration::from_mins(5);
const SAMPLE_EVERY: Duration = Duration::from_secs(10);
/// How often the file is asked whether somebody has written to it.
const COMMITS_EVERY: Duration = Duration::from_millis(20);

const BUSY: Habits = Habits {
    pause: Duration::from_secs(6),
    posts: 8,
    pictures: 1,
    comments: 15,
    likes: 15,
    sleeps: 6,
};

const PI_PEOPLE: usize = 100;
const PI_WRITING: Duration = Duration::from_mins(5);
/// Each of a hundred people writes in every hundredth second: one post a second. Between two posts they look at home four
/// times.
const PI_WRITERS: Habits = Habits {
    pause: Duration::from_secs(20),
    posts: 20,
    pictures: 0,
    comments: 0,
    likes: 0,
    sleeps: 0,
};
const PI_READERS: Habits = Habits {
    posts: 0,
    ..PI_WRITERS
};

/// The measures of one moment.
struct Sample {
    at: Duration,
    memory_kib: u64,
    descriptors: usize,
    threads: u64,
    log_kib: u64,
    home_median: Duration,
    home_p99: Duration,
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    if arguments.iter().any(|argument| argument == "pi") {
        return pi();
    }
    let minutes = after("--minutes").map_or(MINUTES, |n| n.parse().expect("a number of minutes"));
    let samples = soak(Duration::from_mins(minutes));
    if let Some(file) = after("--graph") {
        fs::write(file, draw(&samples)).expect("the graph can be written");
    }
}

fn soak(time: Duration) -> Vec<Sample> {
    let site = demo_site(PEOPLE);
    let directory = site.directory.path();
    let server = Server::start(directory, &[]);
    let crowd = Crowd::start(&server.address, &site.cookies(&server), BUSY);
    let started = Instant::now();
    let mut samples: Vec<Sample> = Vec::new();
    while started.elapsed() < time {
        thread::sleep(SAMPLE_EVERY);
        let sample = Sample::take(&server, directory, &crowd.counts, started.elapsed());
        println!("{sample}");
        samples.push(sample);
    }
    println!("{}", told(&crowd.counts));
    crowd.stop();
    for (name, of) in MEASURES {
        println!("{name}: {}", growth(&samples, of));
    }
    samples
}

type Measure = fn(&Sample) -> f64;

/// The measures that must not grow.
const MEASURES: [(&str, Measure); 6] = [
    ("memory, MB", |sample| float(sample.memory_kib) / 1_024.0),
    ("descriptors", |sample| float(sample.descriptors)),
    ("threads", |sample| float(sample.threads)),
    ("log of the database, MB", |sample| {
        float(sample.log_kib) / 1_024.0
    }),
    ("home page, median, ms", |sample| millis(sample.home_median)),
    ("home page, p99, ms", |sample| millis(sample.home_p99)),
];

/// Compares the last third of the time after [`SETTLED`] with the first third, by their medians.
fn growth(samples: &[Sample], of: Measure) -> String {
    let settled: Vec<f64> = samples
        .iter()
        .filter(|sample| sample.at >= SETTLED)
        .map(of)
        .collect();
    let third = settled.len() / 3;
    if third == 0 {
        return "too short a time".to_owned();
    }
    let first = common::median(settled[..third].to_vec());
    let last = common::median(settled[settled.len() - third..].to_vec());
    let most = settled.iter().copied().fold(0.0, f64::max);
    format!(
        "{first:.1} in the first third after minute 5, {last:.1} in the last: {:.2} ×; at most {most:.1}",
        last / first
    )
}

impl Sample {
    fn take(server: &Server, directory: &Path, counts: &Counts, at: Duration) -> Sample {
        let process = server.process();
        let homes = counts.take_homes();
        let descriptors = fs::read_dir(format!("/proc/{process}/fd")).expect("it runs");
        let log = fs::metadata(database(directory).with_extension("db-wal"));
        Sample {
            at,
            memory_kib: server.memory(),
            descriptors: descriptors.count(),
            threads: status(&process, "Threads:").expect("it runs"),
            log_kib: log.map_or(0, |file| file.len() / 1_024),
            home_median: part(&homes, 50),
            home_p99: part(&homes, 99),
        }
    }
}

impl std::fmt::Display for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:5} s: {:5.1} MB, {} descriptors, {} threads, log {:.1} MB, home {:.1} ms (median), {:.1} ms (p99)",
            self.at.as_secs(),
            float(self.memory_kib) / 1_024.0,
            self.descriptors,
            self.threads,
            float(self.log_kib) / 1_024.0,
            millis(self.home_median),
            millis(self.home_p99)
        )
    }
}

/// Returns the time within which so many of a hundred came.
fn part(sorted: &[Duration], of_hundred: usize) -> Duration {
    let place = sorted.len() * of_hundred / 100;
    let place = place.min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

fn told(counts: &Counts) -> String {
    let of = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    format!(
        "{} posts, {} pictures ({} were asked to come later), {} comments, {} likes, {} sleeps, {} events received",
        of(&counts.posts),
        of(&counts.pictures),
        of(&counts.refused),
        of(&counts.comments),
        of(&counts.likes),
        of(&counts.sleeps),
        of(&counts.events)
    )
}

fn draw(samples: &[Sample]) -> String {
    let lines = MEASURES.map(|(name, of)| Line {
        name,
        points: samples
            .iter()
            .map(|sample| (sample.at.as_secs_f64() / 60.0, of(sample)))
            .collect(),
    });
    graph::draw(&lines)
}

/// Measures the budget of a small machine.
fn pi() {
    let site = demo_site(PI_PEOPLE);
    let directory = site.directory.path();
    // The people of this benchmark have the other core.
    let own = std::process::id().to_string();
    let moved = Command::new("taskset").args(["-cp", "1", &own]).output();
    assert!(moved.expect("taskset of util-linux").status.success());
    let server = Server::start_on_core(directory, 0);
    let cookies = site.cookies(&server);
    only_read(&server, directory, &cookies);

    let before = server.cpu();
    let crowd = Crowd::start(&server.address, &cookies, PI_WRITERS);
    thread::sleep(PI_WRITING);
    let busy = server.cpu().saturating_sub(before).as_secs_f64() / PI_WRITING.as_secs_f64();
    let homes = crowd.counts.take_homes();
    let posts = crowd.counts.posts.load(Ordering::Relaxed);
    println!(
        "{PI_PEOPLE} people on one core: {:.2} posts/s, {:.1} home pages/s: {:.1} ms (median), {:.1} ms (p99), \
         {:.1} ms (longest); peak {:.1} MB; {:.1} % of the core",
        float(posts) / PI_WRITING.as_secs_f64(),
        float(homes.len()) / PI_WRITING.as_secs_f64(),
        millis(part(&homes, 50)),
        millis(part(&homes, 99)),
        millis(part(&homes, 100)),
        float(server.peak_memory()) / 1_024.0,
        busy * 100.0
    );
    println!("{}", told(&crowd.counts));
    crowd.stop();
}

/// Counts what is written while people only read.
fn only_read(server: &Server, directory: &Path, cookies: &[String]) {
    let file = Connection::open_with_flags(
        database(directory),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .expect("a database");
    let time = WRITE_AFTER + Duration::from_mins(2);
    let bytes = server.bytes_written();
    let crowd = Crowd::start(&server.address, cookies, PI_READERS);
    let commits = count_commits(&file, time);
    let homes = crowd.counts.take_homes();
    let bytes = server.bytes_written() - bytes;
    let minutes = time.as_secs_f64() / 60.0;
    println!(
        "{PI_PEOPLE} people only read for {minutes:.0} minutes, {} home pages: {commits} commits, {bytes} bytes to the disk; \
         one write per person in five minutes would be {:.0} commits",
        homes.len(),
        minutes / 5.0 * float(cookies.len())
    );
    crowd.stop();
}

/// Counts the commits of other connections in this time. Commits within [`COMMITS_EVERY`] count as one.
fn count_commits(file: &Connection, time: Duration) -> u64 {
    let version = || -> i64 {
        file.pragma_query_value(None, "data_version", |row| row.get(0))
            .expect("readable")
    };
    let (started, mut last, mut commits) = (Instant::now(), version(), 0);
    while started.elapsed() < time {
        thread::sleep(COMMITS_EVERY);
        let now = version();
        commits += u64::from(now != last);
        last = now;
    }
    commits
}
