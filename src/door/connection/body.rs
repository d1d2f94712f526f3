//! The body of a request: read whole within its time, into memory, or into a file if it is large.

use std::{
    fs::File,
    io::{ErrorKind, Read, Seek, Write},
    time::{Duration, Instant},
};

use super::{BODY_BYTES_PER_SECOND_MIN, Client, ConnectionEnd, transfer::is_timeout};
use crate::{
    door::{
        head::{RequestHead, UploadSize},
        refusal::Refusal,
        response::{BackendResponse, PIECE_BYTES, SpooledBody},
        spool::{Reservation, disk_error},
    },
    http,
};

/// Time for a body, beside the time that its length takes at the slowest rate.
const BODY_GRACE: Duration = Duration::from_secs(10);

/// The slowest rate of an archive, and its time beside that. It holds the room of all archives while it comes, for which the
/// rate of other bodies would be too slow.
const ARCHIVE_UPLOAD_BYTES_PER_SECOND_MIN: u64 = 64 << 10;
const ARCHIVE_UPLOAD_GRACE: Duration = Duration::from_mins(1);

/// Time that an upload waits for room before it is read. A proxy that passes it on waits a minute meanwhile
/// (`proxy_send_timeout` of nginx).
const ROOM_DEADLINE: Duration = Duration::from_secs(45);

/// Time between two looks at whether the room of an upload was taken back.
const ROOM_CHECK: Duration = Duration::from_secs(1);

/// Longest pause within a large body.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// The body of a request, read to its end.
pub(in crate::door) enum RequestBody {
    Memory(Vec<u8>),
    File(SpooledBody),
}

impl RequestBody {
    /// Returns the length of the body.
    pub(in crate::door) fn bytes(&self) -> u64 {
        match self {
            RequestBody::Memory(bytes) => bytes.len() as u64,
            RequestBody::File(spooled) => spooled.room.bytes,
        }
    }

    /// Returns whether the body may contain files, which have to be rendered.
    pub(super) fn may_have_files(&self, head: &RequestHead) -> bool {
        match self {
            RequestBody::Memory(bytes) => http::may_have_files(&head.content_type, bytes),
            RequestBody::File(_) => true,
        }
    }
}

