//! The thread of the desk.

use std::{
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, Weak},
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::{ANSWER_WITHIN, DeskJob, READ_WITHIN};
use crate::{
    clock::Clock,
    error::{Error, Result},
    imports::{ArchiveImporter, ImportError, ImportRules, StopFlag},
    log::Log,
    model::{ImportReport, RunProgress, RunReport, RunState, UserId},
    pictures::ImageQueue,
    store::{Db, import_runs, imports},
    sync::lock,
};

/// The time between two looks for archives that nobody wants any more.
const LOOK_INTERVAL: Duration = Duration::from_secs(30);

/// The number of things after which is asked whether the owner is still here.
const CHECK_EVERY: u64 = 20;

/// The thread itself.
pub(super) struct DeskWorker {
    /// The site may close its file while an archive is read.
    pub(super) db: Weak<Db>,
    pub(super) jobs: Arc<Mutex<Vec<DeskJob>>>,
    pub(super) rules: ImportRules,
    pub(super) queue: Arc<ImageQueue>,
    pub(super) clock: Clock,
    pub(super) log: Arc<Log>,
    pub(super) stop: StopFlag,
    pub(super) woken: Receiver<()>,
    /// Goes with the thread.
    pub(super) _end: Sender<()>,
}

/// An archive to read.
struct DeskTask {
    user: UserId,
    stop: StopFlag,
    is_dry: bool,
    follows: bool,
}

impl DeskWorker {
    pub(super) fn start(self) -> io::Result<()> {
        thread::Builder::new()
            .name("import".into())
            .spawn(move || self.run())?;
        Ok(())
    }

    fn run(&self) {
        loop {
            while let Some((task, file, db)) = self.next() {
                if let Err(error) = self.work(&task, file, db) {
                    self.note("an import ended without a word to its owner", &error);
                }
            }
            if let Err(error) = self.expire() {
                self.note("an archive cannot be deleted", &error);
            }
            let woken = self.woken.recv_timeout(LOOK_INTERVAL);
            if woken == Err(RecvTimeoutError::Disconnected) || self.stop.is_set() {
                return;
            }
        }
    }

    /// Logs an error. While the program stops, the database is no longer written, and nothing is wrong.
    fn note(&self, what: &str, error: &Error) {
        if !self.stop.is_set() {
            let cause = format!("{error:?}");
            self.log.error(what, &[("cause", &cause)]);
        }
    }

    /// Returns the next archive to read, if there is one and the site is open.
    fn next(&self) -> Option<(DeskTask, Arc<File>, Arc<Db>)> {
        let db = self.db.upgrade().filter(|_| !self.stop.is_set())?;
        let mut jobs = lock(&self.jobs);
        let job = jobs.iter_mut().find(|job| job.state.is_moving())?;
        let is_dry = job.state == RunState::WaitingForLook;
        let file = job.file.clone()?;
        let task = DeskTask {
            user: job.user,
            stop: job.stop.clone(),
            is_dry,
            follows: job.follows,
        };
        job.state = task.reading();
        Some((task, file, db))
    }

    /// Reads an archive, and keeps what its owner is told.
    fn work(&self, task: &DeskTask, file: Arc<File>, mut db: Arc<Db>) -> Result<()> {
        let (user, state) = (task.user, task.reading());
        let begun = db.write((self.clock)(), move |tx| {
            imports::check_here(tx, user)?;
            import_runs::set_state(tx, user, state)
        });
        let mut report = ImportReport::default();
        let read = begun.map_err(ImportError::Site).and_then(|()| {
            let read = AssertUnwindSafe(|| self.read(task, &file, &mut db, &mut report));
            let panicked = |_| Err(ImportError::Site(Error::internal("a panic")));
            catch_unwind(read).unwrap_or_else(panicked)
        });
        drop(file);
        if self.stop.is_set() {
            // The next start says that it was cut off.
            self.forget(user);
            return Ok(());
        }
        if let Err(ImportError::Site(Error::Internal(cause))) = &read {
            self.log.error("an import failed", &[("cause", cause)]);
        }
        let (posts, total) = (report.posts, report.looked_at());
        let now = (self.clock)();
        // Its owner cancels it before this, or finds it in its new state.
        let mut jobs = lock(&self.jobs);
        let (state, report) = task.end(read, report);
        self.log.info(
            "an archive was read",
            &[
                ("user", &user.0),
                ("state", &state.name()),
                ("posts", &posts),
            ],
        );
        let mut job = jobs.iter_mut().find(|job| job.user == user);
        if let Some(job) = job.as_mut().filter(|_| state != RunState::Looked) {
            // It is gone before its owner is told so.
            job.file = None;
        }
        let noted = db.write(now, move |tx| {
            import_runs::set_report(tx, user, state, &report)
        });
        match job {
            Some(job) if state == RunState::Looked && noted.is_ok() => {
                job.state = state;
                job.expires_at = now.plus(ANSWER_WITHIN);
                job.progress.total = total;
            }
            _ => jobs.retain(|job| job.user != user),
        }
        noted
    }

