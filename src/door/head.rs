//! The head of a request: parsed strictly, and written anew for the backend.

mod fields;

use std::{fmt::Write as _, net::IpAddr, time::Duration};

use super::{DoorSettings, address, refusal::Refusal};
use crate::{arrivals::Neighbour, http::internal, log};
use fields::HeaderFields;

/// Size of a head, from the method to the empty line.
pub(super) const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Size of a target, and so of a request line.
const TARGET_BYTES_MAX: usize = 8 * 1024;
const HEADERS_MAX: usize = 64;

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// A head that was let through.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub(super) method: &'static str,
    /// Path without the query, for the log.
    pub(super) path: String,
    pub(super) client: IpAddr,
    pub(super) body_bytes: u64,
    /// Content type of the body, as the client gave it.
    pub(super) content_type: String,
    /// Size of the upload, if the body may contain files.
    pub(super) upload: Option<UploadSize>,
    /// Refusal for a large body that exceeds its limit. The backend is asked first, because it may know a better
    /// one.
    pub(super) too_large: Option<Refusal>,
    pub(super) expects_continue: bool,
    pub(super) keep_alive: bool,
    pub(super) is_http_1_1: bool,
    /// The neighbour that sent it, and what it says about itself, if that was asked for.
    pub(super) neighbour: Option<Neighbour>,
    /// Head for the backend, without `Content-Length` and the empty line.
    forwarded: String,
}

/// Size of a body that may contain files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UploadSize {
    Small,
    /// Kept in a file, and announced to the backend before it is read.
    Large,
    /// Like a large one, and larger than pictures are. Archives wait for each other, and no picture waits for them.
    Archive,
}

impl UploadSize {
    /// Returns whether a body is announced before it is read.
    pub(super) fn is_announced(self) -> bool {
        matches!(self, UploadSize::Large | UploadSize::Archive)
    }
}

/// Progress of a head in the bytes so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HeadProgress {
    More,
    /// Length of the complete head.
    Complete(usize),
}

/// Looks for the end of a head, from `scanned` on, and refuses it as early as possible.
pub(super) fn progress(bytes: &[u8], scanned: usize) -> Result<HeadProgress, Refusal> {
    for at in scanned..bytes.len() {
        match bytes[at] {
            b'\n' if at == 0 || bytes[at - 1] != b'\r' => {
                return Err(Refusal::new(
                    400,
                    "a line of the head does not end with CR LF",
                ));
            }
            b'\n' if at >= 3 && bytes[at - 2] == b'\n' => {
                return Ok(HeadProgress::Complete(at + 1));
            }
            0 => return Err(Refusal::new(400, "the head contains a zero byte")),
            _ => {}
        }
        if at >= HEAD_BYTES_MAX {
            return Err(too_long(bytes));
        }
    }
    Ok(HeadProgress::More)
}

/// Returns whether the head is for a path that is answered in JSON, whatever else may be wrong with it.
pub(super) fn is_for_programs(bytes: &[u8], settings: &DoorSettings) -> bool {
    let line = bytes.split(|byte| *byte == b'\r').next();
    let target = line.and_then(|line| line.split(|byte| *byte == b' ').nth(1));
    let target = target.and_then(|target| std::str::from_utf8(target).ok());
    target.is_some_and(|target| settings.is_for_programs(target))
}

/// Returns the refusal of a head that is too long.
fn too_long(bytes: &[u8]) -> Refusal {
    if bytes
        .iter()
        .take(TARGET_BYTES_MAX)
        .any(|byte| *byte == b'\n')
    {
        Refusal::new(
            431,
            format!("the head is longer than {HEAD_BYTES_MAX} bytes"),
        )
    } else {
        Refusal::new(
            414,
            format!("the target is longer than {TARGET_BYTES_MAX} bytes"),
        )
    }
}

