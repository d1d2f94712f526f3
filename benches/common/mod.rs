//! Shared parts of the benchmarks: the server as a process of its own, load from keep-alive connections, and process
//! statistics of the system. Everything stays on loopback and is bounded in time and count.

#![allow(dead_code, reason = "each program uses its part")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use quartfeed::{
    config::{self, Config, Synchronous},
    model::{NewSession, NewUser, PasswordRules, Timestamp, Token, UserId, Whereabouts},
    store::{Db, sessions, users},
};
use tempfile::TempDir;

/// The QuartFeed binary.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_quartfeed");

/// Returns the current time, for prepared data: sessions must be fresh.
pub(crate) fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970");
    Timestamp(i64::try_from(since_epoch.as_millis()).expect("before the year 292 million"))
}

/// A database in a directory of its own next to the build files, which are on a disk and not in memory.
pub(crate) struct Prepared {
    pub(crate) directory: TempDir,
    pub(crate) db: Db,
}

/// A user in the database, with a session cookie.
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) cookie: String,
}

pub(crate) fn scratch() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the build's directory is writable")
}

pub(crate) fn prepare() -> Prepared {
    let directory = scratch();
    let db = open(directory.path());
    Prepared { directory, db }
}

/// Opens the database in a directory, or a new one.
pub(crate) fn open(directory: &Path) -> Db {
    let config = config::Database {
        path: database(directory),
        synchronous: Synchronous::Full,
        upgrade_backups: None,
    };
    let retention = Config::default().feed.event_retention;
    Db::open(&config, retention, now(), Box::new(|_| ())).expect("a database")
}

pub(crate) fn database(directory: &Path) -> PathBuf {
    directory.join("quartfeed.db")
}

impl Prepared {
    /// Creates signed-in users called `user0`, `user1`, ….
    pub(crate) fn people(&self, count: usize) -> Vec<Person> {
        let lifetimes = Config::default().accounts.lifetimes();
        let made = self.db.write(now(), move |tx| {
            let mut made = Vec::with_capacity(count);
            for n in 0..count {
                let name = format!("user{n}");
                let field = |field: &str| -> &str {
                    match field {
                        "username" => &name,
                        "password" => "correct horse",
                        _ => "",
                    }
                };
                let Ok(new) = NewUser::parse(field, &PasswordRules::LEAST) else {
                    unreachable!("the name is a name")
                };
                let id = users::register(tx, &new, "nobody signs in with a password here")?;
                let token = Token::random();
                let session = NewSession {
                    token: token.hash(),
                    persistent: false,
                    is_fresh: true,
                    whereabouts: Whereabouts::of("", Ipv4Addr::LOCALHOST.into()),
                };
                sessions::start(tx, id, &session, &lifetimes)?;
                made.push(Person {
                    id,
                    cookie: format!("quartfeed={}", token.as_str()),
                });
            }
            Ok(made)
        });
        made.expect("they can be written")
    }
}

