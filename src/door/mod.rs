//! The door: the only part that faces the network. It lets complete, bounded requests through to the backend, a
//! tiny_http server on a private Unix socket, and hands the sockets of event streams to the hub.

mod address;
mod backend;
mod connection;
mod gate;
mod head;
mod refusal;
mod response;
mod semaphore;
mod spool;

use std::{
    fs::File,
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, TcpListener, TcpStream},
    os::fd::AsRawFd,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, Waker, unix::SourceFd};

pub use backend::{Connect, Pool};

use crate::{config::Network, http::FOR_PROGRAMS, live::Join, log::Log};
use connection::Connection;
use gate::Gate;
use head::UploadSize;
use refusal::Refusal;
use semaphore::{FairSemaphore, SemaphorePermit};
use spool::Spool;

/// Time that running requests get to finish when the program stops.
const STOP_DEADLINE: Duration = Duration::from_secs(10);

/// Pause of the accept loop after an error that may pass with time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Shortest time between two log lines of the accept loop.
const LOG_INTERVAL: Duration = Duration::from_secs(1);

/// Number of refused sockets that stay open for a moment. Data that their clients still send would otherwise reset
/// the connection before the client reads the refusal.
const LINGERING_MAX: usize = 32;

/// Stack size of a connection thread, which only reads, copies and writes.
const STACK_BYTES: usize = 128 * 1024;

/// Size of the spool of long responses that wait for their readers, in bytes: room for two downloads of everything
/// that one person may keep on the site.
const ANSWER_SPOOL_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// Size of the spool of uploads that are arriving or waiting for their turn, in bytes: fifty pictures of the
/// largest kind. Every disk has that much room.
const UPLOAD_SPOOL_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Part of the spool of responses that one client may use, in bytes.
const CLIENT_ANSWER_BYTES_MAX: u64 = ANSWER_SPOOL_BYTES_MAX / 4 * 3;
/// Part of the spool of uploads that one client may use, in bytes.
const CLIENT_UPLOAD_BYTES_MAX: u64 = UPLOAD_SPOOL_BYTES_MAX / 2;

/// Number of large uploads that the backend handles at once, out of its twelve requests. Only one picture is
/// rendered at a time: more uploads would only wait there, and pages with them. The second one is read meanwhile.
/// One client gets half of them.
const LARGE_AT_ONCE: u64 = 2;
/// Number of small uploads that the backend handles at once. Forms without files need no turn.
const SMALL_AT_ONCE: u64 = 4;

/// Time that an upload waits for room before it is read. A proxy that passes it on waits a minute meanwhile
/// (`proxy_send_timeout` of nginx).
const ROOM_DEADLINE: Duration = Duration::from_secs(45);

/// Seconds after which a client may try again when there are too many uploads.
const UPLOAD_RETRY_AFTER: u32 = 30;

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);

/// Settings of the door.
pub struct DoorSettings {
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    pub trusted_proxies: Vec<Network>,
    pub bodies: Bodies,
    /// Time that an upload may wait for its turn and for its pictures, once it has arrived.
    pub upload_deadline: Duration,
    /// Prefix of every path, if the proxy does not remove it.
    pub base: String,
    /// Header lines of every response.
    pub security_headers: String,
    /// Directory for unnamed files with data that is too large for memory. It should be on a disk: `/tmp` may be
    /// memory.
    pub spool_directory: PathBuf,
}

/// Body limit for a method and a path.
pub type Bodies = Box<dyn Fn(&str, &str) -> BodyLimit + Send + Sync>;

/// Limits for the body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit {
    /// Size of the largest body.
    pub bytes_max: u64,
    /// Size above which a body is announced to the backend before it is read, and is kept in a file.
    pub small_bytes_max: u64,
    /// True if the body may contain files, which need work.
    pub has_files: bool,
}

impl DoorSettings {
    /// Returns whether a path is answered in JSON.
    pub fn is_for_programs(&self, path: &str) -> bool {
        let inside = path.strip_prefix(&self.base).unwrap_or(path);
        inside.starts_with(FOR_PROGRAMS) || path.starts_with(FOR_PROGRAMS)
    }
}

/// Takes over a socket that becomes a stream. The bytes are the head of the response, which is still to be written.
pub type OnStream = Box<dyn Fn(TcpStream, Vec<u8>, Join) + Send + Sync>;

/// The public listener and its accept loop.
///
/// tiny_http works well among friends, but one request of eighty bytes from a stranger can end the process. So
/// strangers meet an accept loop that survives every error, connection limits, strict heads and deadlines. A
/// request that passes is written anew, so that it can be read in one way only. The backend holds nothing for a
/// socket that becomes an event stream.
pub struct Door {
    shared: Arc<Shared>,
    address: SocketAddr,
    waker: Waker,
    accepting: Option<JoinHandle<()>>,
}

