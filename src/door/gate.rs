//! The limit on connections, in all and for each client.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use super::address::client_group;
use crate::sync::{lock, recover};

/// Counter of open connections.
pub(super) struct Gate {
    connections_max: usize,
    per_address_max: usize,
    counts: Mutex<Counts>,
    left: Condvar,
}

/// Open connections, in all and by client.
#[derive(Default)]
struct Counts {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One connection among those counted. It leaves the count when dropped.
pub(super) struct ConnectionPermit {
    gate: Arc<Gate>,
    address: Option<IpAddr>,
}

impl Gate {
    /// Creates a gate with the given limits.
    pub(super) fn new(connections_max: usize, per_address_max: usize) -> Gate {
        Gate {
            connections_max,
            per_address_max,
            counts: Mutex::default(),
            left: Condvar::new(),
        }
    }

    /// Counts a connection. Returns none if a limit is reached. A connection without an address counts only towards
    /// the limit for all.
    pub(super) fn enter(self: &Arc<Gate>, address: Option<IpAddr>) -> Option<ConnectionPermit> {
        let address = address.map(client_group);
        let mut counts = lock(&self.counts);
        if counts.all >= self.connections_max {
            return None;
        }
        if let Some(address) = address {
            let own = counts.by_address.entry(address).or_default();
            if *own >= self.per_address_max {
                return None;
            }
            *own += 1;
        }
        counts.all += 1;
        Some(ConnectionPermit {
            gate: self.clone(),
            address,
        })
    }

    /// Returns the number of open connections.
    pub(super) fn inside(&self) -> usize {
        lock(&self.counts).all
    }

    /// Returns whether there is so little room that a connection should not stay open without need.
    pub(super) fn is_crowded(&self) -> bool {
        self.inside() > self.connections_max / 4 * 3
    }

    /// Waits until all connections have ended. Returns false if the time ends first.
    pub(super) fn wait_until_empty(&self, time: Duration) -> bool {
        let waited = self
            .left
            .wait_timeout_while(lock(&self.counts), time, |counts| counts.all > 0);
        recover(waited).0.all == 0
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut counts = lock(&self.gate.counts);
        counts.all -= 1;
        if let Some(address) = self.address
            && let Some(own) = counts.by_address.get_mut(&address)
        {
            *own -= 1;
            if *own == 0 {
                counts.by_address.remove(&address);
            }
        }
        drop(counts);
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_hold_and_the_counts_return_to_zero() {
        let gate = Arc::new(Gate::new(3, 2));
        let address = |n: u8| Some(IpAddr::from([192, 0, 2, n]));
        let one = gate.enter(address(1)).expect("room");
        let two = gate.enter(address(1)).expect("room");
        assert!(gate.enter(address(1)).is_none(), "two of one address");
        let three = gate.enter(address(2)).expect("room");
        assert!(gate.enter(address(3)).is_none(), "three in all");
        assert!(gate.enter(None).is_none(), "three in all");
        drop(one);
        drop(gate.enter(address(1)).expect("room again"));
        drop((two, three));
        assert!(gate.wait_until_empty(Duration::ZERO));
        assert!(lock(&gate.counts).by_address.is_empty());
    }
}