    fn read(
        &self,
        task: &DeskTask,
        file: &File,
        db: &mut Arc<Db>,
        report: &mut ImportReport,
    ) -> Result<(), ImportError> {
        let file = file.try_clone().map_err(Error::internal)?;
        let presence = db.clone();
        let mut things = 0_u64;
        let begun_at = (self.clock)();
        ArchiveImporter {
            site: db,
            user: Some(task.user),
            now: begun_at,
            rules: ImportRules {
                is_dry: task.is_dry,
                follows: task.follows,
                stop: task.stop.clone(),
                ..self.rules.clone()
            },
            queue: &self.queue,
            progress: &mut |report| {
                self.show(task.user, report);
                things += 1;
                if (self.clock)() >= begun_at.plus(READ_WITHIN) {
                    task.stop.set_late();
                }
                if things.is_multiple_of(CHECK_EVERY) {
                    let is_here = presence.read(|conn| imports::check_here(conn, task.user));
                    if is_here.is_err() {
                        task.stop.set();
                    }
                }
            },
        }
        .import_for(task.user, file, report)
    }

    /// Keeps how far a reading is, for the page of its owner.
    fn show(&self, user: UserId, report: &ImportReport) {
        let mut jobs = lock(&self.jobs);
        if let Some(job) = jobs.iter_mut().find(|job| job.user == user) {
            job.progress = RunProgress {
                looked_at: report.looked_at(),
                posts: report.posts,
                pictures: report.pictures,
                ..job.progress
            };
        }
    }

    fn forget(&self, user: UserId) {
        lock(&self.jobs).retain(|job| job.user != user);
    }

    /// Deletes the archives whose owners did not say in time that they be imported.
    fn expire(&self) -> Result<()> {
        let now = (self.clock)();
        let Some(db) = self.db.upgrade().filter(|_| !self.stop.is_set()) else {
            return Ok(());
        };
        DeskJob::expire(&mut lock(&self.jobs), &db, now)
    }
}

impl DeskTask {
    fn reading(&self) -> RunState {
        if self.is_dry {
            RunState::Looking
        } else {
            RunState::Importing
        }
    }

    /// Returns the state after a reading, and what its owner is told. A report without a format is that of an archive that
    /// was not opened.
    fn end(&self, read: Result<(), ImportError>, report: ImportReport) -> (RunState, RunReport) {
        let has_report = !report.format.is_empty() && (!self.is_dry || read.is_ok());
        let lines = has_report.then(|| report.to_string());
        let (state, first) = match read {
            _ if self.stop.is_late() => (
                RunState::Failed,
                Some(
                    "it took more than two hours, which is too long for Settings; the operator can import it with \
                     `quartfeed import`"
                        .to_owned(),
                ),
            ),
            _ if self.stop.is_set() => (RunState::Cancelled, None),
            Ok(()) if self.is_dry => (RunState::Looked, None),
            Ok(()) => (RunState::Done, None),
            Err(ImportError::Stopped) => (RunState::Cancelled, None),
            Err(ImportError::Site(Error::Internal(_))) => (
                RunState::Failed,
                Some("something went wrong on this site, which its log tells of".to_owned()),
            ),
            Err(error) => (RunState::Failed, Some(error.to_string())),
        };
        let first = first.map(|why| why + "\n").into_iter();
        let report = RunReport {
            lines: first.chain(lines).collect(),
            follows: report.follows,
            elsewhere: report.elsewhere,
        };
        (state, report)
    }
}
