//! A response of the backend: read whole, and written for the client.

use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek, Write},
    net::IpAddr,
    os::unix::net::UnixStream,
    sync::Arc,
    time::Instant,
};

use super::{
    refusal::Refusal,
    spool::{Reservation, Spool, disk_error},
};
use crate::http::{Join, internal, without_policy};

/// Number of headers in a response; ours have about a dozen.
const HEADERS_MAX: usize = 64;

/// Size of the first read. Most responses are smaller and need no second one.
const READ_BYTES: usize = 16 * 1024;

/// Size above which a body waits for its reader in a file. A thousand slow readers need this much memory each.
const BODY_BYTES_IN_MEMORY_MAX: u64 = 256 * 1024;

/// Size of the pieces in which longer bodies are copied.
pub(super) const PIECE_BYTES: usize = 64 * 1024;

/// Headers that the backend writes for the door alone.
const DROPPED: &[&str] = &[
    "connection",
    "keep-alive",
    "server",
    "transfer-encoding",
    "upgrade",
];

/// A response, ready to be sent.
pub(super) struct BackendResponse {
    pub(super) status: u16,
    /// Head and body; the head alone if the body is long.
    pub(super) bytes: Vec<u8>,
    pub(super) body_bytes: u64,
    /// The body, if it is long.
    pub(super) body: Option<SpooledBody>,
    /// Stream that the socket becomes, with the body. `bytes` is its head alone.
    pub(super) stream: Option<Box<Join>>,
}

/// A body in a file, positioned at its beginning.
pub(super) struct SpooledBody {
    pub(super) file: File,
    pub(super) room: Reservation,
}

/// The reason why there is no response.
pub(super) enum BackendError {
    /// The connection ended or stalled, or the bytes are not a response.
    Broken,
    /// There is a response, but it cannot be given to this client.
    Refused(Refusal),
}

impl From<io::Error> for BackendError {
    fn from(_: io::Error) -> BackendError {
        BackendError::Broken
    }
}

/// Properties of the request that shape its response.
pub(super) struct ResponseContext<'a> {
    pub(super) is_head: bool,
    pub(super) keep_alive: bool,
    /// True if the client takes chunks (HTTP/1.1).
    pub(super) is_chunked: bool,
    pub(super) security_headers: &'a str,
    pub(super) client: IpAddr,
    /// Time until which the client waits, if the request brings work with it.
    pub(super) deadline: Option<Instant>,
    /// Spool for a long response.
    pub(super) spool: &'a Arc<Spool>,
}