impl Client<'_> {
    /// Reads a small body into memory. For a large one, asks the backend first whether it would accept it, and
    /// returns the backend's response if it would not. A browser's form that is refused is asked for once more with
    /// its beginning, so that the response can keep or show the text that was typed.
    pub(super) fn receive_body(
        &self,
        head: &RequestHead,
        buffer: &mut Vec<u8>,
    ) -> Result<Result<RequestBody, BackendResponse>, ConnectionEnd> {
        if !head.upload.is_some_and(UploadSize::is_announced) {
            let body = self.read_small(head, buffer)?;
            return Ok(Ok(RequestBody::Memory(body)));
        }
        let mut response = self.ask(head, &RequestBody::Memory(Vec::new()), false, None)?;
        if matches!(response.status, 303 | 413)
            && let Some(beginning) = self.read_beginning(head, buffer)
        {
            response = self.ask(head, &RequestBody::Memory(beginning), false, None)?;
        }
        if response.status != 204 {
            return Ok(Err(response));
        }
        let spooled = self.spool(head, buffer).map_err(|ended| match ended {
            ConnectionEnd::Refused(refusal) => refusal.with_unread_bytes(head.body_bytes).into(),
            ConnectionEnd::Left => ConnectionEnd::Left,
        });
        Ok(Ok(RequestBody::File(spooled?)))
    }

    /// Returns the beginning of a large form, as long as a form without files may be. Its bytes stay in the buffer.
    /// Programs repeat what was refused by themselves, so theirs is not read; neither is a body that the client holds
    /// back until it is asked for.
    fn read_beginning(&self, head: &RequestHead, buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
        if self.shared.settings.is_for_programs(&head.path) || head.expects_continue {
            return None;
        }
        let limit = (self.shared.settings.body_limits)(head.method, &head.path);
        let wanted = usize::try_from(limit.small_bytes_max.min(head.body_bytes)).ok()?;
        self.read_until(wanted, buffer, Instant::now() + BODY_GRACE)
            .ok()?;
        Some(buffer[..wanted].to_vec())
    }

    /// Reads a large body into a file.
    fn spool(
        &self,
        head: &RequestHead,
        buffer: &mut Vec<u8>,
    ) -> Result<SpooledBody, ConnectionEnd> {
        if let Some(refusal) = &head.too_large {
            return Err(refusal.clone().into());
        }
        let deadline = Instant::now() + ROOM_DEADLINE;
        let spool = match head.upload {
            Some(UploadSize::Archive) => &self.shared.archives,
            _ => &self.shared.uploads,
        };
        let room = spool.reserve(head.client, head.body_bytes, Some(deadline))?;
        let mut file = room.file()?;
        self.read_large(head, buffer, &mut file, &room)?;
        room.keep()?;
        file.rewind().map_err(|error| disk_error(&error))?;
        Ok(SpooledBody { file, room })
    }

    /// Sends a response to a body that was not read, and reads on for a moment so that the client gets to read it.
    pub(super) fn send_early(
        &self,
        head: &RequestHead,
        response: BackendResponse,
    ) -> Result<(), ConnectionEnd> {
        self.send(response)?;
        self.linger(head.body_bytes);
        Ok(())
    }

    /// Reads a small body out of the buffer and the socket.
    fn read_small(
        &self,
        head: &RequestHead,
        buffer: &mut Vec<u8>,
    ) -> Result<Vec<u8>, ConnectionEnd> {
        let length = usize::try_from(head.body_bytes)
            .map_err(|_| Refusal::new(413, "the body is too large"))?;
        if buffer.len() < length {
            self.send_continue(head)?;
            self.read_until(length, buffer, small_body_deadline(head))?;
        }
        let rest = buffer.split_off(length);
        Ok(std::mem::replace(buffer, rest))
    }

    /// Reads until the buffer has this many bytes.
    fn read_until(
        &self,
        bytes: usize,
        buffer: &mut Vec<u8>,
        deadline: Instant,
    ) -> Result<(), ConnectionEnd> {
        while buffer.len() < bytes {
            self.limit_read(deadline, "the body did not arrive in time")?;
            match self.read_more(buffer) {
                Ok(()) => {}
                Err(error) if is_timeout(&error) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    return Err(Refusal::new(400, "the body ended early").into());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Copies a large body from the buffer and the socket to a file.
    fn read_large(
        &self,
        head: &RequestHead,
        buffer: &mut Vec<u8>,
        file: &mut File,
        room: &Reservation,
    ) -> Result<(), ConnectionEnd> {
        let mut left = head.body_bytes;
        let first = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        file.write_all(&buffer[..first])
            .map_err(|error| disk_error(&error))?;
        buffer.drain(..first);
        left -= first as u64;
        if left > 0 {
            self.send_continue(head)?;
        }
        let started = Instant::now();
        let mut last = started;
        let pace = BodyPace::of(head.upload);
        let mut piece = vec![0; PIECE_BYTES];
        while left > 0 {
            let deadline = next_piece_deadline(started, last, &pace, head.body_bytes - left);
            room.check()?;
            if deadline.saturating_duration_since(Instant::now()) > ROOM_CHECK {
                self.set_read_timeout(ROOM_CHECK)?;
            } else {
                self.limit_read(deadline, "the body did not arrive in time")?;
            }
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE_BYTES);
            match (&self.connection.socket).read(&mut piece[..wanted]) {
                Ok(0) => return Err(Refusal::new(400, "the upload was cut off").into()),
                Ok(read) => {
                    file.write_all(&piece[..read])
                        .map_err(|error| disk_error(&error))?;
                    left -= read as u64;
                    last = Instant::now();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted || is_timeout(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Tells a waiting client to send its body (RFC 9110 §10.1.1).
    fn send_continue(&self, head: &RequestHead) -> Result<(), ConnectionEnd> {
        if head.expects_continue {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(())
    }
}

/// Returns when the next piece must arrive, given the bytes so far and the time of the last one. A silent client
/// must not hold room, and neither must one that sends a byte now and then.
fn next_piece_deadline(started: Instant, last: Instant, pace: &BodyPace, bytes: u64) -> Instant {
    (started + pace.time_for(bytes)).min(last + PAUSE_MAX)
}

/// Returns when a small body must be complete.
fn small_body_deadline(head: &RequestHead) -> Instant {
    Instant::now() + BodyPace::of(None).time_for(head.body_bytes)
}

/// How slowly a body may come.
struct BodyPace {
    grace: Duration,
    bytes_per_second_min: u64,
}

impl BodyPace {
    fn of(upload: Option<UploadSize>) -> BodyPace {
        match upload {
            Some(UploadSize::Archive) => BodyPace {
                grace: ARCHIVE_UPLOAD_GRACE,
                bytes_per_second_min: ARCHIVE_UPLOAD_BYTES_PER_SECOND_MIN,
            },
            _ => BodyPace {
                grace: BODY_GRACE,
                bytes_per_second_min: BODY_BYTES_PER_SECOND_MIN,
            },
        }
    }

    /// Returns the time for a body of this length.
    fn time_for(&self, bytes: u64) -> Duration {
        self.grace + Duration::from_secs(bytes / self.bytes_per_second_min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_body_gets_more_time() {
        for (bytes, seconds) in [(0, 10), (4_096, 11), (256 * 1024, 74), (10 << 20, 2_570)] {
            let time = BodyPace::of(None).time_for(bytes);
            assert_eq!(time, Duration::from_secs(seconds), "{bytes}");
        }
        // An archive of a gigabyte gets hours, but not a week.
        for (bytes, seconds) in [(0, 60), (1 << 20, 76), (1 << 30, 16_444)] {
            let time = BodyPace::of(Some(UploadSize::Archive)).time_for(bytes);
            assert_eq!(time, Duration::from_secs(seconds), "{bytes}");
        }
    }

    #[test]
    fn a_slow_or_silent_client_does_not_hold_room() {
        let started = Instant::now();
        let after = |seconds| started + Duration::from_secs(seconds);
        // Bytes so far, seconds until the last of them, and seconds until more must come.
        for (bytes, last, expected) in [
            (0, 0, 10),
            (10 << 20, 0, 10),
            (10 << 20, 600, 610),
            (9, 9, 10),
            (40_960, 15, 20),
        ] {
            let pace = BodyPace::of(Some(UploadSize::Large));
            let found = next_piece_deadline(started, after(last), &pace, bytes);
            assert_eq!(found, after(expected), "{bytes} {last}");
        }
    }
}