/// A running server, from the release build.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(directory: &Path, settings: &[(&str, &str)]) -> Server {
        let mut command = Command::new(PROGRAM);
        Server::spawn(serving(&mut command, directory).envs(settings.iter().copied()))
    }

    /// Starts a server that has one core of the machine for itself and its child processes.
    pub(crate) fn start_on_core(directory: &Path, core: usize) -> Server {
        let mut command = Command::new("taskset");
        // `taskset` becomes the program, so that the process is the server itself.
        command.args(["-c", &core.to_string(), PROGRAM]);
        Server::spawn(serving(&mut command, directory).env("PATH", "/usr/bin:/bin"))
    }

    /// Starts a program that prints `listening on http://…` as its first line.
    pub(crate) fn spawn(command: &mut Command) -> Server {
        Server::spawn_and_read(command, 0).0
    }

    /// Starts such a program and reads so many further lines.
    pub(crate) fn spawn_and_read(command: &mut Command, lines: usize) -> (Server, Vec<String>) {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut read = output.lines().map(|line| line.expect("a line"));
        let address = read
            .next()
            .and_then(|line| Some(line.strip_prefix("listening on http://")?.to_owned()))
            .expect("the ready line");
        let lines: Vec<String> = read.take(lines).collect();
        (Server { child, address }, lines)
    }

    /// Returns the name of the process under `/proc`.
    pub(crate) fn process(&self) -> String {
        self.child.id().to_string()
    }

    /// Returns the processor time used so far, in user and system mode.
    pub(crate) fn cpu(&self) -> Duration {
        ticks(&self.process(), [11, 12])
    }

    /// Returns how many bytes it has caused to be written to a disk.
    pub(crate) fn bytes_written(&self) -> u64 {
        bytes_written(&self.process())
    }

    /// Returns the resident memory in KiB.
    pub(crate) fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// Returns the peak resident memory in KiB since the last call.
    pub(crate) fn peak_memory(&self) -> u64 {
        let peak = self.status("VmHWM:");
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("this is Linux");
        peak
    }

    fn status(&self, name: &str) -> u64 {
        status(&self.process(), name).expect("it runs")
    }
}

/// Adds what lets a command serve a database in this directory, on a free port.
fn serving<'c>(command: &'c mut Command, directory: &Path) -> &'c mut Command {
    command
        .current_dir(directory)
        .env_clear()
        .args(["--listen", "127.0.0.1:0", "--database", "quartfeed.db"])
        .env("QUARTFEED_LOG_LEVEL", "warn")
}

/// Returns how many bytes a process has caused to be written to a disk.
pub(crate) fn bytes_written(process: &str) -> u64 {
    let io = fs::read_to_string(format!("/proc/{process}/io")).expect("this is Linux");
    let bytes = io
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes: "));
    bytes
        .and_then(|digits| digits.parse().ok())
        .expect("a number")
}

/// Returns the processor time of the ended child processes of a process.
pub(crate) fn cpu_of_children(process: &str) -> Duration {
    ticks(process, [13, 14])
}

/// Sums two fields of `/proc/PID/stat`, counted from the one after the name.
fn ticks(process: &str, fields: [usize; 2]) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("this is Linux");
    let (_, behind) = stat.rsplit_once(')').expect("a name in brackets");
    let all: Vec<&str> = behind.split_whitespace().collect();
    let ticks = fields.map(|n| all[n].parse::<u64>().expect("a number"));
    // USER_HZ is 100 on every Linux that this can run on.
    Duration::from_millis(ticks.iter().sum::<u64>() * 10)
}

/// Runs `busy` and returns the peak memory in KiB of any child process meanwhile.
pub(crate) fn peak_of_children<T: Send>(
    process: &str,
    busy: impl FnOnce() -> T + Send,
) -> (T, u64) {
    thread::scope(|scope| {
        let running = scope.spawn(busy);
        let mut peak = 0;
        while !running.is_finished() {
            // Sampling misses less than a millisecond before the process ends.
            let seen = children(process)
                .iter()
                .filter_map(|child| status(child, "VmHWM:"))
                .max();
            peak = peak.max(seen.unwrap_or(0));
            thread::sleep(Duration::from_micros(200));
        }
        (running.join().expect("it ends"), peak)
    })
}

/// Returns the processes that a process has started.
pub(crate) fn children(process: &str) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("this is Linux");
    let children = tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok())
        .collect::<String>();
    children.split_whitespace().map(str::to_owned).collect()
}

