//! The accept loop: survives every error, limits connections, and starts a thread for each.

use std::{
    fs::File,
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener, TcpStream},
    os::fd::AsRawFd,
    sync::{Arc, Weak, atomic::Ordering},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, Waker, unix::SourceFd};

use super::{
    Shared, address,
    connection::{Connection, serve},
    refusal::Refusal,
};
use crate::sync::lock;

/// Pause of the accept loop after an error that may pass with time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Shortest time between two log lines of the accept loop.
const LOG_INTERVAL: Duration = Duration::from_secs(1);

/// Number of refused sockets that stay open for a moment. Data that their clients still send would otherwise reset
/// the connection before the client reads the refusal.
const LINGERING_MAX: usize = 32;

/// Stack size of a connection thread, which only reads, copies and writes.
const STACK_BYTES: usize = 128 * 1024;

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);

/// The accept loop.
pub(super) struct AcceptLoop {
    listener: TcpListener,
    poll: Poll,
    shared: Arc<Shared>,
    /// Spare descriptor. It is given up when descriptors run out, so that one client can still be told.
    spare_descriptor: Option<File>,
    lingering: Vec<TcpStream>,
    last_logged: Option<Instant>,
}

impl AcceptLoop {
    /// Starts the accept loop. The waker wakes it when the program stops.
    ///
    /// # Errors
    /// If the system cannot poll or cannot start a thread.
    pub(super) fn start(
        listener: TcpListener,
        shared: Arc<Shared>,
    ) -> io::Result<(Waker, JoinHandle<()>)> {
        let poll = Poll::new()?;
        poll.registry().register(
            &mut SourceFd(&listener.as_raw_fd()),
            LISTENER,
            Interest::READABLE,
        )?;
        let waker = Waker::new(poll.registry(), WAKER)?;
        let accept = AcceptLoop {
            listener,
            poll,
            shared,
            spare_descriptor: File::open("/dev/null").ok(),
            lingering: Vec::new(),
            last_logged: None,
        };
        let thread = thread::Builder::new()
            .name("accept".into())
            .spawn(move || accept.run())?;
        Ok((waker, thread))
    }

    /// Accepts connections until the program stops.
    fn run(mut self) {
        let mut events = Events::with_capacity(8);
        while !self.shared.is_stopping() {
            match self.listener.accept() {
                Ok((socket, peer)) => self.admit(socket, peer),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // An error here is an interruption by a signal; the loop tries again.
                    let _ = self.poll.poll(&mut events, None);
                }
                // The client left while it waited; nothing is wrong here.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionAborted | ErrorKind::Interrupted
                    ) => {}
                Err(error) => self.survive_shortage(&error),
            }
        }
    }

    /// Starts a thread for a connection, or refuses it if there are too many.
    fn admit(&mut self, socket: TcpStream, peer: SocketAddr) {
        let trusted = address::is_trusted(&self.shared.settings.trusted_proxies, peer.ip());
        let Some(permit) = self.shared.gate.enter((!trusted).then_some(peer.ip())) else {
            return self.refuse(socket, "too many connections");
        };
        let shared = self.shared.clone();
        let number = shared.next_number.fetch_add(1, Ordering::Relaxed);
        let connection = match Connection::new(socket) {
            Ok(connection) => Arc::new(connection),
            // The client has left already.
            Err(_) => return,
        };
        let weak = Arc::downgrade(&connection);
        let spawned = thread::Builder::new()
            .name("connection".into())
            .stack_size(STACK_BYTES)
            .spawn({
                let shared = shared.clone();
                move || {
                    let _permit = permit;
                    let _registered = OpenConnection::new(&shared, number, weak);
                    serve(&shared, connection, peer.ip());
                }
            });
        if let Err(error) = spawned {
            self.log_problem("a connection thread cannot be started", &error);
        }
    }

    /// Sends a refusal and keeps the socket open for a moment.
    fn refuse(&mut self, socket: TcpStream, why: &'static str) {
        self.shared.meters.refused.inc();
        let response = Refusal::busy(why).to_bytes(&self.shared.settings.security_headers);
        // A client that does not accept a few hundred bytes at once does not want them.
        if socket.set_nonblocking(true).is_ok() {
            let _ = io::Write::write(&mut &socket, &response);
            let _ = socket.shutdown(std::net::Shutdown::Write);
        }
        if self.lingering.len() >= LINGERING_MAX {
            self.lingering.remove(0);
        }
        self.lingering.push(socket);
        self.log_problem("a connection was refused", &why);
    }

    /// Survives a shortage of descriptors or memory: tells one client, gives the others time, goes on.
    fn survive_shortage(&mut self, error: &io::Error) {
        self.log_problem("connections cannot be accepted", error);
        self.lingering.clear();
        self.spare_descriptor = None;
        if let Ok((socket, _)) = self.listener.accept() {
            self.refuse(socket, "out of descriptors");
            self.lingering.clear();
        }
        self.spare_descriptor = File::open("/dev/null").ok();
        thread::sleep(ACCEPT_PAUSE);
    }

    /// Logs a problem, unless one was logged a moment ago.
    fn log_problem(&mut self, what: &str, why: &dyn std::fmt::Display) {
        if self
            .last_logged
            .is_none_or(|last| last.elapsed() >= LOG_INTERVAL)
        {
            self.last_logged = Some(Instant::now());
            let inside = self.shared.gate.inside();
            self.shared
                .log
                .warn(what, &[("cause", why), ("connections", &inside)]);
        }
    }
}

/// Entry in the list of open connections. It stays there as long as the thread of the connection runs.
struct OpenConnection<'s> {
    shared: &'s Shared,
    number: u64,
}

impl<'s> OpenConnection<'s> {
    fn new(shared: &'s Shared, number: u64, connection: Weak<Connection>) -> OpenConnection<'s> {
        lock(&shared.open).insert(number, connection);
        OpenConnection { shared, number }
    }
}

impl Drop for OpenConnection<'_> {
    fn drop(&mut self) {
        lock(&self.shared.open).remove(&self.number);
    }
}
