//! The door: the only part that faces the network. It lets complete, bounded requests through to the backend, a
//! tiny_http server on a private Unix socket, and hands the sockets of event streams to the hub.

mod accept;
mod address;
mod backend;
mod connection;
mod gate;
mod head;
mod introduction;
mod refusal;
mod response;
mod semaphore;
mod settings;
mod spool;

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use mio::Waker;

pub use backend::{Connect, Pool};
pub use settings::{BodyLimit, BodyLimits, DoorSettings, OnStream};

use crate::{log::Log, metrics::DoorMeters, sync::lock};
use accept::AcceptLoop;
use connection::Connection;
use gate::Gate;
use head::UploadSize;
use refusal::Refusal;
use semaphore::{FairSemaphore, SemaphorePermit};
use spool::Spool;

/// Time that running requests get to finish when the program stops.
const STOP_DEADLINE: Duration = Duration::from_secs(10);

/// Size of the spool of long responses that wait for their readers, in bytes: room for two downloads of everything
/// that one person may keep on the site.
const RESPONSE_SPOOL_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// Size of the spool of uploads that are arriving or waiting for their turn, in bytes: fifty pictures of the
/// largest kind. Every disk has that much room.
const UPLOAD_SPOOL_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Part of the spool of responses that one client may use, in bytes.
const CLIENT_RESPONSE_BYTES_MAX: u64 = RESPONSE_SPOOL_BYTES_MAX / 4 * 3;
/// Part of the spool of uploads that one client may use, in bytes.
const CLIENT_UPLOAD_BYTES_MAX: u64 = UPLOAD_SPOOL_BYTES_MAX / 2;

/// Size of the spool of archives that are arriving, in bytes. A larger one comes alone.
const ARCHIVE_SPOOL_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Number of archives that are taken out of their forms at once.
const ARCHIVES_AT_ONCE: u64 = 1;

/// Bytes of an archive for which its deadline is one second later: what the slowest disk of a small computer takes.
const ARCHIVE_BYTES_PER_SECOND: u64 = 4 * 1024 * 1024;

/// Number of large uploads that the backend handles at once, out of its twelve requests. Only one picture is
/// rendered at a time: more uploads would only wait there, and pages with them. The second one is read meanwhile.
/// One client gets half of them.
const LARGE_AT_ONCE: u64 = 2;
/// Number of small uploads that the backend handles at once. Forms without files need no turn.
const SMALL_AT_ONCE: u64 = 4;

/// Seconds after which a client may try again when there are too many uploads.
const UPLOAD_RETRY_AFTER: u32 = 30;

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

/// The numbers of the door, for those who watch it.
pub struct DoorState(Arc<Shared>);

/// State that all connections share.
struct Shared {
    settings: DoorSettings,
    backend: Pool,
    on_stream: OnStream,
    responses: Arc<Spool>,
    uploads: Arc<Spool>,
    archives: Arc<Spool>,
    large_uploads: Arc<FairSemaphore>,
    small_uploads: Arc<FairSemaphore>,
    archive_uploads: Arc<FairSemaphore>,
    gate: Arc<Gate>,
    log: Arc<Log>,
    meters: DoorMeters,
    stopping: AtomicBool,
    /// Open sockets, to be woken when the program stops.
    open: Mutex<HashMap<u64, Weak<Connection>>>,
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
        let responses = Spool::new(
            settings.spool_directory.clone(),
            RESPONSE_SPOOL_BYTES_MAX,
            CLIENT_RESPONSE_BYTES_MAX,
        );
        let uploads = Spool::shared_out(
            settings.spool_directory.clone(),
            UPLOAD_SPOOL_BYTES_MAX,
            CLIENT_UPLOAD_BYTES_MAX,
        );
        let archives = Spool::new(
            settings.spool_directory.clone(),
            ARCHIVE_SPOOL_BYTES_MAX,
            ARCHIVE_SPOOL_BYTES_MAX,
        );
        let shared = Arc::new(Shared {
            responses: Arc::new(responses),
            uploads: Arc::new(uploads),
            archives: Arc::new(archives),
            large_uploads: Arc::new(FairSemaphore::new(LARGE_AT_ONCE, LARGE_AT_ONCE / 2)),
            small_uploads: Arc::new(FairSemaphore::new(SMALL_AT_ONCE, SMALL_AT_ONCE / 2)),
            archive_uploads: Arc::new(FairSemaphore::new(ARCHIVES_AT_ONCE, ARCHIVES_AT_ONCE)),
            settings,
            backend,
            on_stream,
            gate: Arc::new(gate),
            log,
            meters: DoorMeters::default(),
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
            next_number: AtomicU64::new(0),
        });
        let (waker, accepting) = AcceptLoop::start(listener, shared.clone())?;
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

    /// Returns the state of the door, which can be asked while it is open and afterwards.
    pub fn state(&self) -> DoorState {
        DoorState(self.shared.clone())
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
        self.shared.each_open(Connection::end_if_idle);
        if !self.shared.gate.wait_until_empty(STOP_DEADLINE) {
            self.shared.uploads.close();
            self.shared.archives.close();
            self.shared.archive_uploads.close();
            self.shared.large_uploads.close();
            self.shared.small_uploads.close();
            self.shared.each_open(Connection::end);
            self.shared.gate.wait_until_empty(Duration::from_secs(1));
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.close();
    }
}

impl DoorState {
    /// Returns the instruments of the door.
    pub fn meters(&self) -> &DoorMeters {
        &self.0.meters
    }

    /// Returns the number of open connections, without streams.
    pub fn connections(&self) -> usize {
        self.0.gate.inside()
    }

    /// Returns the numbers of uploads that are being handled, large ones and small ones.
    pub fn uploads_at_work(&self) -> (u64, u64) {
        let shared = &self.0;
        (shared.large_uploads.in_use(), shared.small_uploads.in_use())
    }

    /// Returns the bytes that are reserved for uploads and for responses.
    pub fn spooled_bytes(&self) -> (u64, u64) {
        let shared = &self.0;
        let uploads = shared.uploads.reserved() + shared.archives.reserved();
        (uploads, shared.responses.reserved())
    }
}

impl Shared {
    /// Calls a function with every open connection.
    fn each_open(&self, act: impl Fn(&Connection)) {
        let open = lock(&self.open);
        open.values()
            .filter_map(Weak::upgrade)
            .for_each(|connection| act(&connection));
    }

    /// Returns the time for the work that an upload brings, once it has arrived.
    fn time_for(&self, size: UploadSize, bytes: u64) -> Duration {
        let more = match size {
            UploadSize::Archive => bytes / ARCHIVE_BYTES_PER_SECOND,
            UploadSize::Small | UploadSize::Large => 0,
        };
        self.settings.upload_deadline + Duration::from_secs(more)
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
            UploadSize::Archive => &self.archive_uploads,
        };
        let turn = turns.acquire(client, 1, Some(deadline));
        turn.ok_or_else(|| Refusal::busy_for("too many uploads at once", UPLOAD_RETRY_AFTER))
    }

    /// Returns whether the program is stopping.
    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}
