//! The door: the only thing that faces the network.
//!
//! tiny_http is a fine little server among friends, but one request of eighty bytes from a stranger can end the
//! process. So it stands on a private Unix socket, and strangers meet this: an accept loop that survives every
//! error, caps, strict heads, deadlines. A request that is let through is complete, bounded and written anew, so
//! that there is one reading of it. A socket that is to become an event stream is handed to the hub, and nothing
//! behind the door is held for it.

mod address;
mod backend;
mod connection;
mod gate;
mod head;
mod refusal;
mod response;
mod shares;
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
use head::Upload;
use refusal::Refusal;
use shares::{Share, Shares};
use spool::Spool;

/// Requests that run get this long to finish when the program stops.
const STOP_DEADLINE: Duration = Duration::from_secs(10);

/// How long the accept loop waits after an error that waiting may mend.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Errors of the accept loop are logged this often at most.
const COMPLAINT_INTERVAL: Duration = Duration::from_secs(1);

/// Refused sockets that are kept open for a moment, so that what their clients still send does not reset the
/// connection before the refusal is read.
const LINGERING_MAX: usize = 32;

/// Connection threads only read, copy and write.
const STACK_BYTES: usize = 128 * 1024;

/// Long answers that wait for their readers, in bytes: two downloads of all that one person may keep here.
const ANSWER_SPOOL_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// Uploads that come or wait for their turn, in bytes: fifty pictures of the largest kind. A disk has that much room.
const UPLOAD_SPOOL_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Of both, what one client may take, in bytes.
const CLIENT_ANSWER_BYTES_MAX: u64 = ANSWER_SPOOL_BYTES_MAX / 4 * 3;
const CLIENT_UPLOAD_BYTES_MAX: u64 = UPLOAD_SPOOL_BYTES_MAX / 2;

/// Uploads that are with the server behind the door at once, of its twelve requests. Only one picture is drawn at a time,
/// so that more would only wait there, and pages with them; the second is read meanwhile. One client has half of them.
const LARGE_AT_ONCE: u64 = 2;
/// The same for small ones. Forms with nothing but words in them need no turn.
const SMALL_AT_ONCE: u64 = 4;

/// So long an upload waits for room before it comes. A proxy that passes it on meanwhile waits a minute (nginx's
/// `proxy_send_timeout`).
const ROOM_DEADLINE: Duration = Duration::from_secs(45);

/// Seconds after which it is worth trying again, if there are too many uploads.
const UPLOAD_RETRY_AFTER: u32 = 30;

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);

/// What the door is told.
pub struct Settings {
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    pub trusted_proxies: Vec<Network>,
    pub bodies: Bodies,
    /// How long an upload that has come may wait for its turn and for its pictures.
    pub upload_deadline: Duration,
    /// What stands before every path, if the proxy leaves it there.
    pub base: String,
    /// Lines of the head of every answer.
    pub security_headers: String,
    /// Where what is too large for memory waits, in files without a name. On a disk: `/tmp` may be memory.
    pub spool_directory: PathBuf,
}

/// What a method takes at a path.
pub type Bodies = Box<dyn Fn(&str, &str) -> BodyLimit + Send + Sync>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit {
    /// The largest body.
    pub bytes_max: u64,
    /// A body that is larger than this is asked about before it is read, and waits in a file.
    pub small_bytes_max: u64,
    /// There may be files in it, which are work.
    pub has_files: bool,
}

impl Settings {
    /// Whether a path is answered in JSON.
    pub fn is_for_programs(&self, path: &str) -> bool {
        let inside = path.strip_prefix(&self.base).unwrap_or(path);
        inside.starts_with(FOR_PROGRAMS) || path.starts_with(FOR_PROGRAMS)
    }
}

/// Takes over a socket that is to become a stream, with the head of the answer, which is still to be written.
pub type OnStream = Box<dyn Fn(TcpStream, Vec<u8>, Join) + Send + Sync>;

pub struct Door {
    shared: Arc<Shared>,
    address: SocketAddr,
    waker: Waker,
    accepting: Option<JoinHandle<()>>,
}

/// What all connections share.
struct Shared {
    settings: Settings,
    backend: Pool,
    on_stream: OnStream,
    answers: Arc<Spool>,
    uploads: Arc<Spool>,
    large_uploads: Arc<Shares>,
    small_uploads: Arc<Shares>,
    gate: Arc<Gate>,
    log: Arc<Log>,
    stopping: AtomicBool,
    /// Sockets that are open, to be woken when the program stops.
    open: Mutex<std::collections::HashMap<u64, Weak<Connection>>>,
    next_number: AtomicU64,
}