/// Returns a number of KiB from the status of a process, or `None` if it has ended.
pub(crate) fn status(process: &str, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A keep-alive connection that sends requests and reads each answer to its end.
pub(crate) struct Client {
    socket: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: &str) -> Client {
        let socket = TcpStream::connect(address).expect("it listens");
        socket.set_nodelay(true).expect("a socket");
        socket
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("a socket");
        Client {
            socket,
            buffer: vec![0; 256 * 1024],
        }
    }

    /// Sends a request and returns the status and body of the answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> (u16, &[u8]) {
        self.socket.write_all(request).expect("it reads");
        let (mut filled, mut whole) = (0, None);
        while whole.is_none_or(|(_, whole)| filled < whole) {
            let read = self
                .socket
                .read(&mut self.buffer[filled..])
                .expect("an answer in time");
            assert!(
                read > 0,
                "the connection ended: {}",
                String::from_utf8_lossy(&self.buffer[..filled])
            );
            filled += read;
            if whole.is_none() {
                let head = self.buffer[..filled]
                    .windows(4)
                    .position(|window| window == b"\r\n\r\n");
                whole = head.map(|head| (head + 4, head + 4 + length(&self.buffer[..head])));
            }
        }
        let status = std::str::from_utf8(&self.buffer[9..12])
            .expect("digits")
            .parse()
            .expect("a status");
        (status, &self.buffer[whole.expect("it is whole").0..filled])
    }
}

fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    // An answer without content has no length.
    if head.starts_with("http/1.1 204") {
        return 0;
    }
    let (_, rest) = head.split_once("content-length: ").expect("a length");
    rest.lines()
        .next()
        .and_then(|digits| digits.trim().parse().ok())
        .expect("a number")
}

pub(crate) fn get(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n").into_bytes()
}

/// Returns the form token of a signed-in user, from the home page.
pub(crate) fn form_token(client: &mut Client, cookie: &str) -> String {
    let (_, page) = client.ask(&get("/", cookie));
    value_after(&String::from_utf8_lossy(page), TOKEN).to_owned()
}

/// The text before the value of a form token.
pub(crate) const TOKEN: &str = "name=\"csrf_token\" value=\"";

/// Returns the value in quotes that follows a text on a page.
pub(crate) fn value_after<'p>(page: &'p str, text: &str) -> &'p str {
    let (_, rest) = page.split_once(text).expect("it is on the page");
    rest.split('"').next().expect("a value")
}

/// Returns a complete form request, with the form token of the home page.
pub(crate) fn post_form(client: &mut Client, path: &str, cookie: &str, message: &str) -> Vec<u8> {
    let token = form_token(client, cookie);
    post_form_of(
        path,
        cookie,
        &format!("csrf_token={token}&message={message}"),
    )
}

/// Returns a complete form request with these fields.
pub(crate) fn post_form_of(path: &str, cookie: &str, fields: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{fields}",
        fields.len()
    )
    .into_bytes()
}

/// Returns the time from the start of a server in this directory to its first answer, in milliseconds.
pub(crate) fn start_millis(directory: &Path) -> f64 {
    let started = Instant::now();
    let server = Server::start(directory, &[]);
    let mut client = Client::connect(&server.address);
    assert_eq!(client.ask(&get("/login", "")).0, 200);
    millis(started.elapsed())
}

/// Returns a number for a division.
pub(crate) fn float<N: TryInto<u32>>(number: N) -> f64 {
    let number = number.try_into().ok();
    f64::from(number.expect("fewer than four thousand million"))
}

/// Returns a time in milliseconds.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Returns the answers per second. Each connection sends its next request as soon as it has an answer.
pub(crate) fn rate(address: &str, requests: &[Vec<u8>], expected: u16, time: Duration) -> f64 {
    let answered = Arc::new(AtomicU64::new(0));
    let over = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    thread::scope(|scope| {
        for request in requests {
            let (answered, over) = (answered.clone(), over.clone());
            scope.spawn(move || {
                let mut client = Client::connect(address);
                while !over.load(Ordering::Relaxed) {
                    assert_eq!(client.ask(request).0, expected);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(time);
        over.store(true, Ordering::Relaxed);
    });
    float(answered.load(Ordering::Relaxed)) / started.elapsed().as_secs_f64()
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
