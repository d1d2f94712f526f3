//! A semaphore that is fair between clients, for what large requests compete for: turns with the backend, and room
//! on the disk. The client that holds least is served first, then the one that was served longest ago, then the first
//! to come. No client gets so much that nothing is left for others. Units that can be taken back go from the clients
//! that hold most to those that wait.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::address::client_group;
use crate::sync::{lock, recover};

/// A number of units that clients take and give back.
#[derive(Debug)]
pub(super) struct FairSemaphore {
    capacity: u64,
    /// Most that one client may hold at once. A client that waits for more lets others pass.
    per_client_max: u64,
    /// Time that a client waits before units are taken back for it. None if they never are.
    patience: Option<Duration>,
    state: Mutex<SemaphoreState>,
    changed: Condvar,
}

/// Units in use, and the queue for them.
#[derive(Debug, Default)]
struct SemaphoreState {
    in_use: u64,
    /// Units that were taken back, and that their holders have still to give back.
    returning: u64,
    /// The clients that hold units or wait for them.
    clients: HashMap<IpAddr, ClientUnits>,
    /// Units that can be taken back, in the order in which they were given.
    revocable: Vec<Holding>,
    /// Waiting clients, in the order in which they came.
    queue: VecDeque<Waiter>,
    next_ticket: u64,
    /// Number of services so far.
    services: u64,
    is_closed: bool,
}

/// What one client has.
#[derive(Debug, Default)]
struct ClientUnits {
    held: u64,
    waiting: usize,
    /// Number of the latest service, larger for later ones. Zero if there was none since the client came.
    served: u64,
}

/// Units that one permit holds, and that can be taken back.
#[derive(Debug)]
struct Holding {
    client: IpAddr,
    amount: u64,
    is_revoked: Arc<AtomicBool>,
}

/// One client in the queue.
#[derive(Debug)]
struct Waiter {
    ticket: u64,
    client: IpAddr,
    amount: u64,
}

/// Units that a client holds. They are given back when dropped.
#[derive(Debug)]
pub(super) struct SemaphorePermit {
    semaphore: Arc<FairSemaphore>,
    client: IpAddr,
    amount: u64,
    is_revoked: Arc<AtomicBool>,
}

impl FairSemaphore {
    /// Creates a semaphore with `capacity` units, of which one client may hold `per_client_max`.
    pub(super) fn new(capacity: u64, per_client_max: u64) -> FairSemaphore {
        FairSemaphore {
            capacity,
            per_client_max,
            patience: None,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Takes units back for a client that has waited for some time, until their holder keeps them.
    pub(super) fn with_patience(self, patience: Duration) -> FairSemaphore {
        FairSemaphore {
            patience: Some(patience),
            ..self
        }
    }

    /// Returns the number of units that are taken.
    pub(super) fn in_use(&self) -> u64 {
        lock(&self.state).in_use
    }

    /// Takes units, waiting for them until the deadline; without one it does not wait. An amount larger than the
    /// total passes if nothing else is taken. Returns none if the time is over or the semaphore is closed.
    pub(super) fn acquire(
        self: &Arc<FairSemaphore>,
        client: IpAddr,
        amount: u64,
        deadline: Option<Instant>,
    ) -> Option<SemaphorePermit> {
        let client = client_group(client);
        let started = Instant::now();
        let mut state = lock(&self.state);
        let ticket = state.enqueue(client, amount);
        loop {
            let is_next = self.is_next(&state, ticket);
            if is_next && fits(state.in_use, amount, self.capacity) {
                return Some(self.give(&mut state, ticket, client, amount));
            }
            let now = Instant::now();
            let left = deadline.map(|deadline| deadline.saturating_duration_since(now));
            let left = left.filter(|left| !left.is_zero() && !state.is_closed);
            let Some(mut left) = left else {
                state.dequeue(ticket, client);
                self.changed.notify_all();
                return None;
            };
            if let Some(patience) = self.patience {
                let patience = (started + patience).saturating_duration_since(now);
                if !patience.is_zero() {
                    left = left.min(patience);
                } else if is_next {
                    state.take_back(client, amount, self.capacity);
                }
            }
            state = recover(self.changed.wait_timeout(state, left)).0;
        }
    }

    /// Gives a waiting client its units.
    fn give(
        self: &Arc<FairSemaphore>,
        state: &mut SemaphoreState,
        ticket: u64,
        client: IpAddr,
        amount: u64,
    ) -> SemaphorePermit {
        let is_revoked = Arc::new(AtomicBool::new(false));
        state.in_use += amount;
        state.services += 1;
        let services = state.services;
        let units = state.clients.entry(client).or_default();
        units.held += amount;
        units.served = services;
        state.dequeue(ticket, client);
        if self.patience.is_some() {
            state.revocable.push(Holding {
                client,
                amount,
                is_revoked: is_revoked.clone(),
            });
        }
        // There may be enough left for the next one, too.
        self.changed.notify_all();
        SemaphorePermit {
            semaphore: self.clone(),
            client,
            amount,
            is_revoked,
        }
    }

    /// Ends all waits.
    pub(super) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.changed.notify_all();
    }

    /// Returns whether this ticket is the next one among the clients that are below their limit.
    fn is_next(&self, state: &SemaphoreState, ticket: u64) -> bool {
        let units = |waiter: &Waiter| state.clients.get(&waiter.client);
        let held = |waiter: &Waiter| units(waiter).map_or(0, |units| units.held);
        let served = |waiter: &Waiter| units(waiter).map_or(0, |units| units.served);
        let may_have = |waiter: &&Waiter| fits(held(waiter), waiter.amount, self.per_client_max);
        let waiting = state.queue.iter().filter(may_have);
        let next = waiting.min_by_key(|waiter| (held(waiter), served(waiter), waiter.ticket));
        next.is_some_and(|waiter| waiter.ticket == ticket)
    }
}

/// Returns whether an amount fits. An amount that is alone always does.
fn fits(in_use: u64, amount: u64, max: u64) -> bool {
    in_use == 0 || in_use.saturating_add(amount) <= max
}

impl SemaphoreState {
    /// Adds a client at the end of the queue. Returns its ticket.
    fn enqueue(&mut self, client: IpAddr, amount: u64) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.queue.push_back(Waiter {
            ticket,
            client,
            amount,
        });
        self.clients.entry(client).or_default().waiting += 1;
        ticket
    }