impl Door {
    /// # Errors
    /// If the address cannot be listened on, or the system gives no thread.
    pub fn open(
        listener: TcpListener,
        settings: Settings,
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
            large_uploads: Arc::new(Shares::new(LARGE_AT_ONCE, LARGE_AT_ONCE / 2)),
            small_uploads: Arc::new(Shares::new(SMALL_AT_ONCE, SMALL_AT_ONCE / 2)),
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
        let accept = Accept {
            listener,
            poll,
            shared: shared.clone(),
            spare: File::open("/dev/null").ok(),
            lingering: Vec::new(),
            complained: None,
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

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets nobody in any more, and lets those inside finish. A second call does nothing.
    pub fn close(&mut self) {
        let Some(accepting) = self.accepting.take() else {
            return;
        };
        self.shared.stopping.store(true, Ordering::SeqCst);
        // It can fail only if the accept loop is gone.
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
    fn each_open(&self, act: impl Fn(&Connection)) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.values()
            .filter_map(Weak::upgrade)
            .for_each(|connection| act(&connection));
    }

    /// A request that brings work with it waits here for its turn.
    ///
    /// # Errors
    /// If it does not come in time.
    fn turn(&self, upload: Upload, client: IpAddr, until: Instant) -> Result<Share, Refusal> {
        let turns = match upload {
            Upload::Small => &self.small_uploads,
            Upload::Large => &self.large_uploads,
        };
        let turn = turns.take(client, 1, Some(until));
        turn.ok_or_else(|| Refusal::busy_for("too many uploads at once", UPLOAD_RETRY_AFTER))
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

/// The accept loop.
struct Accept {
    listener: TcpListener,
    poll: Poll,
    shared: Arc<Shared>,
    /// Given up when descriptors run out, so that somebody can still be told.
    spare: Option<File>,
    lingering: Vec<TcpStream>,
    complained: Option<Instant>,
}

impl Accept {
    fn run(mut self) {
        let mut events = Events::with_capacity(8);
        while !self.shared.is_stopping() {
            match self.listener.accept() {
                Ok((socket, peer)) => self.admit(socket, peer),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // An error here is an interruption by a signal; the loop asks again.
                    let _ = self.poll.poll(&mut events, None);
                }
                // A client that left while it waited; nothing is wrong here.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionAborted | ErrorKind::Interrupted
                    ) => {}
                Err(error) => self.survive(&error),
            }
        }
    }

    fn admit(&mut self, socket: TcpStream, peer: SocketAddr) {
        let trusted = address::is_trusted(&self.shared.settings.trusted_proxies, peer.ip());
        let Some(permit) = self.shared.gate.enter((!trusted).then_some(peer.ip())) else {
            return self.refuse(socket, "too many connections");
        };
        let shared = self.shared.clone();
        let number = shared.next_number.fetch_add(1, Ordering::Relaxed);
        let connection = match Connection::new(socket) {
            Ok(connection) => Arc::new(connection),
            // It is gone already.
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
                    let _registered = Registered::new(&shared, number, weak);
                    connection::serve(&shared, connection, peer.ip());
                }
            });
        if let Err(error) = spawned {
            self.complain("no thread for a connection", &error);
        }
    }

    fn refuse(&mut self, socket: TcpStream, why: &'static str) {
        let answer = Refusal::busy(why).to_bytes(&self.shared.settings.security_headers);
        // One that does not take a few hundred bytes at once does not want them.
        if socket.set_nonblocking(true).is_ok() {
            let _ = io::Write::write(&mut &socket, &answer);
            let _ = socket.shutdown(std::net::Shutdown::Write);
        }
        if self.lingering.len() >= LINGERING_MAX {
            self.lingering.remove(0);
        }
        self.lingering.push(socket);
        self.complain("a connection was refused", &why);
    }

    /// Descriptors or memory are short: tell one client, give the others time, go on.
    fn survive(&mut self, error: &io::Error) {
        self.complain("connections cannot be accepted", error);
        self.lingering.clear();
        self.spare = None;
        if let Ok((socket, _)) = self.listener.accept() {
            self.refuse(socket, "out of descriptors");
            self.lingering.clear();
        }
        self.spare = File::open("/dev/null").ok();
        thread::sleep(ACCEPT_PAUSE);
    }

    fn complain(&mut self, what: &str, why: &dyn std::fmt::Display) {
        if self
            .complained
            .is_none_or(|last| last.elapsed() >= COMPLAINT_INTERVAL)
        {
            self.complained = Some(Instant::now());
            let inside = self.shared.gate.inside();
            self.shared
                .log
                .warn(what, &[("cause", why), ("connections", &inside)]);
        }
    }
}

/// A connection in the list of open ones, as long as its thread runs.
struct Registered<'s> {
    shared: &'s Shared,
    number: u64,
}

impl<'s> Registered<'s> {
    fn new(shared: &'s Shared, number: u64, connection: Weak<Connection>) -> Registered<'s> {
        shared
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(number, connection);
        Registered { shared, number }
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        self.shared
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.number);
    }
}