/// Reads one response to the end of its body.
///
/// # Errors
/// The connection cannot be used after `Broken`, nor after `Refused`: the response is still in it.
pub(super) fn read(
    backend: &UnixStream,
    buffer: &mut Vec<u8>,
    context: &ResponseContext<'_>,
) -> Result<BackendResponse, BackendError> {
    buffer.clear();
    let head = loop {
        if let Some(end) = find_end(buffer) {
            break end;
        }
        read_more(backend, buffer, READ_BYTES)?;
    };
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    response
        .parse(&buffer[..head])
        .map_err(|_| BackendError::Broken)?;
    let status = response.code.ok_or(BackendError::Broken)?;

    let (mut length, mut stream) = (None, None);
    let (mut has_trailer, mut has_policy) = (false, false);
    let mut bytes = Vec::with_capacity(buffer.len() + context.security_headers.len() + 256);
    bytes.extend_from_slice(
        format!(
            "HTTP/1.1 {status} {}\r\n",
            response.reason.unwrap_or_default()
        )
        .as_bytes(),
    );
    for header in response.headers.iter() {
        if header.name.eq_ignore_ascii_case(internal::STREAM) {
            stream = Some(
                serde_json::from_slice::<Join>(header.value).map_err(|_| BackendError::Broken)?,
            );
        } else if header.name.eq_ignore_ascii_case(internal::TRAILER) {
            has_trailer = true;
        } else if header.name.eq_ignore_ascii_case("content-length") {
            let text = std::str::from_utf8(header.value).ok();
            let bytes = text.and_then(|text| text.parse::<u64>().ok());
            length = Some(bytes.ok_or(BackendError::Broken)?);
        } else if !DROPPED
            .iter()
            .any(|dropped| header.name.eq_ignore_ascii_case(dropped))
        {
            has_policy |= header.name.eq_ignore_ascii_case("content-security-policy");
            bytes.extend_from_slice(header.name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(header.value);
            bytes.extend_from_slice(b"\r\n");
        }
    }
    // The completion trailer is the last byte. It is not part of the body for the client.
    let length = length.map(|length| length.saturating_sub(has_trailer.into()));
    match length {
        // A stream has no length: it ends when its connection ends. A response that never has a body has none
        // either (RFC 9110 §8.6).
        Some(length) if stream.is_none() && !matches!(status, 204 | 304) => {
            bytes.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
        }
        _ => {}
    }
    if let Some(stream) = stream.as_mut().filter(|_| context.is_chunked) {
        stream.is_chunked = true;
        bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
    }
    if !context.keep_alive || stream.is_some() {
        bytes.extend_from_slice(b"Connection: close\r\n");
    }
    let security_headers = match context.security_headers {
        lines if has_policy => without_policy(lines),
        lines => lines,
    };
    bytes.extend_from_slice(security_headers.as_bytes());
    bytes.extend_from_slice(b"\r\n");

    let has_body = !context.is_head && status >= 200 && !matches!(status, 204 | 304);
    let body_bytes = length.filter(|_| has_body).unwrap_or(0);
    let mut reader = BodyReader {
        backend,
        first: &buffer[head..],
    };
    let mut body = None;
    if let Some(stream) = &mut stream {
        reader.append(body_bytes, &mut stream.opening)?;
    } else if body_bytes > BODY_BYTES_IN_MEMORY_MAX {
        body = Some(reader.spool(body_bytes, context)?);
        bytes.shrink_to_fit();
    } else {
        reader.append(body_bytes, &mut bytes)?;
    }
    if has_body && has_trailer {
        let mut trailer = [0];
        reader.read_exact(&mut trailer)?;
        if trailer != [internal::COMPLETE] {
            return Err(BackendError::Broken);
        }
    }
    if !reader.first.is_empty() {
        // There is more than one response to one request.
        return Err(BackendError::Broken);
    }
    Ok(BackendResponse {
        status,
        bytes,
        body_bytes,
        body,
        stream: stream.map(Box::new),
    })
}

/// Reader of a body: first the bytes that arrived with the head, then the connection.
struct BodyReader<'b> {
    backend: &'b UnixStream,
    first: &'b [u8],
}

impl Read for BodyReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.first.is_empty() {
            self.backend.read(buffer)
        } else {
            self.first.read(buffer)
        }
    }
}

impl BodyReader<'_> {
    /// Reads this many bytes to the end of a buffer.
    fn append(&mut self, bytes: u64, buffer: &mut Vec<u8>) -> Result<(), BackendError> {
        let old = buffer.len();
        let room = usize::try_from(bytes).map_err(|_| BackendError::Broken)?;
        buffer.resize(old + room, 0);
        Ok(self.read_exact(&mut buffer[old..])?)
    }

    /// Copies a body to a file, so that the connection is free before the client has read it.
    fn spool(
        &mut self,
        bytes: u64,
        context: &ResponseContext<'_>,
    ) -> Result<SpooledBody, BackendError> {
        let room = context
            .spool
            .reserve(context.client, bytes, None)
            .map_err(BackendError::Refused)?;
        let mut file = room.file().map_err(BackendError::Refused)?;
        let mut piece = vec![0; PIECE_BYTES];
        let mut left = bytes;
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE_BYTES);
            let read = match self.read(&mut piece[..wanted]) {
                Ok(0) => return Err(BackendError::Broken),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            file.write_all(&piece[..read])
                .map_err(|error| BackendError::Refused(disk_error(&error)))?;
            left -= read as u64;
        }
        file.rewind()?;
        Ok(SpooledBody { file, room })
    }
}

/// Returns the length of the head, if it is complete.
fn find_end(buffer: &[u8]) -> Option<usize> {
    buffer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|at| at + 4)
}

/// Reads once and appends the bytes to the buffer.
fn read_more(mut backend: &UnixStream, buffer: &mut Vec<u8>, room: usize) -> io::Result<()> {
    let old = buffer.len();
    buffer.resize(old + room, 0);
    let read = loop {
        match backend.read(&mut buffer[old..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => break other,
        }
    };
    buffer.truncate(old + read.as_ref().copied().unwrap_or(0));
    if read? == 0 {
        Err(ErrorKind::UnexpectedEof.into())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
