//! The desk to which people bring archives in Settings: it holds the files, and a thread of its own looks at them and imports
//! them, one after the other.
//!
//! A file has no name, so that it is gone with the program, however that ends. The database keeps what the owner is told.

mod worker;

use std::{
    fs::File,
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{ImportRules, StopFlag};
use crate::{
    clock::Clock,
    config::Config,
    error::{Error, Result},
    log::Log,
    model::{Bytes, RunProgress, RunState, Timestamp, UserId},
    pictures::ImageQueue,
    store::{Db, files, import_runs},
    sync::lock,
};
use worker::DeskWorker;

/// The most archives that are held at the same time. Each takes room on the disk.
const ARCHIVES_MAX: usize = 4;

/// The time in which the owner of an archive that was looked at says that it be imported.
const ANSWER_WITHIN: Duration = Duration::from_hours(1);

/// The bytes that archives leave free on the disk.
const DISK_RESERVE_BYTES: u64 = 128 << 20;

/// The most bytes of text of one import: hundreds of thousands of posts.
const TEXT_BYTES_MAX: u64 = 64 << 20;

/// The most posts and other things of one archive, and the most people in the list of those whom its owner followed.
const THINGS_MAX: u64 = 500_000;
const FOLLOWED_MAX: u64 = 100_000;

/// The time for one reading of an archive. Others wait for it.
const READ_WITHIN: Duration = Duration::from_hours(2);

/// Seconds after which somebody may try again when too many archives are held.
const RETRY_AFTER: u32 = 60;

/// The time that the thread gets to end when the program stops.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// The desk, as the rest of the program sees it.
pub struct ImportDesk {
    jobs: Arc<Mutex<Vec<DeskJob>>>,
    directory: PathBuf,
    stop: StopFlag,
    wake: Sender<()>,
    /// Is closed when the thread has ended.
    ended: Receiver<()>,
}

/// An archive at the desk. The first one in the list comes first.
struct DeskJob {
    user: UserId,
    started_at: Timestamp,
    state: RunState,
    /// None once the archive is read for the last time.
    file: Option<Arc<File>>,
    /// Set when the owner takes it back.
    stop: StopFlag,
    /// The time at which the file is deleted, if it waits for its owner.
    expires_at: Timestamp,
    /// True if its owner wants to follow people with the names of those whom they followed elsewhere.
    follows: bool,
    progress: RunProgress,
}

/// What the owner of an archive says about it.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmedImport {
    /// When the archive came that its owner has seen the report of.
    pub started_at: Timestamp,
    /// True if people here are followed who are called like those whom the owner followed elsewhere.
    pub follows: bool,
}

impl ImportDesk {
    /// Starts the thread, unless the operator has turned imports in Settings off. Runs of an earlier start were cut off.
    ///
    /// # Errors
    /// If the system gives no thread, or the database cannot be written.
    pub fn start(
        config: &Config,
        db: &Arc<Db>,
        image_queue: &Arc<ImageQueue>,
        clock: &Clock,
        log: &Arc<Log>,
    ) -> io::Result<Option<ImportDesk>> {
        let failed = |error: Error| io::Error::other(format!("{error:?}"));
        if db.read(import_runs::has_open).map_err(failed)? {
            db.write(clock(), import_runs::cut_all).map_err(failed)?;
        }
        if !config.imports.enabled {
            return Ok(None);
        }
        let jobs = Arc::<Mutex<Vec<DeskJob>>>::default();
        let stop = StopFlag::default();
        let (wake, woken) = bounded(1);
        let (end, ended) = bounded(0);
        let worker = DeskWorker {
            db: Arc::downgrade(db),
            jobs: jobs.clone(),
            rules: ImportRules {
                text_bytes_max: TEXT_BYTES_MAX,
                things_max: THINGS_MAX,
                followed_max: FOLLOWED_MAX,
                checks_presence: true,
                keeps_free: DISK_RESERVE_BYTES,
                ..ImportRules::of(config)
            },
            queue: image_queue.clone(),
            clock: clock.clone(),
            log: log.clone(),
            stop: stop.clone(),
            woken,
            _end: end,
        };
        worker.start()?;
        Ok(Some(ImportDesk {
            jobs,
            directory: config.database.directory(),
            stop,
            wake,
            ended,
        }))
    }

    /// Checks whether somebody may bring an archive of this length.
    ///
    /// # Errors
    /// `Conflict` if they have brought one already; `Busy` if too many are held; `StorageUnavailable` if the disk has no
    /// room for it.
    pub fn check_room(&self, user: UserId, bytes: u64) -> Result<()> {
        DeskJob::check(&lock(&self.jobs), user)?;
        let free = files::free_bytes(&self.directory).unwrap_or(u64::MAX);
        // It is on the disk twice while it is taken out of its form.
        let needed = bytes.saturating_mul(2).saturating_add(DISK_RESERVE_BYTES);
        if free < needed {
            let bytes = Bytes(bytes);
            return Err(Error::StorageUnavailable(format!(
                "the disk of this site has no room for an archive of {bytes}"
            )));
        }
        Ok(())
    }

