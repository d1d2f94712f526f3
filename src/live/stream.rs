//! One event stream: its socket, the frames that wait for it, and whether the reader is still there.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
    net,
    time::Duration,
};

use mio::{Interest, Registry, Token, net::TcpStream};
use rustix::net::sockopt;

use super::{
    messages::SeenNews,
    registry::{CountedStream, RegistryEntry},
    sse::{self, EndReason, StreamFrame},
};
use crate::{
    http::{Join, StreamFormat},
    model::{Epoch, EventId, EventRef, Holder, Timestamp, UserId},
};

/// The buffer of the system for one reader, in bytes. It is small because ten thousand readers have one each, and
/// because frames in it cannot be taken back.
const SEND_BUFFER_BYTES: usize = 16 * 1024;

/// The time after which the system notices that a reader is gone.
const PEER_GONE_AFTER: Duration = Duration::from_secs(30);

/// Readers send nothing. A client that sends this many bytes at once is not one.
const UNREAD_BYTES_MAX: usize = 4 * 1024;

/// An event stream.
pub(super) struct Stream {
    socket: TcpStream,
    pub(super) user: UserId,
    pub(super) entry: RegistryEntry,
    pub(super) holder: Holder,
    expires_at: i64,
    /// The newest event that was sent, or that the reader had when the stream began.
    pub(super) reached: EventId,
    /// True if it takes events as they come. Otherwise it catches up from the log first.
    pub(super) is_live: bool,
    /// True if a batch from the log is on its way.
    pub(super) is_catching_up: bool,
    /// Tells it from earlier streams in the same slot.
    pub(super) generation: u64,
    /// True if the response is chunked.
    is_chunked: bool,
    /// The frame that shows that the stream still works.
    pub(super) heartbeat: StreamFrame,
    /// The beginning of addresses, if the reader takes lines of plain text instead of events.
    site: Option<Box<str>>,
    waiting: VecDeque<StreamFrame>,
    waiting_bytes: usize,
    /// The bytes of the first waiting frame that are sent already.
    sent: usize,
    _count: CountedStream,
}

/// The state of a stream after something was done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum StreamState {
    Open,
    /// The reader is gone, or too slow.
    Gone,
}

impl Stream {
    /// Prepares the socket. The stream does not take events yet.
    pub(super) fn new(
        socket: net::TcpStream,
        join: &Join,
        count: CountedStream,
        entry: RegistryEntry,
        heartbeat: StreamFrame,
    ) -> io::Result<Stream> {
        socket.set_nonblocking(true)?;
        sockopt::set_socket_send_buffer_size(&socket, SEND_BUFFER_BYTES)?;
        sockopt::set_socket_keepalive(&socket, true)?;
        #[cfg(target_os = "linux")]
        {
            let millis = u32::try_from(PEER_GONE_AFTER.as_millis()).unwrap_or(u32::MAX);
            sockopt::set_tcp_user_timeout(&socket, millis)?;
        }
        sockopt::set_tcp_keepidle(&socket, PEER_GONE_AFTER)?;
        Ok(Stream {
            socket: TcpStream::from_std(socket),
            user: join.user,
            entry,
            holder: join.holder,
            expires_at: join.expires_at,
            reached: join.after,
            is_live: false,
            is_catching_up: false,
            generation: 0,
            is_chunked: join.is_chunked,
            heartbeat,
            site: match &join.format {
                StreamFormat::Page | StreamFormat::Events => None,
                StreamFormat::Lines { site } => Some(site.as_str().into()),
            },
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            sent: 0,
            _count: count,
        })
    }

