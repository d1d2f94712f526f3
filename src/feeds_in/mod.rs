//! Feeds of other sites, which people and groups import: a thread reads each when its time comes. Without
//! `feeds_in.enabled` nothing here runs, and the site asks nobody for anything.
//!
//! `fetch` gets the bytes, through the client of `outgoing`; `document` makes entries of them, with `html` and `dates`. The
//! store makes posts of entries.

mod dates;
mod document;
mod fetch;
mod html;
mod painter;

use std::{
    collections::HashMap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::{
    clock::Clock,
    config::Config,
    error::{Error, Result},
    log::Log,
    model::{NewImage, ReadFeed, Reading, Source, SourceAttempt, UserId},
    pictures::{ImageQueue, PictureLimits},
    store::{
        Db,
        sources::{self, SourceRules},
    },
};
use fetch::Fetcher;
pub(crate) use html::whole_text;
use painter::Painter;

/// The time between two looks for sources whose time has come.
const LOOK_INTERVAL: Duration = Duration::from_secs(30);

/// The pause after an error of the database.
const ERROR_PAUSE: Duration = Duration::from_mins(1);

/// The time that all pictures of one reading may take. The others are left out.
const PICTURES_DEADLINE: Duration = Duration::from_secs(30);

/// The thread that reads sources, as the rest of the program sees it.
pub struct SourceReader {
    wake: Sender<()>,
    is_stopped: Arc<AtomicBool>,
}

/// The thread itself.
struct ReadingThread {
    /// The site may close its file while another site is asked.
    db: Weak<Db>,
    fetcher: Fetcher,
    painter: Painter,
    rules: SourceRules,
    clock: Clock,
    log: Arc<Log>,
    woken: Receiver<()>,
    is_stopped: Arc<AtomicBool>,
}

impl SourceReader {
    /// Starts the thread, unless the operator has not turned it on.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        config: &Config,
        db: &Arc<Db>,
        image_queue: &Arc<ImageQueue>,
        clock: &Clock,
        log: &Arc<Log>,
    ) -> io::Result<Option<SourceReader>> {
        let settings = &config.feeds_in;
        if !settings.enabled {
            return Ok(None);
        }
        let (wake, woken) = bounded(1);
        let is_stopped = Arc::<AtomicBool>::default();
        let reader = ReadingThread {
            db: Arc::downgrade(db),
            fetcher: Fetcher::new(settings, config.limits.post_chars),
            painter: Painter {
                queue: image_queue.clone(),
                limits: PictureLimits {
                    bytes: config.limits.image_bytes.into(),
                    pixels: config.limits.image_pixels.into(),
                },
                directory: config.database.directory(),
            },
            rules: SourceRules {
                interval: Duration::from_mins(settings.interval_minutes.into()),
                storage_max: config.limits.storage_per_user,
            },
            clock: clock.clone(),
            log: log.clone(),
            woken,
            is_stopped: is_stopped.clone(),
        };
        thread::Builder::new()
            .name("feeds-in".into())
            .spawn(move || reader.run())?;
        Ok(Some(SourceReader { wake, is_stopped }))
    }

    /// Lets the thread look for sources whose time has come.
    pub fn wake(&self) {
        // A full channel means that it will look anyway.
        let _ = self.wake.try_send(());
    }

    /// Stops the thread after what it does at the moment. Nobody waits for another site: what is read then is not stored.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        self.wake();
    }
}

impl ReadingThread {
    fn run(&self) {
        loop {
            let read = catch_unwind(AssertUnwindSafe(|| self.read_due()));
            let read = read.unwrap_or_else(|_| Err(Error::internal("a panic")));
            let pause = match read {
                Ok(()) => LOOK_INTERVAL,
                Err(error) => {
                    let cause = format!("{error:?}");
                    self.log
                        .error("feeds cannot be imported", &[("cause", &cause)]);
                    ERROR_PAUSE
                }
            };
            let woken = self.woken.recv_timeout(pause);
            if woken == Err(RecvTimeoutError::Disconnected) || self.is_stopped() {
                return;
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::SeqCst)
    }

    /// Reads every source whose time has come, one after the other.
    fn read_due(&self) -> Result<()> {
        let mut last = None;
        while let Some(source) = self.next_due(last)? {
            last = Some(source.added_by);
            let read = catch_unwind(AssertUnwindSafe(|| {
                self.fetcher.read(&source, (self.clock)())
            }));
            let mut attempt = read.unwrap_or_else(|_| SourceAttempt {
                reading: Reading::Failed {
                    problem: "It cannot be read by this program.".into(),
                    wait: None,
                },
                moved_to: None,
            });
            if let Reading::Failed { problem, .. } = &attempt.reading {
                let cause = format!("{}: {problem}", source.url);
                self.log
                    .debug("a feed cannot be read", &[("cause", &cause)]);
            }
            if let Reading::Feed { feed, pictures, .. } = &mut attempt.reading {
                let found = catch_unwind(AssertUnwindSafe(|| self.pictures(&source, feed)));
                *pictures = found.unwrap_or_else(|_| Ok(HashMap::new()))?;
            }
            let Some(db) = self.db.upgrade().filter(|_| !self.is_stopped()) else {
                return Ok(());
            };
            let (id, rules) = (source.id, self.rules);
            db.write((self.clock)(), move |tx| {
                sources::record(tx, id, attempt, rules)
            })?;
        }
        Ok(())
    }

    /// Fetches and encodes the pictures of those entries that will become posts. A picture that cannot be had is left out.
    fn pictures(&self, source: &Source, feed: &ReadFeed) -> Result<HashMap<usize, NewImage>> {
        let mut pictures = HashMap::new();
        let Some(db) = self.db.upgrade() else {
            return Ok(pictures);
        };
        let places = db.read(|conn| sources::to_post(conn, source, feed))?;
        drop(db);
        let deadline = Instant::now() + PICTURES_DEADLINE;
        for place in places {
            let address = feed.entries[place].picture.as_deref();
            let Some(address) = address.filter(|_| Instant::now() < deadline) else {
                continue;
            };
            if self.is_stopped() {
                break;
            }
            let painted = self.fetcher.picture(address, &self.painter, deadline);
            pictures.extend(painted.map(|picture| (place, picture)));
        }
        Ok(pictures)
    }

    /// Returns the next source to read. None if there is none, or the site is being stopped.
    fn next_due(&self, last: Option<UserId>) -> Result<Option<Source>> {
        match self.db.upgrade() {
            Some(db) if !self.is_stopped() => {
                db.read(|conn| sources::due(conn, (self.clock)(), last))
            }
            _ => Ok(None),
        }
    }
}
