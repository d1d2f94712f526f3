//! A thread that deletes leftovers from the database from time to time, whether or not there are requests.

use std::{
    io,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded};

use crate::{
    clock::Clock,
    error::Result,
    log::Log,
    model::Timestamp,
    seen::PendingMarks,
    store::{Db, groups::clearing, housekeeping, images, presence, seen, webhooks},
    sync::lock,
};

/// Time between two rounds. A read that finds nothing takes a few microseconds.
const INTERVAL: Duration = Duration::from_mins(1);

/// Time between two looks at the number of marks that people have. Such a look reads all of them.
const TRIM_EVERY: Duration = Duration::from_hours(24);

/// Handle of the running thread.
pub(crate) struct Housekeeping {
    thread: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

impl Housekeeping {
    /// Starts the thread, which begins with a round and repeats it every minute.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(crate) fn start(
        db: Arc<Db>,
        pending: Arc<PendingMarks>,
        clock: Clock,
        log: Arc<Log>,
    ) -> io::Result<Housekeeping> {
        let (stop, stopped) = bounded::<()>(1);
        let thread = thread::Builder::new()
            .name("housekeeping".into())
            .spawn(move || {
                let mut trimmed_at = None;
                loop {
                    let tidied = tidy(&db, &clock, &stopped)
                        .and_then(|()| tidy_marks(&db, &pending, clock(), &mut trimmed_at));
                    if let Err(error) = tidied {
                        log.error("housekeeping failed", &[("cause", &format!("{error:?}"))]);
                    }
                    if stopped.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                }
            })?;
        Ok(Housekeeping {
            thread: Mutex::new(Some((stop, thread))),
        })
    }

    /// Stops the thread. A second call does nothing.
    pub(crate) fn stop(&self) {
        let thread = lock(&self.thread).take();
        if let Some((stop, thread)) = thread {
            drop(stop);
            // A panic there has been printed.
            let _ = thread.join();
        }
    }
}

/// Deletes leftovers in small pieces, so that neither writers nor a stop wait for long. The rest is deleted after
/// the next start.
fn tidy(db: &Db, clock: &Clock, stopped: &Receiver<()>) -> Result<()> {
    let now = clock();
    let goes_on = || stopped.try_recv() == Err(TryRecvError::Empty);
    db.note_newest_event()?;
    if db.read(|conn| housekeeping::has_leftovers(conn, now))? {
        db.write(now, housekeeping::clear_leftovers)?;
    }
    while goes_on() && db.read(|conn| presence::has_due(conn, now))? {
        db.write(now, presence::clear_due)?;
    }
    while goes_on() && db.read(|conn| clearing::has_due(conn, now))? {
        db.write(now, clearing::clear_due)?;
    }
    while goes_on() && db.read(|conn| webhooks::has_old(conn, now))? {
        db.write(now, webhooks::clear_old)?;
    }
    while goes_on() && db.read(|conn| images::has_unused(conn, now))? {
        db.write(now, images::clear_unused)?;
    }
    while goes_on() && db.read(images::has_loose)? {
        db.write(now, images::clear_loose)?;
    }
    while goes_on() && db.read(images::has_room)? && db.write(now, images::shrink)? > 0 {}
    Ok(())
}

/// Writes what people have read, if it has waited long enough. Once a day, deletes the oldest marks of those who have too
/// many.
fn tidy_marks(
    db: &Db,
    pending: &PendingMarks,
    now: Timestamp,
    trimmed_at: &mut Option<Timestamp>,
) -> Result<()> {
    if pending.are_due(now) {
        pending.write(db, now)?;
    }
    if trimmed_at.is_some_and(|at| now.minus(TRIM_EVERY) < at) {
        return Ok(());
    }
    while let Some(user) = db.read(|conn| seen::with_too_many(conn, seen::MARKS_MAX))? {
        db.write(now, move |tx| seen::trim(tx, user, seen::MARKS_MAX))?;
    }
    *trimmed_at = Some(now);
    Ok(())
}
