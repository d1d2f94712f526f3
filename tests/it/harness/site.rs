//! A real server on a free port with an empty database.

use std::{
    io::{self, Write},
    net::TcpListener,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::tz::TimeZone;
use quartfeed::{
    app::App,
    config::{AddressRange, Config, Interval},
    log::{Level, Log, LogFormat},
    model::Timestamp,
    server::Server,
};
use tempfile::TempDir;

use super::{file::assert_sound, program::PROGRAM, wait::DEADLINE};

/// The beginning of the tests' clock; milliseconds since the Unix epoch.
const BEGINNING: i64 = 1_790_000_000_000;

pub(crate) struct Site {
    server: Option<Server>,
    clock: Arc<AtomicI64>,
    log: Lines,
    config: Config,
    _directory: TempDir,
}

/// The same time as the deadline of tests, as a setting.
const UPLOAD_SECONDS: u32 = 180;

/// The log, kept in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

/// Returns a port that nothing listens on, for a program or site that must know its port before it starts.
pub(crate) fn free_port() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0");
    let address = socket.and_then(|socket| socket.local_addr());
    address.expect("a free port").port()
}

impl Site {
    pub(crate) fn start() -> Site {
        Site::with(|_| ())
    }

    pub(crate) fn with(configure: impl FnOnce(&mut Config)) -> Site {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut config = Config::default();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.database.path = directory.path().join("quartfeed.db");
        // A picture waits for its turn as long as a test waits for it.
        config.limits.upload_seconds = UPLOAD_SECONDS;
        // Tests that are not about backups count files.
        config.backup.every = Interval(None);
        configure(&mut config);
        let mut site = Site {
            server: None,
            clock: Arc::new(AtomicI64::new(BEGINNING)),
            log: Lines::default(),
            config,
            _directory: directory,
        };
        site.open();
        site
    }

    /// Starts a site that believes what a proxy on this machine says, so that people can come from anywhere.
    pub(crate) fn behind_a_proxy() -> Site {
        Site::with(Site::believe_a_proxy)
    }

    pub(crate) fn believe_a_proxy(config: &mut Config) {
        config.server.trusted_proxies = vec![AddressRange::parse("127.0.0.1").expect("an address")];
    }

    /// Opens the database and starts the server. A process that another test starts has the lock of the file that was just
    /// closed for a moment, until it becomes another program.
    fn open(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        let app = loop {
            let clock = self.clock.clone();
            let now = Arc::new(move || Timestamp(clock.load(Ordering::Relaxed)));
            let log = Log::new(Level::Debug, LogFormat::Text, Box::new(self.log.clone()));
            match App::open(self.config.clone(), now, log, TimeZone::UTC, PROGRAM.into()) {
                Ok(app) => break app,
                Err(error) => {
                    let is_locked = error.to_string().contains("another QuartFeed serves it");
                    assert!(
                        is_locked && Instant::now() < deadline,
                        "the database opens: {error}"
                    );
                    std::thread::yield_now();
                }
            }
        };
        self.server = Some(Server::start(app).expect("a port is free"));
    }

    /// Stops the program and starts it again on the same port, with the same file.
    pub(crate) fn restart(&mut self) {
        self.config.server.listen = self.server().address();
        self.stop();
        self.open();
    }

    /// Restarts the program with another configuration.
    pub(crate) fn restart_with(&mut self, configure: impl FnOnce(&mut Config)) {
        configure(&mut self.config);
        self.restart();
    }

    /// Changes the file while the program is stopped: what a test would take too long to write as people do.
    pub(crate) fn restart_after(&mut self, change: impl FnOnce(&rusqlite::Connection)) {
        self.config.server.listen = self.server().address();
        self.stop();
        let file = self.file();
        change(&file);
        file.close().expect("nothing is left to do");
        self.open();
    }

    /// Stops the program, does something with its directory, and starts it again on the same port.
    pub(crate) fn while_stopped(&mut self, act: impl FnOnce(&Site)) {
        self.config.server.listen = self.server().address();
        self.stop();
        act(self);
        self.open();
    }

    /// Returns the path under which the site lives, without the last slash.
    pub(super) fn base(&self) -> &str {
        let base_url = self.config.server.base_url.as_ref();
        base_url.map_or("", |url| url.path.as_str())
    }

    pub(crate) fn stop(&mut self) {
        self.server = None;
    }

    pub(crate) fn server(&self) -> &Server {
        self.server.as_ref().expect("it runs")
    }

    /// Moves the tests' clock on.
    pub(crate) fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).expect("tests do not travel that far");
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    /// Sets the tests' clock, in milliseconds since the Unix epoch.
    pub(crate) fn set_clock(&self, now: i64) {
        self.clock.store(now, Ordering::Relaxed);
    }

    /// Returns the time of the tests' clock, in milliseconds since the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    pub(crate) fn log(&self) -> String {
        let lines = self.log.0.lock().expect("nobody panicked while logging");
        String::from_utf8(lines.clone()).expect("UTF-8")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.config.database.path.clone()
    }
}

/// Checks every test for free: the file is sound, and nothing went wrong that nobody saw.
impl Drop for Site {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            eprintln!("{}", self.log());
            return;
        }
        let log = self.log();
        let errors: Vec<_> = log
            .lines()
            .filter(|line| line.contains(" error "))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_sound(&self.database());
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("nobody panicked while logging")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