    /// Takes an archive, and has it looked at.
    ///
    /// # Errors
    /// Those of [`ImportDesk::check_room`], and those of the store.
    pub fn bring(&self, db: &Db, user: UserId, file: File, now: Timestamp) -> Result<()> {
        let mut jobs = lock(&self.jobs);
        DeskJob::expire(&mut jobs, db, now)?;
        DeskJob::check(&jobs, user)?;
        db.write(now, move |tx| import_runs::begin(tx, user))?;
        jobs.push(DeskJob {
            user,
            started_at: now,
            state: RunState::WaitingForLook,
            file: Some(Arc::new(file)),
            stop: StopFlag::default(),
            expires_at: now,
            follows: false,
            progress: RunProgress::default(),
        });
        self.wake();
        Ok(())
    }

    /// Has an archive imported that was looked at. Nothing is done if it is not there any more: the page of its owner says
    /// why.
    ///
    /// # Errors
    /// Those of the store.
    pub fn confirm(
        &self,
        db: &Db,
        user: UserId,
        confirmed: ConfirmedImport,
        now: Timestamp,
    ) -> Result<()> {
        let mut jobs = lock(&self.jobs);
        DeskJob::expire(&mut jobs, db, now)?;
        let place = jobs.iter().position(|job| {
            (job.user, job.started_at, job.state) == (user, confirmed.started_at, RunState::Looked)
        });
        let Some(place) = place else {
            return Ok(());
        };
        let state = RunState::WaitingForImport;
        db.write(now, move |tx| import_runs::set_state(tx, user, state))?;
        // It waits behind those who came before.
        let mut job = jobs.remove(place);
        job.state = state;
        job.follows = confirmed.follows;
        job.progress = RunProgress {
            total: job.progress.total,
            ..RunProgress::default()
        };
        jobs.push(job);
        self.wake();
        Ok(())
    }

    /// Takes the archive back that came at this time. One that is being read is gone a moment later. Idempotent.
    ///
    /// # Errors
    /// Those of the store.
    pub fn cancel(
        &self,
        db: &Db,
        user: UserId,
        started_at: Timestamp,
        now: Timestamp,
    ) -> Result<()> {
        let mut jobs = lock(&self.jobs);
        let is_named = |job: &DeskJob| (job.user, job.started_at) == (user, started_at);
        let Some(place) = jobs.iter().position(is_named) else {
            return Ok(());
        };
        jobs[place].stop.set();
        if !jobs[place].is_running() {
            db.write(now, move |tx| {
                import_runs::set_state(tx, user, RunState::Cancelled)
            })?;
            jobs.remove(place);
        }
        Ok(())
    }

    /// Deletes the archives whose owners did not say in time that they be imported.
    ///
    /// # Errors
    /// Those of the store.
    pub fn expire(&self, db: &Db, now: Timestamp) -> Result<()> {
        DeskJob::expire(&mut lock(&self.jobs), db, now)
    }

    /// Returns how far the archive of a person is. None if there is none.
    pub fn progress(&self, user: UserId) -> Option<RunProgress> {
        let jobs = lock(&self.jobs);
        let place = jobs.iter().position(|job| job.user == user)?;
        let before = jobs[..place].iter();
        Some(RunProgress {
            before: before.filter(|job| job.state.is_moving()).count(),
            ..jobs[place].progress
        })
    }

    /// Ends what runs at the moment, without waiting for it.
    pub fn interrupt(&self) {
        self.stop.set();
        for job in lock(&self.jobs).iter() {
            job.stop.set();
        }
        self.wake();
    }

    /// Stops the thread, and waits for it for a moment. The files are gone then.
    pub fn stop(&self) {
        self.interrupt();
        // Nothing is ever sent: the other end goes with the thread.
        let _ = self.ended.recv_timeout(STOP_WITHIN);
        lock(&self.jobs).clear();
    }

    fn wake(&self) {
        // A full channel means that it will look anyway.
        let _ = self.wake.try_send(());
    }
}

impl DeskJob {
    /// Checks that somebody may bring one more.
    fn check(jobs: &[DeskJob], user: UserId) -> Result<()> {
        if jobs.iter().any(|job| job.user == user) {
            return Err(Error::Conflict(
                "You have sent an archive already. Cancel it before you send another.".into(),
            ));
        }
        if jobs.len() >= ARCHIVES_MAX {
            return Err(Error::Busy {
                retry_after: RETRY_AFTER,
            });
        }
        Ok(())
    }

    /// Deletes those whose owners did not say in time that they be imported.
    fn expire(jobs: &mut Vec<DeskJob>, db: &Db, now: Timestamp) -> Result<()> {
        let is_over = |job: &DeskJob| job.state == RunState::Looked && job.expires_at <= now;
        let over: Vec<UserId> = jobs
            .iter()
            .filter(|job| is_over(job))
            .map(|job| job.user)
            .collect();
        jobs.retain(|job| !is_over(job));
        for user in over {
            db.write(now, move |tx| {
                import_runs::set_state(tx, user, RunState::Expired)
            })?;
        }
        Ok(())
    }

    fn is_running(&self) -> bool {
        matches!(self.state, RunState::Looking | RunState::Importing)
    }
}
