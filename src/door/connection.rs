//! One client connection: one request at a time, each within its deadline.

pub(super) mod body;
mod transfer;

use std::{
    cell::Cell,
    io,
    net::{IpAddr, Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    Shared, address,
    head::{self, HeadProgress, RequestHead},
    introduction::{self, Introduction},
    refusal::Refusal,
    response::{BackendResponse, ResponseContext},
};
use crate::log::{self, Level};
use body::RequestBody;
use transfer::is_timeout;

/// Time from the first byte of a head to its last.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// Time after a response within which a client may send its next request.
const IDLE_DEADLINE: Duration = Duration::from_mins(1);
/// Slowest rate at which a client may send a body or read a response.
const BODY_BYTES_PER_SECOND_MIN: u64 = 4 * 1024;
/// Time to read a response, beside the time that its length takes at the slowest rate.
const RESPONSE_GRACE: Duration = Duration::from_secs(20);

/// A client's socket, shared with the thread that may have to end it.
pub(super) struct Connection {
    socket: TcpStream,
    /// True between two requests.
    idle: AtomicBool,
}

impl Connection {
    /// Sets the time-outs of a socket.
    pub(super) fn new(socket: TcpStream) -> io::Result<Connection> {
        socket.set_nonblocking(false)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(HEAD_DEADLINE))?;
        socket.set_write_timeout(Some(RESPONSE_GRACE))?;
        Ok(Connection {
            socket,
            idle: AtomicBool::new(true),
        })
    }

    /// Ends the connection if it waits for its next request. A running request is left alone.
    pub(super) fn end_if_idle(&self) {
        if self.idle.load(Ordering::SeqCst) {
            self.end();
        }
    }

    /// Ends the connection.
    pub(super) fn end(&self) {
        // A socket that is closed already needs no ending.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// Serves a client until it leaves, is refused, or becomes a stream.
pub(super) fn serve(shared: &Shared, connection: Arc<Connection>, peer: IpAddr) {
    let client = Client {
        shared,
        connection: &connection,
        peer: Cell::new(peer),
        read_timeout: Cell::new(HEAD_DEADLINE),
        is_noted: Cell::new(false),
    };
    match client.serve() {
        Ok(None) | Err(ConnectionEnd::Left) => {}
        Ok(Some(response)) => hand_over(shared, connection, response),
        Err(ConnectionEnd::Refused(refusal)) => client.refuse(&refusal),
    }
}

/// Hands the socket to the hub.
fn hand_over(shared: &Shared, connection: Arc<Connection>, response: BackendResponse) {
    // The door may hold the socket for a moment when the program stops; then the stream does not begin.
    let socket = Arc::into_inner(connection).map(|connection| connection.socket);
    if let (Some(socket), Some(join)) = (socket, response.stream) {
        (shared.on_stream)(socket, response.bytes, *join);
    }
}

/// The next step after a request.
enum NextStep {
    KeepAlive,
    Close,
    Stream(BackendResponse),
}

/// The reason why a connection ends.
enum ConnectionEnd {
    /// The client has gone, or is too slow to be told anything.
    Left,
    Refused(Refusal),
}

impl From<Refusal> for ConnectionEnd {
    fn from(refusal: Refusal) -> ConnectionEnd {
        ConnectionEnd::Refused(refusal)
    }
}

impl From<io::Error> for ConnectionEnd {
    fn from(_: io::Error) -> ConnectionEnd {
        ConnectionEnd::Left
    }
}

/// A client as its thread sees it.
struct Client<'c> {
    shared: &'c Shared,
    connection: &'c Connection,
    /// The other end of the socket, or the client that a trusted proxy has introduced.
    peer: Cell<IpAddr>,
    /// Read time-out that the socket has now. Setting it again would cost a system call.
    read_timeout: Cell<Duration>,
    /// True if it is known how this connection arrived.
    is_noted: Cell<bool>,
}

impl Client<'_> {
    /// Answers one request after the other. Returns a response if it begins a stream.
    fn serve(&self) -> Result<Option<BackendResponse>, ConnectionEnd> {
        let mut buffer = Vec::new();
        self.introduce(&mut buffer)?;
        loop {
            match self.one_request(&mut buffer)? {
                NextStep::KeepAlive => {}
                NextStep::Close => return Ok(None),
                NextStep::Stream(response) => return Ok(Some(response)),
            }
            self.connection.idle.store(true, Ordering::SeqCst);
            if self.shared.is_stopping() {
                return Ok(None);
            }
            self.set_read_timeout(IDLE_DEADLINE)?;
        }
    }

    /// Reads who the client is, if a trusted proxy says so before the first request.
    fn introduce(&self, buffer: &mut Vec<u8>) -> Result<(), ConnectionEnd> {
        if !address::is_trusted(&self.shared.settings.trusted_proxies, self.peer.get()) {
            return Ok(());
        }
        let deadline = Instant::now() + HEAD_DEADLINE;
        loop {
            match introduction::read(buffer)? {
                Introduction::Missing => return Ok(()),
                Introduction::Whole { client, bytes } => {
                    // The proxy has named its client in another way than by a header.
                    self.is_noted.set(true);
                    self.peer.set(client.unwrap_or(self.peer.get()));
                    buffer.drain(..bytes);
                    return Ok(());
                }
                Introduction::Partial => {
                    self.limit_read(deadline, "the head did not arrive within 10 seconds")?;
                    self.read_more(buffer)?;
                }
            }
        }
    }

    /// Reads and answers one request. `buffer` holds the bytes that were read beyond the previous request, and
    /// afterwards those beyond this one.
    fn one_request(&self, buffer: &mut Vec<u8>) -> Result<NextStep, ConnectionEnd> {
        let head_bytes = self.read_head(buffer);
        let for_programs = head::is_for_programs(buffer, &self.shared.settings);
        let next = head_bytes.and_then(|head_bytes| self.answer_request(buffer, head_bytes));
        next.map_err(|ended| match ended {
            ConnectionEnd::Refused(refusal) => refusal.for_programs(for_programs).into(),
            ConnectionEnd::Left => ConnectionEnd::Left,
        })
    }

    /// Answers the request whose head is complete in `buffer`.
    fn answer_request(
        &self,
        buffer: &mut Vec<u8>,
        head_bytes: usize,
    ) -> Result<NextStep, ConnectionEnd> {
        let started = Instant::now();
        let mut head = head::parse(
            &buffer[..head_bytes],
            &self.shared.settings,
            self.peer.get(),
            !self.is_noted.replace(true),
        )?;
        buffer.drain(..head_bytes);
        if let Some(neighbour) = head.neighbour.take() {
            self.shared.settings.arrivals.note(neighbour);
        }
        let body = match self.receive_body(&head, buffer)? {
            Ok(body) => body,
            Err(response) => {
                self.note_answer(&head, started, response.status, response.body_bytes);
                self.send_early(&head, response)?;
                return Ok(NextStep::Close);
            }
        };
        // One deadline holds for everything that is still to be done.
        let deadline = head.upload;
        let deadline =
            deadline.map(|size| Instant::now() + self.shared.time_for(size, head.body_bytes));
        let work = head
            .upload
            .zip(deadline)
            .filter(|_| body.may_have_files(&head));
        let turn =
            work.map(|(size, deadline)| self.shared.upload_turn(size, head.client, deadline));
        let _turn = turn.transpose()?;

        let keep_alive =
            head.keep_alive && !self.shared.is_stopping() && !self.shared.gate.is_crowded();
        let response = self.ask(&head, &body, keep_alive, deadline);
        // The room of the body is free before the client reads the response.
        drop(body);
        match &response {
            Ok(response) => self.note_answer(&head, started, response.status, response.body_bytes),
            Err(refusal) => self.note_answer(&head, started, refusal.status, 0),
        }
        let response = response?;
        if response.stream.is_some() {
            return Ok(NextStep::Stream(response));
        }
        self.send(response)?;
        Ok(if keep_alive {
            NextStep::KeepAlive
        } else {
            NextStep::Close
        })
    }

    /// Sends a request to the backend and reads the response.
    fn ask(
        &self,
        head: &RequestHead,
        body: &RequestBody,
        keep_alive: bool,
        deadline: Option<Instant>,
    ) -> Result<BackendResponse, Refusal> {
        let context = ResponseContext {
            is_head: head.method == "HEAD",
            keep_alive,
            is_chunked: head.is_http_1_1,
            security_headers: &self.shared.settings.security_headers,
            client: head.client,
            deadline,
            spool: &self.shared.responses,
        };
        self.shared.backend.ask(head, body, &context)
    }

    /// Counts and logs a request that was answered.
    fn note_answer(&self, head: &RequestHead, started: Instant, status: u16, bytes: u64) {
        let took = started.elapsed();
        let for_programs = self.shared.settings.is_for_programs(&head.path);
        let meters = &self.shared.meters;
        meters.note_answer(for_programs, status, took);
        if !self.shared.log.is_enabled(Level::Info) {
            return;
        }
        let millis = format!("{:.1}", took.as_secs_f64() * 1_000.0);
        self.shared.log.info(
            "request",
            &[
                ("method", &head.method),
                ("path", &log::path(&head.path)),
                ("status", &status),
                ("bytes", &bytes),
                ("ms", &millis),
                ("client", &head.client),
            ],
        );
    }

    /// Reads until the head is complete. Returns its length.
    fn read_head(&self, buffer: &mut Vec<u8>) -> Result<usize, ConnectionEnd> {
        let mut scanned = 0;
        let mut deadline = None;
        loop {
            if scanned == 0 {
                // Empty lines before a request are skipped (RFC 9112 §2.2).
                let empty = buffer.chunks(2).take_while(|line| *line == b"\r\n").count();
                buffer.drain(..2 * empty);
            }
            if let HeadProgress::Complete(end) = head::progress(buffer, scanned)? {
                self.connection.idle.store(false, Ordering::SeqCst);
                return Ok(end);
            }
            scanned = buffer.len();
            if scanned > 0 {
                self.connection.idle.store(false, Ordering::SeqCst);
                let deadline = *deadline.get_or_insert_with(|| Instant::now() + HEAD_DEADLINE);
                self.limit_read(deadline, "the head did not arrive within 10 seconds")?;
            }
            match self.read_more(buffer) {
                Ok(()) => {}
                Err(error) if is_timeout(&error) && scanned > 0 => {
                    return Err(
                        Refusal::new(408, "the head did not arrive within 10 seconds").into(),
                    );
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
