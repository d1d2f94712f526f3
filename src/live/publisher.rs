//! The publisher: the one thread that reads the log as it grows and hands each event to the connection threads, in
//! order.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::{
    event_views::EventViews,
    hub::Hub,
    inbox::CommitInbox,
    messages::{Delivery, HubCommand},
    reader_view::ReaderView,
    registry::{Listener, Listeners},
    renderer::Renderer,
};
use crate::{
    clock::Clock,
    error::{Error, Result},
    log::Log,
    model::{Event, EventId, Holder},
    store::{Db, NOT_IN_PLACE, SignalMark, Snapshot, events, signals},
};

/// The most events that are read at once.
const EVENTS_MAX: u32 = 64;

/// The time after which the publisher looks without being woken. A command on this machine writes into the file without
/// waking anybody, and a log that could not be read may be readable again. A look that finds nothing costs some
/// microseconds.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// The publisher, and how far it has come.
pub(super) struct Publisher {
    pub(super) db: Arc<Db>,
    pub(super) renderer: Arc<Renderer>,
    pub(super) hub: Hub,
    pub(super) inbox: Arc<CommitInbox>,
    pub(super) clock: Clock,
    pub(super) log: Arc<Log>,
    pub(super) published: EventId,
    /// The newest signal of a command that was read.
    pub(super) mark: SignalMark,
}

impl Publisher {
    /// Starts the thread. It runs until the other end of `woken` is dropped.
    pub(super) fn start(mut self, woken: Receiver<()>) -> io::Result<JoinHandle<()>> {
        thread::Builder::new()
            .name("publisher".into())
            .spawn(move || self.run(&woken))
    }

    /// Looks whenever it is woken, and once in a while besides.
    fn run(&mut self, woken: &Receiver<()>) {
        let mut looked_at = Instant::now();
        let mut was_in_place = true;
        loop {
            let is_in_place = self.db.is_in_place();
            if is_in_place != was_in_place {
                self.tell_of_file(is_in_place);
                was_in_place = is_in_place;
            }
            match woken.recv_timeout(LOOK_INTERVAL) {
                Err(RecvTimeoutError::Disconnected) => return,
                // A stream that begins later finds everything in the file.
                Err(RecvTimeoutError::Timeout) if self.hub.streams() == 0 => continue,
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            }
            self.end(self.inbox.take_ended());
            let read = if looked_at.elapsed() >= LOOK_INTERVAL {
                looked_at = Instant::now();
                self.read_signals()
            } else {
                Ok(())
            };
            if let Err(error) = read.and_then(|()| self.publish()) {
                self.complain(&error);
            }
        }
    }

    /// Logs that the file of the database is gone, or that it is back.
    fn tell_of_file(&self, is_in_place: bool) {
        if is_in_place {
            self.log
                .info("the database file is in its place again", &[]);
            return;
        }
        let fix = "put it back with its log beside it, or restart the site to use the file that is there now";
        let effect = "nothing is saved";
        self.log
            .error(NOT_IN_PLACE, &[("effect", &effect), ("fix", &fix)]);
    }

    /// Ends the streams of sessions and tokens that commands have ended.
    fn read_signals(&mut self) -> Result<()> {
        let (ended, mark) = self
            .db
            .read_at_once(|conn| signals::since(conn, self.mark))?;
        self.mark = mark;
        self.end(ended);
        Ok(())
    }

    /// Ends the streams that these sessions and tokens hold open.
    fn end(&self, ended: Vec<Holder>) {
        for holder in ended {
            self.hub.broadcast(|| HubCommand::End(holder));
        }
    }

    /// Delivers every event of the log that is not delivered yet.
    fn publish(&mut self) -> Result<()> {
        if self.hub.streams() == 0 {
            return self.pass_by();
        }
        loop {
            let deliveries = self.deliveries()?;
            if deliveries.is_empty() {
                return Ok(());
            }
            for delivery in deliveries {
                self.published = delivery.id;
                let delivery = Arc::new(delivery);
                self.hub.broadcast(|| HubCommand::Deliver(delivery.clone()));
            }
        }
    }

    /// Renders the next events. Who sees them is decided by the rows of this moment.
    fn deliveries(&self) -> Result<Vec<Delivery>> {
        self.db.read_at_once(|conn| {
            let events = events::between(conn, self.published, EventId(i64::MAX), EVENTS_MAX)?;
            // A stream that begins later reads these events from the log.
            let listeners = self.hub.listeners();
            let mut deliveries = Vec::with_capacity(events.len());
            for event in events {
                deliveries.push(Delivery {
                    id: event.id,
                    arrivals: listeners.arrivals,
                    views: self.views(conn, event, &listeners)?,
                });
            }
            Ok(deliveries)
        })
    }

    /// Returns each listener's view of an event. An event that cannot be rendered is skipped, so that it does not stand
    /// in the way of later ones.
    ///
    /// # Errors
    /// `StorageUnavailable` if the file cannot be read. The disk may be readable again in a moment.
    fn views(
        &self,
        conn: &Snapshot,
        event: Event,
        listeners: &Listeners,
    ) -> Result<Vec<(Listener, ReaderView)>> {
        let rendered = catch_unwind(AssertUnwindSafe(|| {
            let mut event = EventViews::of(conn, &self.renderer, event, (self.clock)())?;
            let mut views = Vec::new();
            for (listener, pages) in &listeners.people {
                let view = event.view_for(*listener, pages)?;
                views.extend(view.map(|view| (*listener, view)));
            }
            Ok(views)
        }));
        let rendered =
            rendered.unwrap_or_else(|_| Err(Error::internal("an event cannot be drawn")));
        match rendered {
            Err(Error::StorageUnavailable(why)) => Err(Error::StorageUnavailable(why)),
            Err(error) => {
                self.complain(&error);
                Ok(Vec::new())
            }
            Ok(views) => Ok(views),
        }
    }

    /// Skips to the end of the log without rendering anything, because nobody listens. A stream that begins meanwhile
    /// finds the events in the log.
    fn pass_by(&mut self) -> Result<()> {
        let newest = self.db.read_at_once(events::newest)?;
        if newest > self.published {
            self.published = newest;
            self.hub.broadcast(|| HubCommand::Passed(newest));
        }
        Ok(())
    }

    /// Logs an error. The publisher goes on.
    fn complain(&self, error: &Error) {
        self.log.error(
            "the log of events cannot be read",
            &[("cause", &format!("{error:?}"))],
        );
    }
}