    /// Removes a client from the queue.
    fn dequeue(&mut self, ticket: u64, client: IpAddr) {
        self.queue.retain(|waiter| waiter.ticket != ticket);
        self.change(client, |units| units.waiting -= 1);
    }

    /// Forgets that the units of a permit can be taken back.
    fn forget(&mut self, is_revoked: &Arc<AtomicBool>) {
        self.revocable
            .retain(|holding| !Arc::ptr_eq(&holding.is_revoked, is_revoked));
    }

    /// Changes the numbers of a client, and forgets a client that has nothing left.
    fn change(&mut self, client: IpAddr, change: impl FnOnce(&mut ClientUnits)) {
        if let Some(units) = self.clients.get_mut(&client) {
            change(units);
            if units.held == 0 && units.waiting == 0 {
                self.clients.remove(&client);
            }
        }
    }

    /// Takes units back until an amount fits, always the oldest of the client with the most. None of them had less
    /// than the waiting client will have, so no two clients take the same units from each other in turn. Takes
    /// nothing if that is not enough.
    fn take_back(&mut self, client: IpAddr, amount: u64, capacity: u64) {
        let mut left: HashMap<IpAddr, u64> = HashMap::new();
        for holding in &self.revocable {
            *left.entry(holding.client).or_default() += holding.amount;
        }
        let own = self.clients.get(&client).map_or(0, |units| units.held);
        let mut in_use = self.in_use - self.returning;
        let mut taken: Vec<usize> = Vec::new();
        while !fits(in_use, amount, capacity) {
            let most = left.iter().max_by_key(|(client, held)| (**held, **client));
            let Some((&richest, _)) = most.filter(|(_, held)| **held > own + amount) else {
                return;
            };
            let oldest = |at: &usize| self.revocable[*at].client == richest && !taken.contains(at);
            let Some(at) = (0..self.revocable.len()).find(oldest) else {
                return;
            };
            taken.push(at);
            in_use -= self.revocable[at].amount;
            left.entry(richest)
                .and_modify(|held| *held -= self.revocable[at].amount);
        }
        taken.sort_unstable();
        for at in taken.into_iter().rev() {
            let holding = self.revocable.remove(at);
            holding.is_revoked.store(true, Ordering::SeqCst);
            self.returning += holding.amount;
        }
    }
}

impl SemaphorePermit {
    /// Returns whether the units were taken back, and should be given back soon.
    pub(super) fn is_revoked(&self) -> bool {
        self.is_revoked.load(Ordering::SeqCst)
    }

    /// Keeps the units until they are given back. Returns false if they were taken back before.
    pub(super) fn keep(&self) -> bool {
        let mut state = lock(&self.semaphore.state);
        state.forget(&self.is_revoked);
        !self.is_revoked()
    }
}

impl Drop for SemaphorePermit {
    fn drop(&mut self) {
        let mut state = lock(&self.semaphore.state);
        state.in_use -= self.amount;
        if self.is_revoked() {
            state.returning -= self.amount;
        }
        state.forget(&self.is_revoked);
        state.change(self.client, |units| units.held -= self.amount);
        drop(state);
        self.semaphore.changed.notify_all();
    }
}

#[cfg(test)]
mod tests;
