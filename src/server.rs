//! Threads and sockets: starts the door, the tiny_http backend and its workers, and stops them.

mod exposition;
mod supervisor;
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
    door::{BodyLimit, BodyLimits, Door, DoorSettings, DoorState, Pool},
    http,
    metrics::MetricsListener,
    model::{LinkKind, Token},
    routes::{self, BodyKind, SiteTarget},
    store::{links, members},
};
use supervisor::BackendSupervisor;

/// Number of requests that are answered at once. A request that waits for a password hash or the disk occupies a
/// worker, so there are more workers than cores. An idle worker costs a few kilobytes.
const WORKERS_MAX: usize = 12;
/// Number of workers that are started even with few descriptors.
const WORKERS_MIN: usize = 2;

/// Number of database connections that are opened at the start, so that pages can be rendered even when descriptors
/// run out. More are opened when more pages are rendered at the same time. Each keeps about 200 KB.
const READERS_AHEAD: usize = 2;

/// Descriptors that one worker needs: both ends of its connection, the second handle of tiny_http, its database
/// files.
const DESCRIPTORS_PER_WORKER: u64 = 8;

/// Descriptors that are neither a connection nor a stream.
const DESCRIPTORS_RESERVED: u64 = 256;

/// A running server. It stops when dropped.
pub struct Server {
    app: Arc<App>,
    /// The door, or none once the server has stopped.
    door: Option<Door>,
    supervisor: Arc<BackendSupervisor>,
    metrics: Option<MetricsListener>,
}

impl Server {
    /// Starts to listen. Requests are answered from the moment this returns.
    ///
    /// # Errors
    /// If the address, descriptors or threads are not available.
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
        let supervisor = Arc::new(BackendSupervisor::new(app.clone(), workers)?);
        let connect = {
            let supervisor = supervisor.clone();
            Box::new(move || supervisor.connect())
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
        let metrics = listen_for_metrics(&app, door.state())?;
        offer_setup(&app, door.address());
        Ok(Server {
            app,
            door: Some(door),
            supervisor,
            metrics,
        })
    }

    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.door
            .as_ref()
            .map_or(self.app.config.server.listen, Door::address)
    }

    /// Returns the address of `/metrics`, if there is one.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(MetricsListener::address)
    }

    /// Returns the number of open event streams.
    pub fn streams(&self) -> usize {
        self.app.live.streams()
    }

    /// Stops accepting, lets running requests finish, answers waiting uploads with 503, ends the streams, closes
    /// the database.
    pub fn stop(&mut self) {
        let Some(mut door) = self.door.take() else {
            return;
        };
        self.metrics.take();
        // What an import leaves out because pictures are no longer encoded would be missing.
        if let Some(desk) = &self.app.import_desk {
            desk.interrupt();
        }
        // Closed first, so that a client that waits for its picture is still told to send it again.
        self.app.image_queue.close();
        door.close();
        drop(door);
        self.supervisor.stop();
        self.app.close();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts the listener of `/metrics`, if the operator wants one.
fn listen_for_metrics(
    app: &Arc<App>,
    door: DoorState,
) -> Result<Option<MetricsListener>, StartError> {
    let Some(listen) = app.config.metrics.listen else {
        return Ok(None);
    };
    let asked = app.clone();
    let started = MetricsListener::start(listen, Box::new(move || exposition::text(&asked, &door)));
    let listener = started.map_err(|error| {
        StartError(format!(
            "cannot listen on {listen} for metrics.listen: {error}"
        ))
    })?;
    app.log.info(
        "metrics are shown",
        &[("url", &format!("http://{}/metrics", listener.address()))],
    );
    Ok(Some(listener))
}

/// Creates a link that makes the first admin, at each start while there is none. Only people who run the site read
/// the log that it is written to. A link of an earlier start no longer works.
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
                "there is no admin yet; this link makes one and works once",
                &[("link", &link), ("or", &"quartfeed user add NAME --admin")],
            );
        }
        Err(error) => app.log.warn(
            "the link that makes an admin cannot be created",
            &[("cause", &error)],
        ),
    }
}

/// Returns the error for an address that cannot be used, with advice.
fn cannot_listen(address: SocketAddr, error: &io::Error) -> StartError {
    let mend = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "Another program is listening there, perhaps another QuartFeed. Choose another port with --listen."
        }
        io::ErrorKind::PermissionDenied => {
            "Ports below 1024 are reserved for root; choose a higher one with --listen and put a proxy in front."
        }
        io::ErrorKind::AddrNotAvailable => {
            "This machine does not have that address; choose another with --listen."
        }
        _ => "Choose another address with --listen.",
    };
    StartError(format!("cannot listen on {address}: {error}\n{mend}"))
}

/// Returns the settings of the door.
fn door_settings(app: &App) -> DoorSettings {
    let limits = &app.config.limits;
    DoorSettings {
        connections_max: limits.connections as usize,
        connections_per_address_max: limits.connections_per_address as usize,
        trusted_proxies: app.config.server.trusted_proxies.clone(),
        body_limits: body_limits(app),
        upload_deadline: Duration::from_secs(limits.upload_seconds.into()),
        base: app.base.as_str().to_owned(),
        security_headers: http::security_headers(app.https()),
        spool_directory: app.spool_directory.clone(),
        arrivals: app.arrivals.clone(),
    }
}

/// Returns the limits for bodies, by method and path.
fn body_limits(app: &App) -> BodyLimits {
    let (config, base) = (app.config.clone(), app.base.clone());
    Box::new(move |method, path| {
        let path = match method
            .parse()
            .map(|method| routes::inside(&base, &method, path, || true))
        {
            Ok(SiteTarget::Inside(path)) => path,
            Ok(SiteTarget::Slashless) | Err(()) => "/",
        };
        let kind = match method {
            "POST" => routes::body_kind(path),
            _ => BodyKind::Text,
        };
        BodyLimit {
            bytes_max: kind.bytes_max(&config, http::is_for_programs(path)),
            small_bytes_max: config.limits.form_bytes.into(),
            has_files: kind.has_files(),
            is_archive: kind == BodyKind::Archive,
        }
    })
}

/// Raises the limit of descriptors as far as the system allows. Logs a warning if it stays below what the limits
/// promise.
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
            "fewer descriptors than limits.connections and limits.streams need",
            &[
                ("descriptors", &now),
                ("wanted", &wanted),
                ("fix", &"raise the limit (ulimit -n, LimitNOFILE)"),
            ],
        );
    }
    now
}
