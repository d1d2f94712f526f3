//! The threads that send, each one delivery at a time.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender};

use super::{SenderState, WebhookSignal, client::WebhookClient, is_passing};
use crate::{
    clock::Clock,
    error::{Error, Result},
    log::Log,
    metrics::WebhookMeters,
    model::{DueDelivery, SendOutcome, SendReport, Webhook, WebhookId},
    store::{Db, webhooks},
};

/// The pause if the file cannot be read. Nothing was sent, and the delivery is still due then.
const ERROR_PAUSE: Duration = Duration::from_secs(5);

/// The pause between two tries to note a result. Nothing else is sent to the same webhook meanwhile.
const NOTE_PAUSE: Duration = Duration::from_secs(1);

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
                self.deliver(&due);
                // Nobody listens any more after a stop.
                let _ = done.send(due.webhook.id);
                signal.wake();
            }
        })?;
        Ok(())
    }

    /// Sends a delivery, and notes the result.
    fn deliver(&self, due: &DueDelivery) {
        let tried = catch_unwind(AssertUnwindSafe(|| self.attempt(due)));
        let tried = tried.unwrap_or_else(|_| Err(Error::internal("a panic")));
        let report = match tried {
            Ok(Some(report)) => report,
            Ok(None) => return,
            Err(error) => {
                self.complain("a webhook cannot be sent", &error);
                if is_passing(&error) {
                    thread::sleep(ERROR_PAUSE);
                    return;
                }
                // Otherwise it would be due again at once, and fail for ever.
                SendReport::failed(None, Webhook::UNREADABLE.into())
            }
        };
        match report.outcome {
            SendOutcome::Accepted => self.meters.sent.inc(),
            SendOutcome::Failed | SendOutcome::Gone => self.meters.failed.inc(),
            SendOutcome::Withdrawn => 0,
        };
        self.note(due, &report);
    }

    /// Sends a delivery once. None if this site is being stopped.
    fn attempt(&self, due: &DueDelivery) -> Result<Option<SendReport>> {
        let Some(db) = self.db.upgrade().filter(|_| !self.state.is_stopped()) else {
            return Ok(None);
        };
        let now = (self.clock)();
        let content = db.read(|conn| webhooks::content(conn, due, now))?;
        drop(db);
        Ok(Some(match content {
            Some(content) => self.client.send(due, &content, now),
            None => SendReport {
                outcome: SendOutcome::Withdrawn,
                status: None,
                reason: "It was deleted, or it is no longer among what this webhook sends.".into(),
            },
        }))
    }

    /// Notes the result of a try, as often as it takes: what the file does not know of would be sent again.
    fn note(&self, due: &DueDelivery, report: &SendReport) {
        while let Some(db) = self.db.upgrade().filter(|_| !self.state.is_closed()) {
            let (due, report, random) = (due.clone(), report.clone(), rand::random());
            let noted = db.write((self.clock)(), move |tx| {
                webhooks::record(tx, &due, &report, random)
            });
            drop(db);
            let Err(error) = noted else {
                return;
            };
            self.complain("the result of a webhook cannot be noted", &error);
            thread::sleep(NOTE_PAUSE);
        }
    }

    fn complain(&self, message: &str, error: &Error) {
        if !self.state.is_stopped() {
            let cause = format!("{error:?}");
            self.log.warn(message, &[("cause", &cause)]);
        }
    }
}
