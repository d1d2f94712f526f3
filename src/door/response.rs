//! An answer of the server behind the door: read whole, and written for the client.

use std::{
    io::{self, ErrorKind, Read},
    os::unix::net::UnixStream,
};

use crate::{http::internal, live::Join};

/// Headers of an answer; ours have about a dozen.
const HEADERS_MAX: usize = 64;
const READ_BYTES: usize = 4 * 1024;

/// Said by the server behind the door to the door alone.
const DROPPED: &[&str] = &[
    "connection",
    "keep-alive",
    "server",
    "transfer-encoding",
    "upgrade",
];

/// An answer, ready to be sent.
pub(super) struct Answer {
    pub(super) status: u16,
    /// Head and body.
    pub(super) bytes: Vec<u8>,
    pub(super) body_bytes: usize,
    /// The socket is to become a stream, and `bytes` is its head alone.
    pub(super) stream: Option<Join>,
}

/// What was asked, as far as it shapes the answer.
pub(super) struct Asked<'a> {
    pub(super) is_head: bool,
    pub(super) keep_alive: bool,
    pub(super) security_headers: &'a str,
}

/// Reads one answer to the end of its body.
///
/// # Errors
/// If the connection ends or stalls before that, or it is not an answer.
pub(super) fn read(
    backend: &UnixStream,
    buffer: &mut Vec<u8>,
    asked: &Asked<'_>,
) -> io::Result<Answer> {
    buffer.clear();
    let head = loop {
        if let Some(end) = find_end(buffer) {
            break end;
        }
        read_more(backend, buffer, READ_BYTES)?;
    };
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(&buffer[..head]).map_err(io::Error::other)?;
    let status = response.code.ok_or(ErrorKind::InvalidData)?;

    let mut length = None;
    let mut stream = None;
    let mut bytes = Vec::with_capacity(buffer.len() + asked.security_headers.len() + 256);
    bytes.extend_from_slice(
        format!(
            "HTTP/1.1 {status} {}\r\n",
            response.reason.unwrap_or_default()
        )
        .as_bytes(),
    );
    for header in response.headers.iter() {
        if header.name.eq_ignore_ascii_case(internal::STREAM) {
            stream = Some(serde_json::from_slice::<Join>(header.value).map_err(io::Error::other)?);
        } else if header.name.eq_ignore_ascii_case("content-length") {
            let text = std::str::from_utf8(header.value).ok();
            length = Some(
                text.and_then(|text| text.parse::<usize>().ok())
                    .ok_or(ErrorKind::InvalidData)?,
            );
        } else if !DROPPED
            .iter()
            .any(|dropped| header.name.eq_ignore_ascii_case(dropped))
        {
            bytes.extend_from_slice(header.name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(header.value);
            bytes.extend_from_slice(b"\r\n");
        }
    }
    match length {
        // A stream has no length: it ends when its connection ends. Nor has what never has a body (RFC 9110 §8.6).
        Some(length) if stream.is_none() && !matches!(status, 204 | 304) => {
            bytes.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
        }
        _ => {}
    }
    if !asked.keep_alive || stream.is_some() {
        bytes.extend_from_slice(b"Connection: close\r\n");
    }
    bytes.extend_from_slice(asked.security_headers.as_bytes());
    bytes.extend_from_slice(b"\r\n");

    let has_body = !asked.is_head && status >= 200 && !matches!(status, 204 | 304);
    let body_bytes = length.filter(|_| has_body).unwrap_or(0);
    while buffer.len() < head + body_bytes {
        read_more(
            backend,
            buffer,
            (head + body_bytes - buffer.len()).max(READ_BYTES),
        )?;
    }
    if buffer.len() > head + body_bytes {
        return Err(io::Error::other("more than one answer to one request"));
    }
    bytes.extend_from_slice(&buffer[head..]);
    Ok(Answer {
        status,
        bytes,
        body_bytes,
        stream,
    })
}

fn find_end(buffer: &[u8]) -> Option<usize> {
    buffer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|at| at + 4)
}

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
