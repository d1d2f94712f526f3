//! Threads and sockets: tiny_http behind the door, the workers that answer, and how it all starts and stops.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener},
    os::unix::net::UnixStream,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;

use crate::{
    app::{App, StartError},
    door::{Door, Pool, Settings},
    error::{Error, Result},
    http::{Body, Request, Response, internal, security_headers},
    log::Log,
    routes,
};

/// Requests answered at once. A request that waits for a password's hash or the disk holds a worker, so there are
/// more than cores; a worker that has nothing to do costs a few kilobytes.
const WORKERS_MAX: usize = 16;
const WORKERS_MIN: usize = 2;

/// Descriptors that one worker needs: both ends of its connection, tiny_http's second handle, its database files.
const DESCRIPTORS_PER_WORKER: u64 = 8;

/// Descriptors that are neither a connection nor a stream.
const DESCRIPTORS_RESERVED: u64 = 256;

/// A connection to tiny_http that does not answer within this time is not one.
const PROOF_DEADLINE: Duration = Duration::from_secs(2);
/// The longest that an answer may take.
const ANSWER_DEADLINE: Duration = Duration::from_secs(30);

const WORKER_STACK_BYTES: usize = 512 * 1024;

/// Smaller answers gain nothing by compression.
const GZIP_BYTES_MIN: usize = 1_024;

/// What only the door asks, to see whether somebody is there. The door refuses this target from others.
const PROOF_TARGET: &str = "*";

/// A running server; it stops when dropped.
pub struct Server {
    app: Arc<App>,
    /// None once it has stopped.
    door: Option<Door>,
    behind: Arc<Behind>,
}

impl Server {
    /// Listens, and answers from the moment this returns.
    ///
    /// # Errors
    /// What is in the way: the address, descriptors, threads.
    pub fn start(app: App) -> Result<Server, StartError> {
        let app = Arc::new(app);
        let listen = app.config.server.listen;
        let listener = TcpListener::bind(listen).map_err(|error| cannot_listen(listen, &error))?;
        let descriptors = raise_descriptor_limit(&app);
        let workers = usize::try_from(descriptors / DESCRIPTORS_PER_WORKER).unwrap_or(WORKERS_MAX);
        let workers = workers.clamp(WORKERS_MIN, WORKERS_MAX);

        app.db
            .open_readers(workers)
            .map_err(|error| StartError(error.to_string()))?;
        let behind = Arc::new(Behind::new(app.clone(), workers)?);
        let connect = {
            let behind = behind.clone();
            Box::new(move || behind.connect())
        };
        let backend = Pool::open(workers, connect)?;
        let on_stream = {
            let app = app.clone();
            Box::new(move |socket, head, join| app.live.join(socket, head, join))
        };
        let door = Door::open(
            listener,
            door_settings(&app),
            backend,
            on_stream,
            app.log.clone(),
        )?;
        Ok(Server {
            app,
            door: Some(door),
            behind,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.door
            .as_ref()
            .map_or(self.app.config.server.listen, Door::address)
    }

    /// Event streams that are open at the moment.
    pub fn streams(&self) -> usize {
        self.app.live.streams()
    }

    /// Lets nobody in any more, finishes what runs, says good-bye to the streams, closes the database.
    pub fn stop(&mut self) {
        let Some(mut door) = self.door.take() else {
            return;
        };
        door.close();
        drop(door);
        self.behind.stop();
        self.app.close();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> StartError {
    let mend = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "Another program listens there, perhaps this one already. Choose another port with --listen."
        }
        io::ErrorKind::PermissionDenied => {
            "Ports below 1024 are for root; choose a higher one with --listen and put a proxy in front."
        }
        io::ErrorKind::AddrNotAvailable => {
            "This machine does not have that address; choose another with --listen."
        }
        _ => "Choose another address with --listen.",
    };
    StartError(format!("cannot listen on {address}: {error}\n{mend}"))
}

fn door_settings(app: &App) -> Settings {
    let limits = &app.config.limits;
    Settings {
        connections_max: limits.connections as usize,
        connections_per_address_max: limits.connections_per_address as usize,
        trusted_proxies: app.config.server.trusted_proxies.clone(),
        body_bytes_max: |settings, _path| settings.form_bytes_max,
        form_bytes_max: u64::from(limits.form_bytes),
        https: app.https(),
    }
}

/// Takes as many descriptors as the system allows, and says so if they are fewer than the limits promise.
fn raise_descriptor_limit(app: &App) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let limits = &app.config.limits;
    let wanted = u64::from(limits.connections) + u64::from(limits.streams) + DESCRIPTORS_RESERVED;
    let most = limit.maximum.unwrap_or(u64::MAX);
    let current = limit.current.unwrap_or(u64::MAX);
    let raised = wanted.min(most).max(current);
    let ok = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: Some(raised),
            maximum: limit.maximum,
        },
    )
    .is_ok();
    let now = if ok { raised } else { current };
    if now < wanted {
        app.log.warn(
            "fewer descriptors than limits.connections and limits.streams ask for",
            &[
                ("descriptors", &now),
                ("wanted", &wanted),
                ("mend", &"raise the limit (ulimit -n, LimitNOFILE)"),
            ],
        );
    }
    now
}

