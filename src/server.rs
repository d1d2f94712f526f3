//! Threads and sockets: tiny_http behind the door, the workers that answer, and how it all starts and stops.

mod behind;
mod worker;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{
    app::{App, StartError},
    door::{Bodies, BodyLimit, Door, Pool, Settings},
    http::{self, Method},
    model::{LinkKind, Token},
    routes::{self, Takes},
    store::{links, members},
};
use behind::Behind;

/// Requests answered at once. A request that waits for a password's hash or the disk holds a worker, so there are
/// more than cores; a worker that has nothing to do costs a few kilobytes.
const WORKERS_MAX: usize = 12;
const WORKERS_MIN: usize = 2;

/// Database connections opened at the start, so that pages are drawn even when descriptors run out; more are opened
/// when more pages are drawn at the same time. Each keeps about 200 KB.
const READERS_AHEAD: usize = 2;

/// Descriptors that one worker needs: both ends of its connection, tiny_http's second handle, its database files.
const DESCRIPTORS_PER_WORKER: u64 = 8;

/// Descriptors that are neither a connection nor a stream.
const DESCRIPTORS_RESERVED: u64 = 256;

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
            .open_readers(READERS_AHEAD)
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
        offer_setup(&app, door.address());
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

    /// Lets nobody in any more, finishes what runs but pictures, which are refused, says good-bye to the streams, closes
    /// the database.
    pub fn stop(&mut self) {
        let Some(mut door) = self.door.take() else {
            return;
        };
        // First, so that who waits for a picture is still told that it has to be sent once more.
        self.app.studio.close();
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

/// While nobody is an admin, each start makes a link that makes one. It stands in the log, which only those read who run
/// the site; a link of an earlier start serves no more.
fn offer_setup(app: &App, address: SocketAddr) {
    let token = Token::random();
    let hash = token.hash();
    let made = app.db.read(members::has_admin).and_then(|has_admin| {
        if !has_admin {
            app.db.write((app.clock)(), move |tx| {
                links::make(tx, LinkKind::Setup, None, &hash, links::SETUP_FOR)
            })?;
        }
        Ok(!has_admin)
    });
    match made {
        Ok(false) => {}
        Ok(true) => {
            let path = format!("/setup/{}", token.as_str());
            let whole = app.whole_url(&path);
            let link = whole.unwrap_or_else(|| format!("http://{address}{path}"));
            app.log.info(
                "nobody is an admin here yet; this link makes one, once",
                &[("link", &link), ("or", &"quartfeed user add NAME --admin")],
            );
        }
        Err(error) => app.log.warn(
            "the link that makes an admin cannot be made",
            &[("cause", &error)],
        ),
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
        bodies: bodies(app),
        upload_deadline: Duration::from_secs(limits.upload_seconds.into()),
        base: app.base.as_str().to_owned(),
        security_headers: http::security_headers(app.https()),
        spool_directory: app.spool_directory.clone(),
    }
}

fn bodies(app: &App) -> Bodies {
    let (limits, base) = (app.config.limits.clone(), app.base.clone());
    Box::new(move |method, path| {
        let path = base.strip(path);
        let takes = match method {
            "POST" => routes::takes(&Method::Post, path),
            _ => Takes::Text,
        };
        BodyLimit {
            bytes_max: takes.bytes_max(&limits, http::is_for_programs(path)),
            small_bytes_max: limits.form_bytes.into(),
            has_files: takes.files(),
        }
    })
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
