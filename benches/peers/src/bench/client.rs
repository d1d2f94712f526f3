//! HTTP as far as the measurements need it: requests as bytes, and answers with a length or in chunks.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token};

const ANSWER_DEADLINE: Duration = Duration::from_secs(30);
const ANSWER_BYTES_MAX: usize = 512 * 1_024;

/// An answer that is complete.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A connection for requests one after the other.
pub(crate) struct Client {
    socket: TcpStream,
    received: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: &str) -> Client {
        let socket = connect(address);
        Client {
            socket,
            received: vec![],
        }
    }

    pub(crate) fn ask(&mut self, request: &[u8]) -> Answer {
        self.send(request);
        self.answer()
    }

    pub(crate) fn send(&mut self, request: &[u8]) {
        self.received.clear();
        self.socket.write_all(request).expect("it reads");
    }

    pub(crate) fn answer(&mut self) -> Answer {
        let mut piece = vec![0; 64 * 1_024];
        while length(&self.received).is_none() {
            let read = self.socket.read(&mut piece).expect("an answer in time");
            assert!(
                read > 0,
                "the connection ended: {}",
                String::from_utf8_lossy(&self.received)
            );
            self.received.extend_from_slice(&piece[..read]);
        }
        let head = head_length(&self.received).expect("it is complete");
        let is_chunked = is_chunked(&self.received[..head]);
        let rest = &self.received[head..];
        Answer {
            status: status(&self.received),
            body: if is_chunked {
                joined(rest)
            } else {
                rest.to_vec()
            },
        }
    }
}

pub(crate) fn connect(address: &str) -> TcpStream {
    let socket = TcpStream::connect(address).expect("it listens");
    socket.set_nodelay(true).expect("a socket");
    let deadline = socket.set_read_timeout(Some(ANSWER_DEADLINE));
    deadline.expect("a socket");
    socket
}

pub(crate) fn get(path: &str, cookie: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n{more}\r\n").into_bytes()
}

pub(crate) fn send(method: &str, path: &str, cookie: &str, kind: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A connection that sends the same request again as soon as it has the answer.
struct Loop {
    socket: mio::net::TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// Returns the answers per second. One thread serves all connections, so that the client is never short of its core.
pub(crate) fn rate(address: &str, request: &[u8], connections: usize, time: Duration) -> f64 {
    let mut poll = Poll::new().expect("this is Linux");
    let mut loops: Vec<Loop> = (0..connections).map(|_| Loop::open(address)).collect();
    for (n, each) in loops.iter_mut().enumerate() {
        let registered = poll
            .registry()
            .register(&mut each.socket, Token(n), Interest::READABLE);
        registered.expect("a socket");
        each.socket.write_all(request).expect("a small request");
    }
    let mut events = Events::with_capacity(connections);
    let (started, mut answered, mut last) = (Instant::now(), 0, Instant::now());
    while started.elapsed() < time {
        assert!(last.elapsed() < ANSWER_DEADLINE, "no answer");
        poll.poll(&mut events, Some(Duration::from_millis(100)))
            .expect("this is Linux");
        for event in &events {
            let each = &mut loops[event.token().0];
            while each.has_answer() {
                each.socket.write_all(request).expect("a small request");
                answered += 1;
                last = Instant::now();
            }
        }
    }
    crate::float(answered) / started.elapsed().as_secs_f64()
}

impl Loop {
    fn open(address: &str) -> Loop {
        let socket = connect(address);
        socket.set_nonblocking(true).expect("a socket");
        Loop {
            socket: mio::net::TcpStream::from_std(socket),
            buffer: vec![0; ANSWER_BYTES_MAX],
            filled: 0,
        }
    }

    /// Reads as much as there is, and checks for the end of the answer.
    fn has_answer(&mut self) -> bool {
        loop {
            match self.socket.read(&mut self.buffer[self.filled..]) {
                Ok(0) => panic!("the connection ended"),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) => panic!("{error}"),
            }
            if length(&self.buffer[..self.filled]) == Some(self.filled) {
                assert_eq!(status(&self.buffer), 200);
                self.filled = 0;
                return true;
            }
        }
    }
}

fn status(answer: &[u8]) -> u16 {
    let digits = std::str::from_utf8(&answer[9..12]).expect("digits");
    digits.parse().expect("a status")
}

/// Returns the length of an answer, or `None` if its end has not arrived.
fn length(received: &[u8]) -> Option<usize> {
    let head = head_length(received)?;
    let all = if is_chunked(&received[..head]) {
        let mut at = head;
        loop {
            let (data, size) = chunk(&received[at..])?;
            at += data + size + 2;
            if size == 0 {
                break at;
            }
        }
    } else {
        let value = header(&received[..head], "content-length:");
        head + value.map_or(0, |digits| digits.parse().expect("a number"))
    };
    (received.len() >= all).then_some(all)
}

fn head_length(received: &[u8]) -> Option<usize> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n");
    end.map(|end| end + 4)
}

fn is_chunked(head: &[u8]) -> bool {
    header(head, "transfer-encoding:").is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
}

/// Returns the value of a header, whose name is in lower case and ends in a colon.
fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let mut lines = std::str::from_utf8(head).expect("ASCII").split("\r\n");
    let value = lines.find_map(|line| {
        let (given, value) = line.split_at_checked(name.len())?;
        given.eq_ignore_ascii_case(name).then_some(value)
    });
    value.map(str::trim)
}

/// Returns the offset of a chunk's data, and its size.
fn chunk(rest: &[u8]) -> Option<(usize, usize)> {
    let line = rest.windows(2).position(|two| two == b"\r\n")?;
    let digits = std::str::from_utf8(&rest[..line]).expect("digits");
    Some((
        line + 2,
        usize::from_str_radix(digits, 16).expect("a number"),
    ))
}

/// Joins the chunks of a complete body.
fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some((data, size)) = chunk(rest)
        && size > 0
    {
        body.extend_from_slice(&rest[data..data + size]);
        rest = &rest[data + size + 2..];
    }
    body
}