/// State that all connections share.
struct Shared {
    settings: DoorSettings,
    backend: Pool,
    on_stream: OnStream,
    answers: Arc<Spool>,
    uploads: Arc<Spool>,
    large_uploads: Arc<FairSemaphore>,
    small_uploads: Arc<FairSemaphore>,
    gate: Arc<Gate>,
    log: Arc<Log>,
    stopping: AtomicBool,
    /// Open sockets, to be woken when the program stops.
    open: Mutex<std::collections::HashMap<u64, Weak<Connection>>>,
    next_number: AtomicU64,
}

impl Door {
    /// Starts to accept connections.
    ///
    /// # Errors
    /// If the address cannot be listened on, or the system cannot start a thread.
    pub fn open(
        listener: TcpListener,
        settings: DoorSettings,
        backend: Pool,
        on_stream: OnStream,
        log: Arc<Log>,
    ) -> io::Result<Door> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let gate = Gate::new(
            settings.connections_max,
            settings.connections_per_address_max,
        );
        let answers = Spool::new(
            settings.spool_directory.clone(),
            ANSWER_SPOOL_BYTES_MAX,
            CLIENT_ANSWER_BYTES_MAX,
        );
        let uploads = Spool::new(
            settings.spool_directory.clone(),
            UPLOAD_SPOOL_BYTES_MAX,
            CLIENT_UPLOAD_BYTES_MAX,
        );
        let shared = Arc::new(Shared {
            answers: Arc::new(answers),
            uploads: Arc::new(uploads),
            large_uploads: Arc::new(FairSemaphore::new(LARGE_AT_ONCE, LARGE_AT_ONCE / 2)),
            small_uploads: Arc::new(FairSemaphore::new(SMALL_AT_ONCE, SMALL_AT_ONCE / 2)),
            settings,
            backend,
            on_stream,
            gate: Arc::new(gate),
            log,
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
            next_number: AtomicU64::new(0),
        });
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
            shared: shared.clone(),
            spare_descriptor: File::open("/dev/null").ok(),
            lingering: Vec::new(),
            last_logged: None,
        };
        let accepting = thread::Builder::new()
            .name("accept".into())
            .spawn(move || accept.run())?;
        Ok(Door {
            shared,
            address,
            waker,
            accepting: Some(accepting),
        })
    }

    /// Returns the address that the door listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, and lets running requests finish. A second call does nothing.
    pub fn close(&mut self) {
        let Some(accepting) = self.accepting.take() else {
            return;
        };
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Waking fails only if the accept loop is gone.
        let _ = self.waker.wake();
        let _ = accepting.join();
        self.shared.each_open(connection::Connection::end_if_idle);
        if !self.shared.gate.wait_until_empty(STOP_DEADLINE) {
            self.shared.uploads.close();
            self.shared.large_uploads.close();
            self.shared.small_uploads.close();
            self.shared.each_open(connection::Connection::end);
            self.shared.gate.wait_until_empty(Duration::from_secs(1));
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    /// Calls a function with every open connection.
    fn each_open(&self, act: impl Fn(&Connection)) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.values()
            .filter_map(Weak::upgrade)
            .for_each(|connection| act(&connection));
    }

    /// Waits until an upload, which brings work with it, may go to the backend.
    ///
    /// # Errors
    /// If its turn does not come in time.
    fn upload_turn(
        &self,
        size: UploadSize,
        client: IpAddr,
        deadline: Instant,
    ) -> Result<SemaphorePermit, Refusal> {
        let turns = match size {
            UploadSize::Small => &self.small_uploads,
            UploadSize::Large => &self.large_uploads,
        };
        let turn = turns.acquire(client, 1, Some(deadline));
        turn.ok_or_else(|| Refusal::busy_for("too many uploads at once", UPLOAD_RETRY_AFTER))
    }

    /// Returns whether the program is stopping.
    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

/// The accept loop.
struct AcceptLoop {
    listener: TcpListener,
    poll: Poll,
    shared: Arc<Shared>,
    /// Spare descriptor. It is given up when descriptors run out, so that one client can still be told.
    spare_descriptor: Option<File>,
    lingering: Vec<TcpStream>,
    last_logged: Option<Instant>,
}

impl AcceptLoop {
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
                    let _registered = RegistryEntry::new(&shared, number, weak);
                    connection::serve(&shared, connection, peer.ip());
                }
            });
        if let Err(error) = spawned {
            self.log_problem("no thread for a connection", &error);
        }
    }

    /// Sends a refusal and keeps the socket open for a moment.
    fn refuse(&mut self, socket: TcpStream, why: &'static str) {
        let answer = Refusal::busy(why).to_bytes(&self.shared.settings.security_headers);
        // A client that does not accept a few hundred bytes at once does not want them.
        if socket.set_nonblocking(true).is_ok() {
            let _ = io::Write::write(&mut &socket, &answer);
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
struct RegistryEntry<'s> {
    shared: &'s Shared,
    number: u64,
}

impl<'s> RegistryEntry<'s> {
    fn new(shared: &'s Shared, number: u64, connection: Weak<Connection>) -> RegistryEntry<'s> {
        shared
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(number, connection);
        RegistryEntry { shared, number }
    }
}

impl Drop for RegistryEntry<'_> {
    fn drop(&mut self) {
        self.shared
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.number);
    }
}