/// tiny_http on its private socket, and the workers that take its requests.
struct Behind {
    app: Arc<App>,
    workers: usize,
    /// Only this user can enter it.
    directory: TempDir,
    current: Mutex<Generation>,
}

/// One life of tiny_http. Its accept thread ends for good when a descriptor or a thread is not to be had, so it
/// can be replaced.
struct Generation {
    number: usize,
    path: PathBuf,
    http: Arc<tiny_http::Server>,
    workers: Vec<JoinHandle<()>>,
}

impl Behind {
    fn new(app: Arc<App>, workers: usize) -> Result<Behind, StartError> {
        // The default mode of the directory is 0700.
        let directory = tempfile::Builder::new().prefix("quartfeed-").tempdir()?;
        let first = Generation::start(&app, &directory, 0, workers)?;
        Ok(Behind {
            app,
            workers,
            directory,
            current: Mutex::new(first),
        })
    }

    /// A connection that has proved itself by an answer.
    fn connect(&self) -> io::Result<UnixStream> {
        let mut current = self.lock();
        let failed = match proved(&current.path) {
            Ok(socket) => return Ok(socket),
            Err(error) => error,
        };
        self.app.log.warn(
            "the server behind the door is started again",
            &[("cause", &failed)],
        );
        let next = Generation::start(&self.app, &self.directory, current.number + 1, self.workers)?;
        let socket = proved(&next.path)?;
        std::mem::replace(&mut *current, next).stop();
        Ok(socket)
    }

