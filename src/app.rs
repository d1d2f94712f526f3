//! Everything that outlives a request, opened at the start and closed at the end.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, Once},
};

use jiff::tz::TimeZone;
use prometheus_client::metrics::counter::Counter;

use crate::{
    arrivals::Arrivals,
    auth::{FormKey, Hasher, UnsentTexts},
    backups::BackupThread,
    cache::AnswerCache,
    clock::Clock,
    config::{Config, Origins},
    feeds_in::SourceReader,
    housekeeping::Housekeeping,
    http::Cookies,
    imports::ImportDesk,
    live::{Live, Renderer},
    log::Log,
    model::BasePath,
    pictures::ImageQueue,
    seen::PendingMarks,
    store::{Db, OpenError, search::SearchNews},
    webhooks::{WebhookSender, WebhookSignal},
};

/// Everything that outlives a request.
pub struct App {
    pub config: Config,
    /// The origin of each value of the configuration.
    pub origins: Origins,
    pub db: Arc<Db>,
    pub live: Live,
    pub clock: Clock,
    pub log: Arc<Log>,
    pub hasher: Hasher,
    pub form_key: FormKey,
    pub unsent_texts: UnsentTexts,
    pub answers: AnswerCache,
    /// What people have read and is not written yet.
    pub seen: Arc<PendingMarks>,
    pub cookies: Cookies,
    pub base: BasePath,
    /// The directory for what is too large for memory, in files without a name.
    pub spool_directory: PathBuf,
    /// The time zone in which absolute times are shown.
    pub zone: TimeZone,
    /// The neighbours that have connected.
    pub arrivals: Arc<Arrivals>,
    /// Sign-ins with a wrong name or password.
    pub failed_sign_ins: Counter,
    /// Held while a download of everything about a person is packed. That takes memory, so there is one at a time.
    pub packing: Mutex<()>,
    /// The queue of pictures that are encoded, one after the other.
    pub image_queue: Arc<ImageQueue>,
    /// The kept searches in which nothing was new.
    pub search_news: SearchNews,
    /// Set after the log has named a proxy that seems to change `Host`.
    renamed_host: Once,
    housekeeping: Housekeeping,
    backups: Option<BackupThread>,
    /// Sends new posts and comments to other addresses, if the operator has turned that on.
    pub webhook_sender: Option<WebhookSender>,
    /// Reads feeds of other sites, if the operator has turned that on.
    pub source_reader: Option<SourceReader>,
    /// Imports archives that people upload, unless the operator has turned that off.
    pub import_desk: Option<ImportDesk>,
}

impl App {
    /// Opens the database and starts the threads behind it. `program` is QuartFeed itself, which encodes pictures in a
    /// sandbox.
    ///
    /// # Errors
    /// The reason why the database cannot be opened; or that the system gives no threads.
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
        let limits = &config.limits;
        let answers = AnswerCache::new(
            limits.answer_cache_bytes.into(),
            config.feed.event_retention,
        );
        let webhook_signal = WebhookSignal::new();
        let (commits, streams) = (answers.commits(), live.on_commit());
        let webhooks = webhook_signal.on_commit();
        let db = Db::open(
            &config.database,
            config.feed.event_retention,
            clock(),
            // A page that is asked for after the event must not be an old one.
            Box::new(move |commit| {
                commits.note(&commit.reach);
                webhooks(&commit);
                streams(commit);
            }),
        )?;
        if let Some(path) = db.upgrade_backup() {
            log.info(
                "a backup was made before the file was brought up to date",
                &[("path", &path.display())],
            );
        }
        if db.is_copy() {
            log.warn(
                "the database was put back or moved: its event log has a new epoch, and open pages load again",
                &[("database", &config.database.path.display())],
            );
        }
        let db = Arc::new(db);
        let seen = Arc::<PendingMarks>::default();
        let renderer = Renderer {
            epoch: db.epoch().clone(),
            base: base.clone(),
            zone: zone.clone(),
            marks: seen.clone(),
        };
        live.start(&db, renderer, &config.limits, &clock, &log)?;
        let housekeeping =
            Housekeeping::start(db.clone(), seen.clone(), clock.clone(), log.clone())?;
        let image_queue = Arc::new(ImageQueue::open(program)?);
        Ok(App {
            webhook_sender: WebhookSender::start(&config, &db, webhook_signal, &clock, &log)?,
            import_desk: ImportDesk::start(&config, &db, &image_queue, &clock, &log)?,
            source_reader: SourceReader::start(&config, &db, &image_queue, &clock, &log)?,
            housekeeping,
            backups: BackupThread::start(&config, db.began_at(), &clock, &log)?,
            image_queue,
            search_news: SearchNews::default(),
            hasher: Hasher::new(),
            form_key: FormKey::new(db.secret()),
            unsent_texts: UnsentTexts::default(),
            answers,
            seen,
            cookies: Cookies::new(&base, https, config.server.cookie_port),
            spool_directory: config.database.directory(),
            config,
            origins: Origins::default(),
            db,
            live,
            clock,
            log,
            base,
            zone,
            arrivals: Arc::default(),
            failed_sign_ins: Counter::default(),
            packing: Mutex::default(),
            renamed_host: Once::new(),
        })
    }

    /// Adds the origins of the configuration.
    pub fn with_origins(self, origins: Origins) -> App {
        App { origins, ..self }
    }

    /// Logs once that a proxy seems to change `Host`. The words say what to do.
    pub(crate) fn warn_of_renamed_host(&self, words: &str) {
        self.renamed_host.call_once(|| {
            self.log.warn("a form was refused", &[("cause", &words)]);
        });
    }

    pub fn https(&self) -> bool {
        self.config
            .server
            .base_url
            .as_ref()
            .is_some_and(|url| url.https)
    }

    /// Returns the whole address of a path, if the operator has set the address of this site. The host that a request
    /// names is never used.
    pub fn whole_url(&self, path: &str) -> Option<String> {
        let base_url = self.config.server.base_url.as_ref();
        base_url.map(|base_url| base_url.url(path))
    }

    /// Ends the streams of open pages, finishes waiting writes and closes the file.
    pub fn close(&self) {
        self.live.stop();
        if let Some(desk) = &self.import_desk {
            desk.stop();
        }
        if let Some(reader) = &self.source_reader {
            reader.stop();
        }
        if let Some(sender) = &self.webhook_sender {
            sender.stop();
        }
        if let Some(backups) = &self.backups {
            backups.stop();
        }
        self.housekeeping.stop();
        if let Err(error) = self.seen.write(&self.db, (self.clock)()) {
            let cause = format!("{error:?}");
            let lost = "what people read in the last minutes is not written";
            self.log.error(lost, &[("cause", &cause)]);
        }
        self.db.close();
    }
}

/// The reason why the program cannot start, as a text for the operator.
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
