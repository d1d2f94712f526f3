//! The messages between the publisher, the connection threads and the catch-up thread.

use std::{net::TcpStream, sync::Arc};

use super::{
    reader_view::ReaderView,
    registry::{Arrival, Listener},
    sse::StreamFrame,
};
use crate::{
    http::Join,
    model::{EventId, Holder, PostId, Topics, Unread, UnreadCounts, UserId},
};

/// A message to a connection thread.
pub(super) enum HubCommand {
    Join {
        socket: TcpStream,
        /// The head of the answer, which is still to be written.
        head: Vec<u8>,
        join: Join,
    },
    Deliver(Arc<Delivery>),
    /// News for a reader about what they have just seen.
    Seen(UserId, SeenNews),
    /// Events up to this one passed while nobody listened.
    Passed(EventId),
    /// The answer to a catch-up request; none if the log cannot be read.
    CaughtUp(StreamKey, Option<CatchUpBatch>),
    /// The end of all streams that a session or token held open.
    End(Holder),
    Stop,
}

/// What is left to read for somebody who has just read.
pub struct SeenNews {
    /// The posts, and what is still unread in them.
    pub posts: Vec<(PostId, Unread)>,
    /// The counts of the bar, if they may have changed.
    pub counts: Option<UnreadCounts>,
}

/// An event, and its view for each reader who gets something of it.
pub(super) struct Delivery {
    pub(super) id: EventId,
    /// The newest stream that was considered.
    pub(super) arrivals: Arrival,
    pub(super) views: Vec<(Listener, ReaderView)>,
}

/// The identity of a stream. A slot is used again, but not with the same generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StreamKey {
    pub(super) thread: usize,
    pub(super) slot: usize,
    pub(super) generation: u64,
}

/// A stream's request for the events after one and up to another.
pub(super) struct CatchUpRequest {
    pub(super) stream: StreamKey,
    pub(super) listener: Listener,
    pub(super) topics: Arc<Topics>,
    pub(super) after: EventId,
    pub(super) up_to: EventId,
}

/// The frames that a stream has missed, up to an event. It is bounded, so there may be more.
pub(super) struct CatchUpBatch {
    pub(super) frames: Vec<StreamFrame>,
    pub(super) reached: EventId,
}
