use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use jiff::tz::TimeZone;

use crate::{
    auth::{FormKey, Hasher},
    clock::Clock,
    config::{Config, Origins},
    housekeeping::Housekeeping,
    http::Cookies,
    live::{Live, Renderer},
    log::Log,
    model::BasePath,
    pictures::ImageQueue,
    store::{Db, OpenError},
};

/// Everything that outlives a request.
pub struct App {
    pub config: Config,
    /// Where its values come from.
    pub origins: Origins,
    pub db: Arc<Db>,
    pub live: Live,
    pub clock: Clock,
    pub log: Arc<Log>,
    pub hasher: Hasher,
    pub form_key: FormKey,
    pub cookies: Cookies,
    pub base: BasePath,
    /// Where what is too large for memory waits, in files without a name.
    pub spool_directory: PathBuf,
    /// Of the house: absolute times are shown in it.
    pub zone: TimeZone,
    /// Held by whoever packs what is kept of a person: that takes memory, so it is done for one after the other.
    pub packing: Mutex<()>,
    /// Draws pictures, one after the other.
    pub image_queue: ImageQueue,
    housekeeping: Housekeeping,
}

impl App {
    /// Opens the database and starts the threads behind it. `program` is QuartFeed itself, which encodes pictures in a sandbox.
    ///
    /// # Errors
    /// What is in the way of the database; or that the system gives no threads.
    pub fn open(
        config: Config,
        clock: Clock,
        log: Log,
        zone: TimeZone,
        program: PathBuf,
    ) -> Result<App, StartError> {
        let log = Arc::new(log);
        let base_url = config.server.base_url.as_ref();
        let base = base_url.map(|url| url.path.clone()).unwrap_or_default();
        let https = base_url.is_some_and(|url| url.https);

        let live = Live::new();
        let db = Db::open(
            &config.database,
            config.feed.event_retention,
            clock(),
            live.on_commit(),
        )?;
        let db = Arc::new(db);
        let renderer = Renderer {
            epoch: db.epoch().clone(),
            base: base.clone(),
            zone: zone.clone(),
        };
        live.start(&db, renderer, &config.limits, &clock, &log)?;
        let housekeeping = Housekeeping::start(db.clone(), clock.clone(), log.clone())?;
        Ok(App {
            housekeeping,
            image_queue: ImageQueue::open(program)?,
            hasher: Hasher::new(),
            form_key: FormKey::new(db.secret()),
            cookies: Cookies::new(&base, https),
            spool_directory: config.database.directory(),
            config,
            origins: Origins::default(),
            db,
            live,
            clock,
            log,
            base,
            zone,
            packing: Mutex::default(),
        })
    }

    /// The same, told where its configuration comes from.
    pub fn with_origins(self, origins: Origins) -> App {
        App { origins, ..self }
    }

    pub fn https(&self) -> bool {
        self.config
            .server
            .base_url
            .as_ref()
            .is_some_and(|url| url.https)
    }

    /// The whole address of a path, if the operator has said what this site is called. What a request says of its host
    /// is never asked.
    pub fn whole_url(&self, path: &str) -> Option<String> {
        let base_url = self.config.server.base_url.as_ref();
        base_url.map(|base_url| base_url.url(path))
    }

    /// Tells open pages good-bye, finishes what is written and closes the file.
    pub fn close(&self) {
        self.live.stop();
        self.housekeeping.stop();
        self.db.close();
    }
}

/// Why the program cannot start, in words for the operator.
#[derive(Debug)]
pub struct StartError(pub String);

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> StartError {
        StartError(error.to_string())
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> StartError {
        StartError(format!("the system does not give what is needed: {error}"))
    }
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}
