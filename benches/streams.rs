//! `cargo bench --bench streams`: the cost of live updates. One user writes, and everybody else has a page open.
//! Measures the time from sending the form to the last reader, the processor time of each delivery and the memory of an
//! idle stream. The limit for comparison is two threads that only write the same bytes to as many sockets. The members of
//! a group are compared with as many followers of a person; `-- groups` does that alone.

mod common;

use std::{
    env,
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use common::{Client, Server, float, millis, post_form, prepare};
use mio::{Events, Interest, Poll, Token};
use quartfeed::{
    error::Result,
    model::{GroupEdit, NewGroup, UserId, UserName},
    store::{Tx, groups, relationships},
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const EVENTS: usize = 40;
/// The number of times that groups and followers take turns.
const TURNS: usize = 3;
/// The time after which an event counts as lost.
const DEADLINE: Duration = Duration::from_secs(30);
/// The number of threads that the hub has on two cores.
const FLOOR_THREADS: usize = 2;

/// The results for QuartFeed or for the limit.
struct Cost {
    median: Duration,
    p99: Duration,
    cpu_micros: f64,
    memory_bytes: f64,
    event_bytes: usize,
}

/// The people who have a page open.
#[derive(Clone, Copy)]
enum Crowd {
    Followers,
    Members { is_private: bool },
}

/// The number of members whom a group is compared with.
const MEMBERS: usize = 1_000;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, mode, readers, bytes] = arguments.as_slice()
        && mode == "limit"
    {
        return limit(
            readers.parse().expect("a number"),
            bytes.parse().expect("a number"),
        );
    }
    take_all_descriptors();
    if arguments.iter().any(|argument| argument == "groups") {
        return compare_groups();
    }
    for readers in [1_000, 10_000] {
        let ours = site(readers, Crowd::Followers);
        let limit = bare_writes(readers, ours.event_bytes);
        println!(
            "{readers:5} streams, {} bytes: last reader after {:.1} ms (median), {:.1} ms (p99 of {EVENTS}); \
             {:.1} µs CPU per delivery; {:.2} KB per idle stream",
            ours.event_bytes,
            millis(ours.median),
            millis(ours.p99),
            ours.cpu_micros,
            ours.memory_bytes / 1_000.0,
        );
        println!(
            "        the limit: last reader after {:.1} ms (median), {:.1} ms (p99); {:.1} µs; ratio of the medians {:.2}, of CPU {:.2}",
            millis(limit.median),
            millis(limit.p99),
            limit.cpu_micros,
            ours.median.as_secs_f64() / limit.median.as_secs_f64(),
            ours.cpu_micros / limit.cpu_micros,
        );
    }
    compare_groups();
}

/// Compares the members of groups with followers, taking turns.
fn compare_groups() {
    for is_private in [false, true] {
        let turns = (0..TURNS).map(|_| {
            let followers = site(MEMBERS, Crowd::Followers);
            let members = site(MEMBERS, Crowd::Members { is_private });
            let time = members.median.as_secs_f64() / followers.median.as_secs_f64();
            (time, members.cpu_micros / followers.cpu_micros)
        });
        let (mut times, mut cpu): (Vec<f64>, Vec<f64>) = turns.unzip();
        times.sort_by(f64::total_cmp);
        cpu.sort_by(f64::total_cmp);
        println!(
            "{MEMBERS} members of a {} group / followers: last reader {:.2} ({:.2} to {:.2}), CPU per delivery {:.2} ({:.2} to {:.2})",
            if is_private { "private" } else { "public" },
            times[TURNS / 2],
            times[0],
            times[TURNS - 1],
            cpu[TURNS / 2],
            cpu[0],
            cpu[TURNS - 1],
        );
    }
}

/// Raises the limit on open files, because most shells allow fewer than ten thousand sockets.
fn take_all_descriptors() {
    let most = getrlimit(Resource::Nofile).maximum;
    let all = Rlimit {
        current: most,
        maximum: most,
    };
    setrlimit(Resource::Nofile, all).expect("up to the hard limit");
}

fn site(readers: usize, crowd: Crowd) -> Cost {
    let prepared = prepare();
    let people = prepared.people(readers + 1);
    let ids: Vec<_> = people.iter().skip(1).map(|person| person.id).collect();
    let author = people[0].id;
    let gather = prepared.db.write(common::now(), move |tx| match crowd {
        Crowd::Followers => {
            let author: UserName = "user0".parse().expect("a name");
            ids.iter()
                .try_for_each(|id| relationships::follow(tx, *id, &author).map(|_| ()))
        }
        Crowd::Members { is_private } => found(tx, author, &ids, is_private),
    });
    gather.expect("they can be written");
    prepared.db.close();

    let server = Server::start(
        prepared.directory.path(),
        &[
            ("QUARTFEED_LIMITS_STREAMS", "18000"),
            ("QUARTFEED_LOG_LEVEL", "error"),
        ],
    );
    let mut client = Client::connect(&server.address);
    let request = post_form(
        &mut client,
        "/post",
        &people[0].cookie,
        match crowd {
            Crowd::Followers => "Who+comes+by+tonight%3F",
            Crowd::Members { .. } => "Who+comes+by+tonight%3F&to=garden",
        },
    );
    let heads = people[1..]
        .iter()
        .map(|person| common::get("/sse", &person.cookie));
    measure(&server, heads, || assert_eq!(client.ask(&request).0, 303))
}

