//! The threads that send, each one delivery at a time.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender};

use super::{SenderState, WebhookSignal, client::WebhookClient};
use crate::{
    clock::Clock,
    error::{Error, Result},
    log::Log,
    metrics::WebhookMeters,
    model::{DueDelivery, SendOutcome, SendReport, WebhookId},
    store::{Db, webhooks},
};

/// The pause after an error of the database. The delivery is still due then.
const ERROR_PAUSE: Duration = Duration::from_secs(5);

/// A thread that sends.
pub(super) struct Worker {
    /// The site may close its file while another site is asked.
    pub(super) db: Weak<Db>,
    pub(super) client: Arc<WebhookClient>,
    pub(super) clock: Clock,
    pub(super) log: Arc<Log>,
    pub(super) meters: WebhookMeters,
    pub(super) state: Arc<SenderState>,
}

impl Worker {
    /// Starts the thread. It ends when there are no more deliveries to come.
    ///
    /// # Errors
    /// If the system gives none.
    pub(super) fn start(
        self,
        number: usize,
        jobs: Receiver<DueDelivery>,
        done: Sender<WebhookId>,
        signal: WebhookSignal,
    ) -> io::Result<()> {
        let thread = thread::Builder::new().name(format!("webhooks-{number}"));
        thread.spawn(move || {
            for due in jobs {
                let delivered = catch_unwind(AssertUnwindSafe(|| self.deliver(&due)));
                let delivered = delivered.unwrap_or_else(|_| Err(Error::internal("a panic")));
                if let Err(error) = delivered {
                    self.complain(&error);
                }
                // Nobody listens any more after a stop.
                let _ = done.send(due.webhook.id);
                signal.wake();
            }
        })?;
        Ok(())
    }

    /// Sends a delivery, and notes the result.
    fn deliver(&self, due: &DueDelivery) -> Result<()> {
        let Some(db) = self.db.upgrade().filter(|_| !self.state.is_stopped()) else {
            return Ok(());
        };
        let now = (self.clock)();
        let content = db.read(|conn| webhooks::content(conn, due, now))?;
        drop(db);
        let report = match content {
            Some(content) => self.client.send(due, &content, now),
            None => SendReport {
                outcome: SendOutcome::Withdrawn,
                status: None,
                reason: "It was not sent: it is gone, or the webhook's owner may not see it there."
                    .into(),
            },
        };
        match report.outcome {
            SendOutcome::Accepted => self.meters.sent.inc(),
            SendOutcome::Failed | SendOutcome::Gone => self.meters.failed.inc(),
            SendOutcome::Withdrawn => 0,
        };
        let Some(db) = self.db.upgrade().filter(|_| !self.state.is_closed()) else {
            return Ok(());
        };
        let (due, random) = (due.clone(), rand::random());
        db.write((self.clock)(), move |tx| {
            webhooks::record(tx, &due, &report, random)
        })
    }

    /// Logs an error, and waits a moment.
    fn complain(&self, error: &Error) {
        if self.state.is_stopped() {
            return;
        }
        let cause = format!("{error:?}");
        self.log
            .error("a webhook cannot be sent", &[("cause", &cause)]);
        thread::sleep(ERROR_PAUSE);
    }
}
