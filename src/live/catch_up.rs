//! The catch-up thread: it reads the events that streams have missed from the log, one bounded batch at a time.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
};

use crossbeam_channel::Receiver;

use super::{
    event_views::EventViews,
    messages::{CatchUpBatch, CatchUpRequest, StreamKey},
    renderer::Renderer,
    sse,
};
use crate::{
    clock::Clock,
    error::{Error, Result},
    log::Log,
    store::{Db, events},
};

/// The most events that are looked at for one batch.
const BATCH_EVENTS_MAX: u32 = 256;

/// The size in bytes from which on a batch is large enough.
const BATCH_BYTES: usize = 32 * 1024;

/// The catch-up thread, before it starts.
pub(super) struct CatchUp {
    pub(super) db: Arc<Db>,
    pub(super) renderer: Arc<Renderer>,
    pub(super) clock: Clock,
    pub(super) log: Arc<Log>,
}

impl CatchUp {
    /// Starts the thread. It calls `answer` with the batch for each request, or with none if the log cannot be read.
    pub(super) fn start(
        self,
        requests: Receiver<CatchUpRequest>,
        answer: impl Fn(StreamKey, Option<CatchUpBatch>) + Send + 'static,
    ) -> io::Result<JoinHandle<()>> {
        thread::Builder::new()
            .name("catch-up".into())
            .spawn(move || {
                for request in requests {
                    let batch = catch_unwind(AssertUnwindSafe(|| self.batch(&request)));
                    let batch = batch.unwrap_or_else(|_| Err(Error::internal("a panic")));
                    let batch = batch.inspect_err(|error| {
                        self.log.error(
                            "a stream cannot catch up",
                            &[("cause", &format!("{error:?}"))],
                        );
                    });
                    answer(request.stream, batch.ok());
                }
            })
    }

    /// Reads the next batch for a stream, in one snapshot of the database.
    fn batch(&self, request: &CatchUpRequest) -> Result<CatchUpBatch> {
        self.db.read(|conn| {
            if request.after < events::extent(conn)?.oldest_resumable {
                // The log has forgotten some of the missed events.
                return Ok(CatchUpBatch {
                    frames: vec![sse::reset(&self.renderer.at(request.up_to))],
                    reached: request.up_to,
                });
            }
            let missed = events::between(conn, request.after, request.up_to, BATCH_EVENTS_MAX)?;
            let is_rest = missed.len() < BATCH_EVENTS_MAX as usize;
            let pages = vec![(0, request.topics.clone())];
            let (mut frames, mut bytes, mut reached) = (Vec::new(), 0, request.after);
            for event in missed {
                if bytes >= BATCH_BYTES {
                    return Ok(CatchUpBatch { frames, reached });
                }
                reached = event.id;
                let mut views = EventViews::of(conn, &self.renderer, event, (self.clock)())?;
                if let Some(view) = views.view_for(request.listener, &pages)? {
                    for frame in view.frames(&request.topics) {
                        bytes += frame.bytes(true).len();
                        frames.push(frame.clone());
                    }
                }
            }
            Ok(CatchUpBatch {
                frames,
                reached: if is_rest { request.up_to } else { reached },
            })
        })
    }
}
