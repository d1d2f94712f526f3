//! Reading from and writing to a client's socket, each within its time.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::Shutdown,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use super::{BODY_BYTES_PER_SECOND_MIN, Client, ConnectionEnd, IDLE_DEADLINE, RESPONSE_GRACE};
use crate::door::{
    refusal::Refusal,
    response::{BackendResponse, PIECE_BYTES, SpooledBody},
};

/// Time for which the door reads on after a refusal, so that the client gets to read it.
const LINGER: Duration = Duration::from_secs(1);
/// Most bytes that are discarded after a refusal.
const LINGER_BYTES_MAX: u64 = 1024 * 1024;
/// Time for which the door reads on after a refusal amid a large body: browsers read a response only when they have
/// sent everything. It is no longer than a connection may be idle.
const LINGER_LARGE: Duration = IDLE_DEADLINE;
/// Most bytes that are discarded after a refusal amid a large body.
const LINGER_LARGE_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Size of one read.
const READ_BYTES: usize = 4 * 1024;

impl Client<'_> {
    /// Sets the read time-out to the time until a deadline, or refuses if it has passed.
    pub(super) fn limit_read(&self, deadline: Instant, why: &str) -> Result<(), ConnectionEnd> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Refusal::new(408, why).into());
        }
        Ok(self.set_read_timeout(left)?)
    }

    /// Sets the read time-out, unless it is set already.
    pub(super) fn set_read_timeout(&self, timeout: Duration) -> io::Result<()> {
        if self.read_timeout.replace(timeout) == timeout {
            return Ok(());
        }
        self.connection.socket.set_read_timeout(Some(timeout))
    }

    /// Reads once and appends the bytes to the buffer.
    pub(super) fn read_more(&self, buffer: &mut Vec<u8>) -> io::Result<()> {
        let mut scratch = [0; READ_BYTES];
        loop {
            match (&self.connection.socket).read(&mut scratch) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    buffer.extend_from_slice(&scratch[..read]);
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Writes a response. Gives up on a client that reads more slowly than the slowest rate.
    pub(super) fn send(&self, response: BackendResponse) -> io::Result<()> {
        let deadline = response_deadline(response.bytes.len() as u64 + response.body_bytes);
        self.write_until(&response.bytes, deadline)?;
        let Some(SpooledBody { mut file, room }) = response.body else {
            return Ok(());
        };
        let mut piece = vec![0; PIECE_BYTES];
        let mut left = room.bytes;
        while left > 0 {
            let read = file.read(&mut piece)?;
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.write_until(&piece[..read], deadline)?;
            left = left.saturating_sub(read as u64);
        }
        Ok(())
    }

    /// Writes a few bytes within the time that their length allows.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.write_until(bytes, response_deadline(bytes.len() as u64))
    }

    /// Writes bytes until a deadline.
    fn write_until(&self, bytes: &[u8], deadline: Instant) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match (&self.connection.socket).write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if !rest.is_empty() && Instant::now() > deadline {
                return Err(ErrorKind::TimedOut.into());
            }
        }
        Ok(())
    }

    /// Sends a refusal, and reads on for a moment so that the client gets to read it.
    pub(super) fn refuse(&self, refusal: &Refusal) {
        self.shared.log.info(
            "refused",
            &[
                ("status", &refusal.status),
                ("cause", &refusal.why),
                ("client", &self.peer.get()),
            ],
        );
        if self
            .write(&refusal.to_bytes(&self.shared.settings.security_headers))
            .is_err()
        {
            return;
        }
        self.linger(refusal.unread_bytes);
    }

    /// Discards what the client still sends, until it has gone.
    pub(super) fn linger(&self, unread_bytes: u64) {
        let (time, bytes_max) = if unread_bytes > LINGER_BYTES_MAX {
            (LINGER_LARGE, unread_bytes.min(LINGER_LARGE_BYTES_MAX))
        } else {
            (LINGER, LINGER_BYTES_MAX)
        };
        // The request is answered: a stop of the program does not wait for it any more.
        self.connection.idle.store(true, Ordering::SeqCst);
        let socket = &self.connection.socket;
        if socket.shutdown(Shutdown::Write).is_err() || self.shared.is_stopping() {
            return;
        }
        let (deadline, mut scratch, mut read_bytes) = (Instant::now() + time, [0; READ_BYTES], 0);
        while read_bytes < bytes_max {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || self.set_read_timeout(left).is_err() {
                return;
            }
            match (&*socket).read(&mut scratch) {
                Ok(read) if read > 0 => read_bytes += read as u64,
                _ => return,
            }
        }
    }
}

/// Returns when a response of this length must have been read.
fn response_deadline(bytes: u64) -> Instant {
    Instant::now() + RESPONSE_GRACE + Duration::from_secs(bytes / BODY_BYTES_PER_SECOND_MIN)
}

/// Returns whether an error is the read time-out.
pub(super) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
