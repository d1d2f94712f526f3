//! The settings of the door, and its limits for bodies by method and path.

use std::{net::TcpStream, path::PathBuf, sync::Arc, time::Duration};

use crate::{
    arrivals::Arrivals,
    config::AddressRange,
    http::{Join, is_for_programs},
};

/// Settings of the door.
pub struct DoorSettings {
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    pub trusted_proxies: Vec<AddressRange>,
    pub body_limits: BodyLimits,
    /// Time that an upload may wait for its turn and for its pictures, once it has arrived.
    pub upload_deadline: Duration,
    /// Prefix of every path, if the proxy does not remove it.
    pub base: String,
    /// Header lines of every response.
    pub security_headers: String,
    /// Directory for unnamed files with data that is too large for memory. It should be on a disk: `/tmp` may be
    /// memory.
    pub spool_directory: PathBuf,
    /// The place where new connections are noted.
    pub arrivals: Arc<Arrivals>,
}

/// Body limit for a method and a path.
pub type BodyLimits = Box<dyn Fn(&str, &str) -> BodyLimit + Send + Sync>;

/// Limits for the body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit {
    /// Size of the largest body.
    pub bytes_max: u64,
    /// Size above which a body is announced to the backend before it is read, and is kept in a file.
    pub small_bytes_max: u64,
    /// True if the body may contain files, which need work.
    pub has_files: bool,
    /// True if a large body is an archive, which would take the room of all pictures.
    pub is_archive: bool,
}

impl DoorSettings {
    /// Returns whether a path is answered in JSON.
    pub fn is_for_programs(&self, path: &str) -> bool {
        let inside = path.strip_prefix(&self.base).unwrap_or(path);
        is_for_programs(inside) || is_for_programs(path)
    }
}

/// Takes over a socket that becomes a stream. The bytes are the head of the response, which is still to be written.
pub type OnStream = Box<dyn Fn(TcpStream, Vec<u8>, Join) + Send + Sync>;
