//! Messages to systemd about the running program: it serves, it still answers, it stops.
//!
//! Nothing is sent if no service manager asks for messages, which is when `NOTIFY_SOCKET` is not set.

use std::{
    io,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use sd_notify::NotifyState;

use crate::{clock::Clock, store::Db};

/// The part of the watchdog's time after which it hears from us, so that one message may be late (sd_notify(3)).
const PART: u32 = 2;

/// The thread that tells the watchdog that the program answers.
pub(super) struct Watchdog {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

/// Says that requests are answered from now on, and begins to tell the watchdog, if there is one.
///
/// # Errors
/// If the system gives no thread.
pub(super) fn ready(db: &Arc<Db>, clock: &Clock) -> io::Result<Option<Watchdog>> {
    tell(NotifyState::Ready);
    let Some(deadline) = sd_notify::watchdog_enabled() else {
        return Ok(None);
    };
    Watchdog::start(deadline / PART, db.clone(), clock.clone()).map(Some)
}

/// Says that the program stops.
pub(super) fn stopping(watchdog: Option<Watchdog>) {
    tell(NotifyState::Stopping);
    if let Some(watchdog) = watchdog {
        drop(watchdog.stop);
        // A panic there has been printed.
        let _ = watchdog.thread.join();
    }
}

impl Watchdog {
    /// Starts the thread. It tells the watchdog only after the database has answered a read and a write, whatever the
    /// answers are: a full disk does not get better by a restart, a thread that hangs does.
    fn start(every: Duration, db: Arc<Db>, clock: Clock) -> io::Result<Watchdog> {
        let (stop, stopped) = bounded::<()>(0);
        let thread = thread::Builder::new()
            .name("watchdog".into())
            .spawn(move || {
                loop {
                    let _ = db.read(|_| Ok(()));
                    let _ = db.write(clock(), |tx| {
                        tx.is_on_no_page();
                        Ok(())
                    });
                    tell(NotifyState::Watchdog);
                    if stopped.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                }
            })?;
        Ok(Watchdog { stop, thread })
    }
}

/// Sends a message. A service manager that does not listen is as good as none.
fn tell(state: NotifyState<'_>) {
    let _ = sd_notify::notify(&[state]);
}