/// Creates a group with these members.
fn found(tx: &mut Tx<'_>, admin: UserId, members: &[UserId], is_private: bool) -> Result<()> {
    let form = |field: &str| match field {
        "name" => "garden",
        // Everybody joins, and then it becomes what it is to be.
        _ => "",
    };
    let group = groups::create(tx, admin, &NewGroup::parse(form).expect("a good form"))?;
    for member in members {
        groups::members::join(tx, *member, &group.name)?;
    }
    let privacy = if is_private { "private" } else { "public" };
    let edit = GroupEdit::parse(|field| if field == "privacy" { privacy } else { "" });
    groups::edit(tx, admin, &group.name, &edit.expect("a good form"))?;
    Ok(())
}

/// Measures the limit: nothing but system calls.
fn bare_writes(readers: usize, bytes: usize) -> Cost {
    let program = env::current_exe().expect("we run");
    let server = Server::spawn(Command::new(program).args([
        "limit",
        &readers.to_string(),
        &bytes.to_string(),
    ]));
    // The first connection gives the signal to write.
    let mut control = TcpStream::connect(&server.address).expect("it listens");
    let heads = (0..readers).map(|_| b"hello".to_vec());
    measure(&server, heads, || {
        control.write_all(b"!").expect("it reads");
    })
}

fn measure(server: &Server, heads: impl Iterator<Item = Vec<u8>>, mut send: impl FnMut()) -> Cost {
    let before = server.memory();
    let mut poll = Poll::new().expect("this is Linux");
    let mut sockets: Vec<_> = heads.map(|head| open(&server.address, &head)).collect();
    for (n, socket) in sockets.iter_mut().enumerate() {
        poll.registry()
            .register(socket, Token(n), Interest::READABLE)
            .expect("a socket");
    }
    let memory = server.memory().saturating_sub(before) * 1_024;

    let mut last = Vec::with_capacity(EVENTS);
    let mut event_bytes = 0;
    let cpu = server.cpu();
    for _ in 0..EVENTS {
        let started = Instant::now();
        send();
        event_bytes = wait_for_all(&mut poll, &mut sockets, started);
        last.push(started.elapsed());
    }
    let cpu = server.cpu().saturating_sub(cpu);
    last.sort();
    Cost {
        median: last[EVENTS / 2],
        p99: last[EVENTS * 99 / 100],
        cpu_micros: cpu.as_secs_f64() * 1e6 / float(sockets.len() * EVENTS),
        memory_bytes: float(memory) / float(sockets.len()),
        event_bytes,
    }
}

/// Serves as the limit: two threads, each with half of the sockets, make one write for each socket.
fn limit(readers: usize, bytes: usize) {
    take_all_descriptors();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    println!(
        "listening on http://{}",
        listener.local_addr().expect("an address")
    );
    let mut control = listener.accept().expect("the measuring program").0;
    let sockets = (0..readers).map(|_| {
        let mut socket = listener.accept().expect("a reader").0;
        socket.set_nodelay(true).expect("a socket");
        socket.read_exact(&mut [0; 5]).expect("a hello");
        socket.write_all(b"hello\n\n").expect("it reads");
        socket
    });
    let mut sockets: Vec<TcpStream> = sockets.collect();
    let frame = [vec![b'x'; bytes - 3], b"}\n\n".to_vec()].concat();
    while control.read_exact(&mut [0]).is_ok() {
        thread::scope(|scope| {
            for half in sockets.chunks_mut(readers.div_ceil(FLOOR_THREADS)) {
                let frame = &frame;
                scope.spawn(move || {
                    for socket in half {
                        socket.write_all(frame).expect("it reads");
                    }
                });
            }
        });
    }
}

fn open(address: &str, head: &[u8]) -> mio::net::TcpStream {
    let mut socket = TcpStream::connect(address).expect("it listens");
    socket.write_all(head).expect("it reads");
    socket.set_read_timeout(Some(DEADLINE)).expect("a socket");
    let mut answer = Vec::new();
    let mut piece = [0; 2_048];
    // The first frame of the stream is in a chunk, which ends with a line end of its own.
    while !answer.windows(2).any(|window| window == b"\n\n") {
        let read = socket.read(&mut piece).expect("a head");
        assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..read]);
    }
    socket.set_nonblocking(true).expect("a socket");
    mio::net::TcpStream::from_std(socket)
}

/// Waits until every reader has the end of the event. Returns the most bytes that arrived at once, which is one event.
fn wait_for_all(poll: &mut Poll, sockets: &mut [mio::net::TcpStream], started: Instant) -> usize {
    let mut events = Events::with_capacity(4_096);
    let mut scratch = [0; 8_192];
    let (mut missing, mut most) = (sockets.len(), 0);
    while missing > 0 {
        assert!(
            started.elapsed() < DEADLINE,
            "{missing} readers have nothing"
        );
        poll.poll(&mut events, Some(Duration::from_secs(1)))
            .expect("this is Linux");
        for event in &events {
            loop {
                match sockets[event.token().0].read(&mut scratch) {
                    Ok(0) => panic!("a stream ended"),
                    // Heartbeats may arrive in between. An event ends with its data.
                    Ok(read) if has_event(&scratch[..read]) => {
                        missing -= 1;
                        most = most.max(read);
                    }
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
    most
}

/// Checks for the end of an event: its JSON, a line end, an empty line.
fn has_event(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|window| window == b"}\n\n")
}
