//! Streams: one person writes, and everybody else has a page open. Each server sends the same number of bytes.

use std::{
    io::{ErrorKind, Read, Write},
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, net::TcpStream};

use crate::{
    Setup,
    client::{Client, connect, get, send},
    float, median_and_range,
    server::Server,
    site::Site,
};

const READERS: [usize; 2] = [1_000, 5_000];
const TURNS: usize = 3;
const EVENTS: usize = 100;
/// The time after which an event counts as lost.
const DEADLINE: Duration = Duration::from_secs(30);
/// The number of bytes by which a peer's event may differ from QuartFeed's. The ids that nchan gives grow.
const DIFFERENCE_MAX: usize = 8;
/// A name for each server, in the order of the measurements.
const NAMES: [&str; 3] = ["QuartFeed", "nginx + nchan", "axum"];

/// The results for one server, of all turns.
#[derive(Default)]
struct Cost {
    latencies_ms: Vec<f64>,
    cpu_micros: Vec<f64>,
    memory_kb: Vec<f64>,
    event_bytes: usize,
}

/// A stream that a reader has open.
struct Stream {
    socket: TcpStream,
    /// The number of bytes of [`END`] that have just arrived.
    matched: usize,
}

/// Header that browsers send to open a stream. nchan refuses readers without it.
const ACCEPT: &str = "Accept: text/event-stream\r\n";
/// The end of an event: its JSON, a line end, an empty line.
const END: &[u8] = b"}\n\n";

pub(crate) fn measure(setup: &Setup) {
    for readers in READERS {
        let mut costs: [Cost; 3] = Default::default();
        let site = Site::with_readers(setup, readers);
        for _ in 0..TURNS {
            quartfeed(setup, &site, readers, &mut costs[0]);
            let bytes = costs[0].event_bytes;
            let directory = setup.directory();
            let nginx = Server::nginx(setup, directory.path());
            peer(&nginx, readers, bytes, &mut costs[1]);
            let axum = Server::axum_broadcast(setup);
            peer(&axum, readers, bytes, &mut costs[2]);
        }
        print(readers, &costs);
    }
}

fn quartfeed(setup: &Setup, site: &Site, readers: usize, cost: &mut Cost) {
    let server = Server::quartfeed(setup, site.directory.path(), &[]);
    let requests = (1..=readers).map(|n| get("/sse", &site.cookie(&server, n), ACCEPT));
    let publish = send(
        "POST",
        "/api/v1/posts",
        &site.cookie(&server, 0),
        "application/json",
        r#"{"message":"Who comes by tonight?"}"#,
    );
    one_turn(&server, requests, &publish, cost);
}

/// Measures a server that sends what it gets. The text is as long as it must be for `bytes` on the way to a reader.
fn peer(server: &Server, readers: usize, bytes: usize, cost: &mut Cost) {
    let request = get("/sse", "", ACCEPT);
    let publish = |length: usize| {
        let text = format!("{{\"html\":\"{}\"}}", "x".repeat(length.saturating_sub(11)));
        send("POST", "/publish", "", "text/plain; charset=utf-8", &text)
    };
    let (mut poll, mut streams) = open(server, std::iter::once(request.clone()));
    let mut publisher = Client::connect(&server.address);
    publisher.send(&publish(bytes));
    let added = wait_for_all(&mut poll, &mut streams).saturating_sub(bytes);
    publisher.answer();
    drop(streams);
    let requests = (0..readers).map(|_| request.clone());
    one_turn(server, requests, &publish(bytes - added), cost);
    let difference = cost.event_bytes.abs_diff(bytes);
    assert!(difference <= DIFFERENCE_MAX, "{} bytes", cost.event_bytes);
}

fn one_turn(
    server: &Server,
    requests: impl Iterator<Item = Vec<u8>>,
    publish: &[u8],
    cost: &mut Cost,
) {
    let before = server.memory();
    let (mut poll, mut streams) = open(server, requests);
    let memory = server.memory().saturating_sub(before);
    let memory = float(usize::try_from(memory).expect("it fits"));
    cost.memory_kb.push(memory / 1_000.0 / float(streams.len()));

    let mut publisher = Client::connect(&server.address);
    let cpu = server.cpu();
    for _ in 0..EVENTS {
        let started = Instant::now();
        publisher.send(publish);
        cost.event_bytes = wait_for_all(&mut poll, &mut streams);
        let latency = started.elapsed().as_secs_f64() * 1_000.0;
        cost.latencies_ms.push(latency);
        let status = publisher.answer().status;
        assert!((200..300).contains(&status), "{status}");
    }
    let cpu = server.cpu().saturating_sub(cpu).as_secs_f64() * 1e6;
    cost.cpu_micros.push(cpu / float(streams.len() * EVENTS));
}