    /// Lets the poll of the connection thread wait for the socket.
    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(
            &mut self.socket,
            token,
            Interest::READABLE | Interest::WRITABLE,
        )
    }

    /// Takes the socket out of the poll again.
    pub(super) fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        registry.deregister(&mut self.socket)
    }

    /// Returns whether the session or token has expired that holds the stream open.
    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        now.0 >= self.expires_at
    }

    /// Returns whether no frame waits.
    pub(super) fn is_flushed(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Sends a frame, or as much of it as the socket takes, and lets the rest wait. One frame may always wait, however
    /// large it is. If more than that would wait, and it is over `waiting_bytes_max`, the reader is too slow.
    pub(super) fn push(&mut self, frame: &StreamFrame, waiting_bytes_max: usize) -> StreamState {
        let bytes = frame.bytes(self.is_chunked);
        let sent = if self.waiting.is_empty() {
            self.write(bytes)
        } else {
            Ok(0)
        };
        match sent {
            Err(_) => StreamState::Gone,
            Ok(sent) if sent == bytes.len() => StreamState::Open,
            Ok(_)
                if !self.waiting.is_empty()
                    && self.waiting_bytes + bytes.len() > waiting_bytes_max =>
            {
                StreamState::Gone
            }
            Ok(sent) => {
                if self.waiting.is_empty() {
                    self.sent = sent;
                }
                self.waiting_bytes += bytes.len();
                self.waiting.push_back(frame.clone());
                StreamState::Open
            }
        }
    }

    /// Sends events in order, as [`Stream::push`] does, until the stream is gone. A reader of plain text gets their lines.
    pub(super) fn push_all<'f>(
        &mut self,
        frames: impl IntoIterator<Item = &'f StreamFrame>,
        waiting_bytes_max: usize,
    ) -> StreamState {
        for frame in frames {
            let state = match &self.site {
                None => self.push(frame, waiting_bytes_max),
                Some(site) => match frame.in_plain_text(site) {
                    Some(line) => self.push(&line, waiting_bytes_max),
                    None => StreamState::Open,
                },
            };
            if state == StreamState::Gone {
                return StreamState::Gone;
            }
        }
        StreamState::Open
    }

    /// Tells the reader what is still unread in those posts that the stream's pages may show, and the counts.
    pub(super) fn tell_seen(
        &mut self,
        epoch: &Epoch,
        news: &SeenNews,
        waiting_bytes_max: usize,
    ) -> StreamState {
        let at = epoch.at(self.reached);
        let topics = self.entry.topics.clone();
        let shown = news.posts.iter().filter(|(post, _)| topics.may_show(*post));
        let seen = shown.map(|(post, unread)| sse::seen(&at, *post, *unread));
        let counts = news
            .counts
            .map(|counts| sse::notification(&at, None, counts));
        let frames: Vec<_> = seen.chain(counts).collect();
        self.push_all(&frames, waiting_bytes_max)
    }

    /// Sends the frames that wait, or as much of them as the socket takes.
    pub(super) fn flush(&mut self) -> StreamState {
        while let Some(frame) = self.waiting.front().cloned() {
            let bytes = frame.bytes(self.is_chunked);
            match self.write(&bytes[self.sent..]) {
                Err(_) => return StreamState::Gone,
                Ok(sent) if self.sent + sent == bytes.len() => {
                    self.sent = 0;
                    self.waiting_bytes -= bytes.len();
                    self.waiting.pop_front();
                }
                Ok(sent) => {
                    self.sent += sent;
                    return StreamState::Open;
                }
            }
        }
        // A burst is over; an idle stream keeps no memory for the next one.
        self.waiting.shrink_to_fit();
        StreamState::Open
    }

    /// Ends the stream with an event that says why. Frames that still wait are lost, and the reader asks for them again by
    /// its last id. Plain text just ends.
    pub(super) fn end(&mut self, at: &EventRef, reason: EndReason) {
        let bye = self.site.is_none().then(|| sse::bye(at, reason));
        self.end_with(bye.as_ref());
    }

    /// Sends the last frame, if there is one, and shuts the stream down.
    pub(super) fn end_with(&mut self, frame: Option<&StreamFrame>) {
        if self.waiting.is_empty() {
            let bytes = frame.map(|frame| frame.bytes(self.is_chunked));
            let mut bytes = bytes.unwrap_or_default().to_vec();
            if self.is_chunked {
                bytes.extend_from_slice(sse::LAST_CHUNK);
            }
            // Whether it arrives or not, the stream ends.
            let _ = self.write(&bytes);
        }
        let _ = self.socket.shutdown(net::Shutdown::Write);
    }

    /// Reads and drops whatever the client sends, and notices when it has left.
    pub(super) fn drain(&mut self) -> StreamState {
        let mut scratch = [0; UNREAD_BYTES_MAX];
        match self.socket.read(&mut scratch) {
            Ok(0) => StreamState::Gone,
            Ok(read) if read == scratch.len() => StreamState::Gone,
            Ok(_) => self.drain_again(),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                StreamState::Open
            }
            Err(_) => StreamState::Gone,
        }
    }

    /// Reads once more, because readiness is reported only once: nothing may be left.
    fn drain_again(&mut self) -> StreamState {
        let mut scratch = [0; 64];
        match self.socket.read(&mut scratch) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => StreamState::Open,
            _ => StreamState::Gone,
        }
    }

    /// Writes as much as the socket takes at the moment. Returns the number of bytes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.socket.write(&bytes[sent..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(more) => sent += more,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }
}
