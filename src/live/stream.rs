//! One socket of the hub: what was sent, what waits, and whether somebody is still there.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
    net,
    time::Duration,
};

use mio::{Interest, Registry, Token, net::TcpStream};
use rustix::net::sockopt;

use super::{frames::Frame, hub::Counted, online::Presence};
use crate::{
    http::Join,
    model::{EventId, Holder, Timestamp, UserId},
};

/// Bytes the system may hold for one reader. Small: what is stale in there cannot be taken back, and ten thousand
/// readers have one each.
const SEND_BUFFER_BYTES: usize = 16 * 1024;

/// How long a reader may be gone without the system noticing.
const PEER_GONE_AFTER: Duration = Duration::from_secs(30);

/// A reader says nothing. One that sends this much is not a reader.
const UNREAD_BYTES_MAX: usize = 4 * 1024;

pub(super) struct Stream {
    socket: TcpStream,
    pub(super) user: UserId,
    pub(super) presence: Presence,
    pub(super) holder: Holder,
    expires_at: i64,
    /// The newest event that was sent, or that the reader had when it came.
    pub(super) reached: EventId,
    /// Takes events as they come; otherwise it reads the log until it has reached them.
    pub(super) live: bool,
    /// A piece of the log is on its way.
    pub(super) wishing: bool,
    pub(super) birth: u64,
    waiting: VecDeque<Frame>,
    waiting_bytes: usize,
    /// Bytes of the first waiting frame that are sent already.
    sent: usize,
    _count: Counted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Open,
    Gone,
}

impl Stream {
    pub(super) fn new(
        socket: net::TcpStream,
        join: &Join,
        count: Counted,
        presence: Presence,
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
            presence,
            holder: join.holder,
            expires_at: join.expires_at,
            reached: join.after,
            live: false,
            wishing: false,
            birth: 0,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            sent: 0,
            _count: count,
        })
    }

    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(
            &mut self.socket,
            token,
            Interest::READABLE | Interest::WRITABLE,
        )
    }

    pub(super) fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        registry.deregister(&mut self.socket)
    }

    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        now.0 >= self.expires_at
    }

    pub(super) fn is_flushed(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Sends a frame, or as much as the socket takes; the rest waits. One frame may always wait, however large it is;
    /// with more than that over `waiting_bytes_max` the reader is too slow.
    pub(super) fn push(&mut self, frame: &Frame, waiting_bytes_max: usize) -> Fate {
        let sent = if self.waiting.is_empty() {
            self.write(frame)
        } else {
            Ok(0)
        };
        match sent {
            Err(_) => Fate::Gone,
            Ok(sent) if sent == frame.len() => Fate::Open,
            Ok(_)
                if !self.waiting.is_empty()
                    && self.waiting_bytes + frame.len() > waiting_bytes_max =>
            {
                Fate::Gone
            }
            Ok(sent) => {
                if self.waiting.is_empty() {
                    self.sent = sent;
                }
                self.waiting_bytes += frame.len();
                self.waiting.push_back(frame.clone());
                Fate::Open
            }
        }
    }

    /// The socket takes more: sends what waits.
    pub(super) fn flush(&mut self) -> Fate {
        while let Some(frame) = self.waiting.front().cloned() {
            match self.write(&frame[self.sent..]) {
                Err(_) => return Fate::Gone,
                Ok(sent) if self.sent + sent == frame.len() => {
                    self.sent = 0;
                    self.waiting_bytes -= frame.len();
                    self.waiting.pop_front();
                }
                Ok(sent) => {
                    self.sent += sent;
                    return Fate::Open;
                }
            }
        }
        // A burst is over; an idle stream keeps no memory for the next one.
        self.waiting.shrink_to_fit();
        Fate::Open
    }

    /// The last words. What still waits is lost, and the reader asks for it again by its last id.
    pub(super) fn end_with(&mut self, frame: &Frame) {
        if self.waiting.is_empty() {
            // Whether it arrives or not, the stream ends.
            let _ = self.write(frame);
        }
        let _ = self.socket.shutdown(net::Shutdown::Write);
    }

    /// Reads what a reader should not send, and notices that it has left.
    pub(super) fn drain(&mut self) -> Fate {
        let mut scratch = [0; UNREAD_BYTES_MAX];
        match self.socket.read(&mut scratch) {
            Ok(0) => Fate::Gone,
            Ok(read) if read == scratch.len() => Fate::Gone,
            Ok(_) => self.drain_again(),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                Fate::Open
            }
            Err(_) => Fate::Gone,
        }
    }

    /// Readiness is told once, so one read more must say that nothing is left.
    fn drain_again(&mut self) -> Fate {
        let mut scratch = [0; 64];
        match self.socket.read(&mut scratch) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Fate::Open,
            _ => Fate::Gone,
        }
    }

    /// How much the socket takes at the moment.
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
