//! The ways by which requests have reached this program since its start: directly or through proxies, as the sockets and
//! headers tell.

mod advice;

use std::{net::IpAddr, sync::Mutex};

use serde::{Deserialize, Serialize};

pub use advice::advice;

use crate::sync::lock;

/// The most neighbours that are remembered. The first ones are kept: a proxy comes early, and strangers come without end.
const PEERS_MAX: usize = 64;

/// The neighbours that have connected, with what their first requests said.
#[derive(Debug, Default)]
pub struct Arrivals(Mutex<Vec<Neighbour>>);

impl Arrivals {
    /// Notes the first request of a connection.
    pub fn note(&self, neighbour: Neighbour) {
        let mut known = lock(&self.0);
        if let Some(known) = known.iter_mut().find(|known| known.peer == neighbour.peer) {
            known.add(neighbour);
        } else if known.len() < PEERS_MAX {
            known.push(neighbour);
        }
    }

    /// Returns all that is known, in the order of coming.
    pub fn all(&self) -> Vec<Neighbour> {
        lock(&self.0).clone()
    }
}

/// A neighbour that has connected: a browser, or a proxy in front of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    pub peer: IpAddr,
    /// True if `server.trusted_proxies` has it.
    pub is_trusted: bool,
    /// True if it has said for whom it asks: by `X-Forwarded-For`, `Forwarded` or `X-Real-IP`.
    pub names_client: bool,
    /// The scheme of `X-Forwarded-Proto`, as it came last; empty if it never came.
    pub scheme: String,
    /// `Host`, as it came last.
    pub host: String,
    pub connections: u64,
}

impl Neighbour {
    /// Adds what another connection of it said.
    pub fn add(&mut self, newer: Neighbour) {
        self.names_client |= newer.names_client;
        self.is_trusted = newer.is_trusted;
        self.host = newer.host;
        if !newer.scheme.is_empty() {
            self.scheme = newer.scheme;
        }
        self.connections += newer.connections;
    }

    /// Returns whether the neighbour is on this machine or in a private network (RFC 1918, RFC 4193).
    pub fn is_near(&self) -> bool {
        match self.peer.to_canonical() {
            IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
            IpAddr::V6(ip) => {
                ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
            }
        }
    }
}