/// Opens streams, and waits until each has its first block, which says that the reader will miss nothing.
fn open(server: &Server, requests: impl Iterator<Item = Vec<u8>>) -> (Poll, Vec<Stream>) {
    let poll = Poll::new().expect("this is Linux");
    let mut streams: Vec<Stream> = requests
        .map(|request| Stream::open(&server.address, &request))
        .collect();
    for (n, stream) in streams.iter_mut().enumerate() {
        poll.registry()
            .register(&mut stream.socket, Token(n), Interest::READABLE)
            .expect("a socket");
    }
    (poll, streams)
}

impl Stream {
    fn open(address: &str, request: &[u8]) -> Stream {
        let mut socket = connect(address);
        socket.write_all(request).expect("it reads");
        let (mut answer, mut piece) = (Vec::new(), [0; 2_048]);
        while !answer.windows(2).any(|two| two == b"\n\n") {
            let read = socket.read(&mut piece).expect("a head");
            answer.extend_from_slice(&piece[..read]);
            let is_stream = read > 0 && answer.starts_with(b"HTTP/1.1 200 ");
            assert!(is_stream, "{}", String::from_utf8_lossy(&answer));
        }
        socket.set_nonblocking(true).expect("a socket");
        Stream {
            socket: TcpStream::from_std(socket),
            matched: 0,
        }
    }

    /// Reads what has arrived. Returns the number of bytes and of events that ended.
    fn read(&mut self, scratch: &mut [u8]) -> (usize, usize) {
        let (mut bytes, mut ended) = (0, 0);
        loop {
            match self.socket.read(scratch) {
                Ok(0) => panic!("a stream ended"),
                Ok(read) => {
                    bytes += read;
                    ended += self.ends(&scratch[..read]);
                    // Less than there is room for means that nothing is left (epoll(7), edge-triggered).
                    if read < scratch.len() {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
        (bytes, ended)
    }

    fn ends(&mut self, bytes: &[u8]) -> usize {
        // An event that arrives at once, as nearly all do.
        if self.matched == 0 && bytes.ends_with(END) {
            return 1;
        }
        let mut ended = 0;
        for &byte in bytes {
            self.matched = match byte {
                b if b == END[self.matched] => self.matched + 1,
                b if b == END[0] => 1,
                _ => 0,
            };
            if self.matched == END.len() {
                ended += 1;
                self.matched = 0;
            }
        }
        ended
    }
}

/// Waits until every reader has the end of the event. Returns the bytes that the first reader got.
fn wait_for_all(poll: &mut Poll, streams: &mut [Stream]) -> usize {
    let started = Instant::now();
    let mut events = Events::with_capacity(4_096);
    let mut scratch = [0; 16_384];
    let (mut missing, mut first) = (streams.len(), 0);
    while missing > 0 {
        assert!(
            started.elapsed() < DEADLINE,
            "{missing} readers have nothing"
        );
        poll.poll(&mut events, Some(Duration::from_secs(1)))
            .expect("this is Linux");
        for event in &events {
            let number = event.token().0;
            let (bytes, ended) = streams[number].read(&mut scratch);
            missing -= ended;
            if number == 0 {
                first += bytes;
            }
        }
    }
    first
}

fn print(readers: usize, costs: &[Cost; 3]) {
    println!(
        "| {readers} streams | against {} | against {} |",
        NAMES[1], NAMES[2]
    );
    println!("|---|---|---|");
    let latencies = costs.each_ref().map(|cost| {
        let mut sorted = cost.latencies_ms.clone();
        sorted.sort_by(f64::total_cmp);
        (sorted[sorted.len() / 2], sorted[sorted.len() * 99 / 100])
    });
    row("last reader, median", "ms", latencies.map(|of| of.0));
    row("last reader, p99", "ms", latencies.map(|of| of.1));
    let middle = |values: &[f64]| median_and_range(values).0;
    let cpu = costs.each_ref().map(|cost| middle(&cost.cpu_micros));
    row("processor time for each delivery", "µs", cpu);
    let memory = costs.each_ref().map(|cost| middle(&cost.memory_kb));
    row("memory of a stream", "KB", memory);
    let bytes = costs.each_ref().map(|cost| cost.event_bytes.to_string());
    println!(
        "\nBytes of an event on the way to a reader: {}\n",
        bytes.join(", ")
    );
}

fn row(what: &str, unit: &str, values: [f64; 3]) {
    let [ours, nchan, axum] = values;
    let against = |peer: f64| format!("{:.2} × ({ours:.2} {unit} and {peer:.2})", ours / peer);
    println!("| {what} | {} | {} |", against(nchan), against(axum));
}