    fn stop(&self) {
        let mut current = self.lock();
        current.http_unblock();
        for worker in current.workers.drain(..) {
            // A worker's panic has been logged.
            let _ = worker.join();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Generation> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generation {
    fn start(
        app: &Arc<App>,
        directory: &TempDir,
        number: usize,
        workers: usize,
    ) -> io::Result<Generation> {
        let path = directory.path().join(format!("{number}.sock"));
        let http = Arc::new(tiny_http::Server::http_unix(&path).map_err(io::Error::other)?);
        let mut threads = Vec::with_capacity(workers);
        for n in 0..workers {
            let (app, http) = (app.clone(), http.clone());
            let builder = thread::Builder::new()
                .name(format!("worker-{n}"))
                .stack_size(WORKER_STACK_BYTES);
            threads.push(builder.spawn(move || work(&app, &http))?);
        }
        Ok(Generation {
            number,
            path,
            http,
            workers: threads,
        })
    }

    /// Wakes one worker for each call; each ends when it finds nothing to do.
    fn http_unblock(&self) {
        self.workers.iter().for_each(|_| self.http.unblock());
    }

    /// Lets the workers end by themselves: one of them may be the one who asks.
    fn stop(self) {
        self.http_unblock();
    }
}

fn proved(path: &std::path::Path) -> io::Result<UnixStream> {
    let socket = UnixStream::connect(path)?;
    socket.set_read_timeout(Some(PROOF_DEADLINE))?;
    (&socket)
        .write_all(format!("OPTIONS {PROOF_TARGET} HTTP/1.1\r\nHost: -\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    let mut piece = [0; 256];
    while !answer.ends_with(b"\r\n\r\n") {
        match (&socket).read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => answer.extend_from_slice(&piece[..read]),
        }
    }
    socket.set_read_timeout(Some(ANSWER_DEADLINE))?;
    socket.set_write_timeout(Some(ANSWER_DEADLINE))?;
    Ok(socket)
}

/// One worker: takes requests until it is unblocked.
fn work(app: &App, http: &tiny_http::Server) {
    while let Ok(mut raw) = http.recv() {
        if raw.url() == PROOF_TARGET {
            // The door reads the answer or finds that there is none.
            let _ = raw.respond(tiny_http::Response::empty(204));
            continue;
        }
        let answered = catch_unwind(AssertUnwindSafe(|| answer(app, &mut raw)));
        let response = answered.unwrap_or_else(|_| {
            app.log.error(
                "a handler panicked",
                &[
                    ("method", raw.method()),
                    ("path", &without_query(raw.url())),
                ],
            );
            Response::text(500, &Error::internal("panic").to_string())
        });
        if let Err(error) = send(app, raw, response) {
            app.log
                .debug("an answer could not be sent", &[("cause", &error)]);
        }
    }
}

fn answer(app: &App, raw: &mut tiny_http::Request) -> Response {
    let now = (app.clock)();
    match Request::read(raw, &app.base, &app.cookies, now) {
        Ok(mut request) => {
            let response = routes::answer(app, &mut request);
            if request.accepts_gzip {
                compressed(response)
            } else {
                response
            }
        }
        Err(error) => Response::text(error.status(), &error.to_string()),
    }
}

/// Pages are compressed as they go; assets are compressed already, and streams never.
fn compressed(mut response: Response) -> Response {
    let Body::Bytes(bytes) = &response.body else {
        return response;
    };
    if bytes.len() < GZIP_BYTES_MIN || !response.is_html() {
        return response;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    // Writing to memory cannot fail.
    if let Ok(zipped) = encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        response.body = Body::Bytes(zipped.into());
        response = response
            .header("Content-Encoding", "gzip")
            .header("Vary", "Accept-Encoding");
    }
    response
}

fn send(app: &App, raw: tiny_http::Request, response: Response) -> io::Result<()> {
    let Response {
        status,
        headers,
        body,
    } = response;
    let (bytes, join) = match body {
        Body::Bytes(bytes) => (bytes, None),
        Body::Stream(join) => (Vec::new().into(), Some(serde_json::to_string(&join)?)),
    };
    let mut all = Vec::with_capacity(headers.len() + 8);
    for (name, value) in &headers {
        all.push(header(&app.log, name, value)?);
    }
    for (name, value) in security_headers(app.https()) {
        all.push(header(&app.log, name, value)?);
    }
    if let Some(join) = join {
        all.push(header(&app.log, internal::STREAM, &join)?);
    }
    let length = bytes.len();
    let reply = tiny_http::Response::new(status.into(), all, &*bytes, Some(length), None);
    // Never chunked: the door reads by length.
    let reply = reply.with_chunked_threshold(usize::MAX);
    raw.respond(reply)
}

/// A header whose value is checked: no CR, LF, NUL or anything that is not printable ASCII.
fn header(log: &Log, name: &str, value: &str) -> io::Result<tiny_http::Header> {
    let printable = value
        .bytes()
        .all(|byte| (0x20..0x7f).contains(&byte) || byte == b'\t');
    let header = if printable {
        tiny_http::Header::from_bytes(name, value).ok()
    } else {
        None
    };
    header.ok_or_else(|| {
        log.error(
            "a header is not sent: its value is not printable",
            &[("name", &name)],
        );
        io::ErrorKind::InvalidData.into()
    })
}

fn without_query(url: &str) -> String {
    url.split('?').next().unwrap_or_default().to_owned()
}
