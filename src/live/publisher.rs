//! The one thread that reads the log as it grows and hands each event to the connection threads, in order.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::{
    Inbox,
    frames::Renderer,
    hub::{Command, Delivery, Hub},
    online,
    subject::{Portion, Subject},
};
use crate::{
    error::{Error, Result},
    log::Log,
    model::{Event, EventId, Holder, UserId},
    store::{
        Db, Snapshot, events,
        signals::{self, Mark},
    },
};

/// Events read at once.
const EVENTS_MAX: u32 = 64;

/// How often to look without being woken: a command on this machine writes into the file without telling anybody, and
/// a log that could not be read may be readable again. A look that finds nothing costs some microseconds.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

pub(super) struct Publisher {
    pub(super) db: Arc<Db>,
    pub(super) renderer: Arc<Renderer>,
    pub(super) hub: Hub,
    pub(super) inbox: Arc<Inbox>,
    pub(super) log: Arc<Log>,
    pub(super) published: EventId,
    /// What commands have done up to here is known.
    pub(super) mark: Mark,
}

impl Publisher {
    pub(super) fn start(mut self, news: Receiver<()>) -> io::Result<JoinHandle<()>> {
        thread::Builder::new()
            .name("publisher".into())
            .spawn(move || self.run(&news))
    }

    fn run(&mut self, news: &Receiver<()>) {
        let mut looked_at = Instant::now();
        loop {
            match news.recv_timeout(LOOK_INTERVAL) {
                Err(RecvTimeoutError::Disconnected) => return,
                // Whoever comes finds everything in the file.
                Err(RecvTimeoutError::Timeout) if self.hub.streams() == 0 => continue,
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            }
            self.end(self.inbox.take_ended());
            let heard = if looked_at.elapsed() >= LOOK_INTERVAL {
                looked_at = Instant::now();
                self.look_beside()
            } else {
                Ok(())
            };
            if let Err(error) = heard.and_then(|()| self.publish()) {
                self.complain(&error);
            }
        }
    }

    /// What commands did.
    fn look_beside(&mut self) -> Result<()> {
        let (ended, mark) = self.db.read(|conn| signals::since(conn, self.mark))?;
        self.mark = mark;
        self.end(ended);
        Ok(())
    }

    fn end(&self, ended: Vec<Holder>) {
        for holder in ended {
            self.hub.broadcast(|| Command::End(holder));
        }
    }

    fn publish(&mut self) -> Result<()> {
        if self.hub.streams() == 0 {
            return self.pass_by();
        }
        loop {
            let deliveries = self.db.read(|conn| {
                let events = events::between(conn, self.published, EventId(i64::MAX), EVENTS_MAX)?;
                // Who comes later reads these events from the log.
                let online = self.hub.online();
                let mut deliveries = Vec::with_capacity(events.len());
                for event in events {
                    // Who sees it is decided by today's rows, here and now.
                    deliveries.push(Delivery {
                        id: event.id,
                        arrivals: online.arrivals,
                        portions: self.portions(conn, event, &online)?,
                    });
                }
                Ok(deliveries)
            })?;
            if deliveries.is_empty() {
                return Ok(());
            }
            for delivery in deliveries {
                self.published = delivery.id;
                let delivery = Arc::new(delivery);
                self.hub.broadcast(|| Command::Deliver(delivery.clone()));
            }
        }
    }

    /// What everybody gets of an event. One that cannot be drawn is passed by: it must not stand in the way of all that
    /// come after it.
    fn portions(
        &self,
        conn: &Snapshot,
        event: Event,
        online: &online::Snapshot,
    ) -> Result<Vec<(UserId, Portion)>> {
        let drawn = catch_unwind(AssertUnwindSafe(|| {
            let mut subject = Subject::of(conn, event)?;
            let mut portions = Vec::new();
            for (user, topics) in &online.people {
                let portion = self.renderer.portion(conn, &mut subject, *user, topics)?;
                portions.extend(portion.map(|portion| (*user, portion)));
            }
            Ok(portions)
        }));
        let drawn = drawn.unwrap_or_else(|_| Err(Error::internal("an event cannot be drawn")));
        match drawn {
            // The disk may be readable again in a moment.
            Err(Error::StorageUnavailable(why)) => Err(Error::StorageUnavailable(why)),
            Err(error) => {
                self.complain(&error);
                Ok(Vec::new())
            }
            Ok(portions) => Ok(portions),
        }
    }

    /// Nobody listens, so nothing is drawn. Whoever begins to listen meanwhile finds it in the log.
    fn pass_by(&mut self) -> Result<()> {
        let newest = self.db.read(events::newest)?;
        if newest > self.published {
            self.published = newest;
            self.hub.broadcast(|| Command::Passed(newest));
        }
        Ok(())
    }

    fn complain(&self, error: &crate::error::Error) {
        self.log.error(
            "the log of events cannot be read",
            &[("cause", &format!("{error:?}"))],
        );
    }
}
