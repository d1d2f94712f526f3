//! A thread that makes backups of a running site, and the state of the last one.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use crate::{
    clock::Clock,
    config::Config,
    log::Log,
    model::Timestamp,
    store::backups::{self, BackupError},
};

/// The time between two looks at whether a backup is due.
const LOOK_INTERVAL: Duration = Duration::from_mins(1);

/// The time after a backup that failed until the next attempt.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_hours(1);

/// The handle of the thread.
pub(crate) struct BackupThread {
    stop: Sender<()>,
    is_stopped: Arc<AtomicBool>,
}

/// The work of the thread.
struct BackupWork {
    database: PathBuf,
    directory: PathBuf,
    every: Duration,
    keep: u32,
    clock: Clock,
    log: Arc<Log>,
    is_stopped: Arc<AtomicBool>,
}

impl BackupThread {
    /// Starts the thread, unless the operator wants no backups. `began_at` is when the site began: the first backup is made
    /// one interval later.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(
        config: &Config,
        began_at: Timestamp,
        clock: &Clock,
        log: &Arc<Log>,
    ) -> io::Result<Option<BackupThread>> {
        let Some(every) = config.backup.every.0 else {
            return Ok(None);
        };
        let (stop, stopped) = bounded::<()>(1);
        let is_stopped = Arc::<AtomicBool>::default();
        let work = BackupWork {
            database: config.database.path.clone(),
            directory: config.backup_directory(),
            every,
            keep: config.backup.keep,
            clock: clock.clone(),
            log: log.clone(),
            is_stopped: is_stopped.clone(),
        };
        thread::Builder::new()
            .name("backup".into())
            .spawn(move || {
                let mut next = None;
                loop {
                    let now = (work.clock)();
                    let due = next.unwrap_or_else(|| work.due(began_at));
                    next = (now >= due).then(|| work.run(now)).or(Some(due));
                    if stopped.recv_timeout(LOOK_INTERVAL) != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                }
            })?;
        Ok(Some(BackupThread { stop, is_stopped }))
    }

    /// Stops the thread. A backup that is being made ends soon, and leaves nothing behind; nobody waits for it.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
        // A full channel means that it will look anyway.
        let _ = self.stop.try_send(());
    }
}

impl BackupWork {
    /// Returns when the next backup is due, by the newest one.
    fn due(&self, began_at: Timestamp) -> Timestamp {
        // What keeps the directory from being read keeps a backup from being made, and is said then.
        let known = backups::list(&self.database, &self.directory).unwrap_or_default();
        let last = known.first().map_or(began_at, |newest| newest.made_at);
        last.plus(self.every)
    }

    /// Makes a backup, and deletes old ones. Returns when the next is due.
    fn run(&self, now: Timestamp) -> Timestamp {
        match self.make(now) {
            Ok(path) => {
                self.log
                    .info("a backup is made", &[("path", &path.display())]);
                now.plus(self.every)
            }
            Err(_) if self.is_stopped.load(Ordering::Relaxed) => now,
            Err(error) => {
                self.log
                    .error("no backup could be made", &[("cause", &error)]);
                now.plus(PAUSE_AFTER_FAILURE.min(self.every))
            }
        }
    }

    fn make(&self, now: Timestamp) -> Result<PathBuf, BackupError> {
        let path = backups::path(&self.database, &self.directory, now, "");
        backups::create(&self.database, &path, self.is_stopped.clone())?;
        backups::prune(&self.database, &self.directory, self.keep, now)?;
        Ok(path)
    }
}