/// Parses a complete head (RFC 9112 §3 to §6), more strictly than the RFC where leniency has been abused. With
/// `names_neighbour` it says what the sender tells about itself.
pub(super) fn parse(
    bytes: &[u8],
    settings: &DoorSettings,
    peer: IpAddr,
    names_neighbour: bool,
) -> Result<RequestHead, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(bytes).map_err(|error| syntax(error, bytes))?;
    let method = METHODS
        .iter()
        .find(|method| Some(**method) == request.method)
        .ok_or_else(|| {
            Refusal::new(
                501,
                "the supported methods are GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS",
            )
        })?;
    let http_1_1 = request.version == Some(1);
    let fields = HeaderFields(request.headers);

    let (target, authority) = target(request.path.unwrap_or_default())?;
    let host = match authority {
        // The authority in the target replaces Host (RFC 9112 §3.2.2), which must be present all the same.
        Some(authority) => fields.host(http_1_1)?.map(|_| authority.to_owned()),
        None => fields.host(http_1_1)?.map(str::to_owned),
    };
    let path = target.split('?').next().unwrap_or_default().to_owned();
    let body_bytes = fields.body_bytes(http_1_1)?;
    let limit = (settings.body_limits)(method, &path);
    let is_large = limit.has_files && body_bytes > limit.small_bytes_max;
    let too_large = (body_bytes > limit.bytes_max).then(|| {
        let most = limit.bytes_max;
        // It goes to the log, and the path may have a secret.
        let path = log::path(&path);
        let why = format!("{path} accepts at most {most} bytes, and this body has {body_bytes}");
        Refusal::new(413, why)
    });
    if let Some(refusal) = too_large.as_ref().filter(|_| !is_large) {
        return Err(refusal.clone());
    }
    let content_type = fields.joined("content-type", ", ");
    let upload = match is_large {
        true if limit.is_archive => Some(UploadSize::Archive),
        true => Some(UploadSize::Large),
        false if limit.has_files && content_type.to_ascii_lowercase().starts_with("multipart/") => {
            Some(UploadSize::Small)
        }
        false => None,
    };
    let expects_continue = match fields.only("expect")? {
        None => false,
        Some(value) if value.eq_ignore_ascii_case("100-continue") => http_1_1,
        Some(_) => {
            return Err(Refusal::new(
                417,
                "the only supported expectation is 100-continue",
            ));
        }
    };
    let client = address::client(
        &settings.trusted_proxies,
        peer,
        &fields.joined("x-forwarded-for", ", "),
    );
    let keep_alive = http_1_1
        && !fields
            .connection_options()
            .any(|option| option.eq_ignore_ascii_case("close"));

    let neighbour = names_neighbour.then(|| Neighbour {
        peer: peer.to_canonical(),
        is_trusted: address::is_trusted(&settings.trusted_proxies, peer),
        names_client: fields.names_client(),
        scheme: fields.joined("x-forwarded-proto", ", "),
        host: host.clone().unwrap_or_default(),
        connections: 1,
    });
    let mut forwarded = String::with_capacity(512);
    // Writing to a string cannot fail.
    let _ = write!(
        forwarded,
        "{method} {target} HTTP/1.1\r\nHost: {}\r\n",
        host.unwrap_or_default()
    );
    let _ = write!(forwarded, "{}: {client}\r\n", internal::CLIENT);
    fields.forward(&mut forwarded);
    Ok(RequestHead {
        method,
        path,
        client,
        body_bytes,
        content_type,
        upload,
        too_large,
        expects_continue,
        keep_alive,
        is_http_1_1: http_1_1,
        neighbour,
        forwarded,
    })
}

impl RequestHead {
    /// Returns the head for the backend, with the length of the body and the time that is left for its work. A head
    /// for a large body of which nothing or only the beginning was read announces its whole length too.
    pub(super) fn for_backend(&self, body_bytes: u64, time: Option<Duration>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.forwarded.len() + 96);
        bytes.extend_from_slice(self.forwarded.as_bytes());
        if self.body_bytes > 0 || self.method == "POST" {
            bytes.extend_from_slice(format!("Content-Length: {body_bytes}\r\n").as_bytes());
        }
        if self.upload.is_some_and(UploadSize::is_announced) && body_bytes < self.body_bytes {
            let announced = format!("{}: {}\r\n", internal::ANNOUNCED, self.body_bytes);
            bytes.extend_from_slice(announced.as_bytes());
        }
        if let Some(time) = time {
            let millis = time.as_millis();
            bytes.extend_from_slice(format!("{}: {millis}\r\n", internal::DEADLINE).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }
}

/// Returns the refusal of a head that does not parse.
fn syntax(error: httparse::Error, bytes: &[u8]) -> Refusal {
    match error {
        httparse::Error::TooManyHeaders => {
            Refusal::new(431, format!("more than {HEADERS_MAX} header fields"))
        }
        httparse::Error::Version if names_another_version(bytes) => {
            Refusal::new(505, "this server speaks HTTP/1.1 and HTTP/1.0")
        }
        error => Refusal::new(400, format!("the head is malformed: {error}")),
    }
}

/// Returns whether the request line ends like `HTTP/2.0`.
fn names_another_version(bytes: &[u8]) -> bool {
    let line = bytes
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let parts: Vec<_> = line.split(|byte| *byte == b' ').collect();
    let [_, _, version] = parts.as_slice() else {
        return false;
    };
    let number = version.strip_prefix(b"HTTP/").unwrap_or_default();
    !number.is_empty()
        && number
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// Splits a target in origin form or absolute form (RFC 9112 §3.2.2) into the path with its query, and the
/// authority.
fn target(target: &str) -> Result<(&str, Option<&str>), Refusal> {
    if target.len() > TARGET_BYTES_MAX {
        return Err(Refusal::new(
            414,
            format!("the target is longer than {TARGET_BYTES_MAX} bytes"),
        ));
    }
    if !target.bytes().all(|byte| (0x21..0x7f).contains(&byte)) || target.contains('#') {
        return Err(Refusal::new(
            400,
            "the target has a character that must be percent-encoded",
        ));
    }
    if target.starts_with('/') {
        return Ok((target, None));
    }
    let absolute = target
        .strip_prefix("http://")
        .or_else(|| target.strip_prefix("https://"));
    let rest = absolute.ok_or_else(|| Refusal::new(400, "the target must begin with a slash"))?;
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if !is_authority(authority) || path.starts_with('?') {
        return Err(Refusal::new(400, "the target is not a valid URL"));
    }
    Ok((if path.is_empty() { "/" } else { path }, Some(authority)))
}

/// Returns whether a text may be a host with a port.
fn is_authority(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:[]".contains(&byte);
    !text.is_empty() && text.len() <= 255 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests;
