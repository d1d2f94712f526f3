//! A semaphore that is fair between clients, for what large requests compete for: turns with the backend, and room
//! on the disk. The first to come is served first, and no client gets so much that nothing is left for others.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Arc, Condvar, Mutex},
    time::Instant,
};

use super::address::client_group;
use crate::sync::{lock, recover};

/// A number of units that clients take and give back.
#[derive(Debug)]
pub(super) struct FairSemaphore {
    capacity: u64,
    /// Most that one client may hold at once. A client that waits for more lets others pass.
    per_client_max: u64,
    state: Mutex<SemaphoreState>,
    changed: Condvar,
}

/// Units in use, and the queue for them.
#[derive(Debug, Default)]
struct SemaphoreState {
    in_use: u64,
    by_client: HashMap<IpAddr, u64>,
    /// Waiting clients, in the order in which they came.
    queue: VecDeque<Waiter>,
    next_ticket: u64,
    is_closed: bool,
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
}

impl FairSemaphore {
    /// Creates a semaphore with `capacity` units, of which one client may hold `per_client_max`.
    pub(super) fn new(capacity: u64, per_client_max: u64) -> FairSemaphore {
        FairSemaphore {
            capacity,
            per_client_max,
            state: Mutex::default(),
            changed: Condvar::new(),
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
        let mut state = lock(&self.state);
        let ticket = state.enqueue(client, amount);
        loop {
            if self.is_next(&state, ticket) {
                state.dequeue(ticket);
                state.in_use += amount;
                *state.by_client.entry(client).or_default() += amount;
                // There may be enough left for the next one, too.
                self.changed.notify_all();
                let semaphore = self.clone();
                return Some(SemaphorePermit {
                    semaphore,
                    client,
                    amount,
                });
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let left = left.filter(|left| !left.is_zero() && !state.is_closed);
            let Some(left) = left else {
                state.dequeue(ticket);
                self.changed.notify_all();
                return None;
            };
            state = recover(self.changed.wait_timeout(state, left)).0;
        }
    }

    /// Ends all waits.
    pub(super) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.changed.notify_all();
    }

    /// Returns whether this ticket is the first among the clients that are below their limit, and enough is left
    /// for it.
    fn is_next(&self, state: &SemaphoreState, ticket: u64) -> bool {
        let may_have = |waiter: &&Waiter| {
            let own = state.by_client.get(&waiter.client).copied().unwrap_or(0);
            fits(own, waiter.amount, self.per_client_max)
        };
        let first = state.queue.iter().find(may_have);
        first.is_some_and(|waiter| {
            waiter.ticket == ticket && fits(state.in_use, waiter.amount, self.capacity)
        })
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
        ticket
    }

    /// Removes a client from the queue.
    fn dequeue(&mut self, ticket: u64) {
        self.queue.retain(|waiter| waiter.ticket != ticket);
    }
}

impl Drop for SemaphorePermit {
    fn drop(&mut self) {
        let mut state = lock(&self.semaphore.state);
        state.in_use -= self.amount;
        if let Some(own) = state.by_client.get_mut(&self.client) {
            *own -= self.amount;
            if *own == 0 {
                state.by_client.remove(&self.client);
            }
        }
        drop(state);
        self.semaphore.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use super::*;

    fn client(n: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, n])
    }

    fn in_a_minute() -> Option<Instant> {
        Some(Instant::now() + Duration::from_mins(1))
    }

    /// Waits until this many clients wait.
    fn wait_for_waiters(semaphore: &FairSemaphore, count: usize) {
        while lock(&semaphore.state).queue.len() != count {
            thread::yield_now();
        }
    }

    #[test]
    fn waiting_clients_are_served_in_order() {
        let semaphore = Arc::new(FairSemaphore::new(1, 1));
        let held = semaphore.acquire(client(0), 1, None).expect("it is free");
        let (served, order) = mpsc::channel();
        thread::scope(|scope| {
            for n in 1..=20 {
                let (semaphore, served) = (&semaphore, served.clone());
                scope.spawn(move || {
                    let permit = semaphore
                        .acquire(client(n % 3), 1, in_a_minute())
                        .expect("in time");
                    served.send(n).expect("somebody counts");
                    drop(permit);
                });
                wait_for_waiters(semaphore, n.into());
            }
            assert!(
                semaphore.acquire(client(9), 1, None).is_none(),
                "nobody jumps the queue"
            );
            drop(held);
        });
        drop(served);
        assert_eq!(
            order.iter().collect::<Vec<_>>(),
            (1..=20).collect::<Vec<_>>()
        );
        assert!(lock(&semaphore.state).by_client.is_empty() && lock(&semaphore.state).in_use == 0);
    }

    #[test]
    fn a_client_at_its_limit_lets_others_pass() {
        let semaphore = Arc::new(FairSemaphore::new(4, 2));
        let one = semaphore.acquire(client(1), 1, None).expect("free");
        let _two = semaphore.acquire(client(1), 1, None).expect("free");
        thread::scope(|scope| {
            let third = scope.spawn(|| semaphore.acquire(client(1), 1, in_a_minute()));
            wait_for_waiters(&semaphore, 1);
            let other = semaphore
                .acquire(client(2), 1, None)
                .expect("there is some left");
            assert!(!third.is_finished());
            drop(one);
            assert!(third.join().expect("no panic").is_some());
            drop(other);
        });
    }

    #[test]
    fn a_large_amount_is_not_overtaken_by_small_ones() {
        let semaphore = Arc::new(FairSemaphore::new(10, 10));
        let half = semaphore.acquire(client(1), 5, None).expect("free");
        thread::scope(|scope| {
            let large = scope.spawn(|| semaphore.acquire(client(2), 8, in_a_minute()).is_some());
            wait_for_waiters(&semaphore, 1);
            assert!(
                semaphore.acquire(client(3), 1, None).is_none(),
                "the large one is first"
            );
            drop(half);
            assert!(large.join().expect("no panic"));
        });
        assert!(
            semaphore.acquire(client(1), 5_000, None).is_some(),
            "it is alone"
        );
    }

    #[test]
    fn closing_ends_all_waits() {
        let semaphore = Arc::new(FairSemaphore::new(1, 1));
        let _held = semaphore.acquire(client(1), 1, None).expect("free");
        thread::scope(|scope| {
            let waits = scope.spawn(|| semaphore.acquire(client(2), 1, in_a_minute()).is_none());
            wait_for_waiters(&semaphore, 1);
            semaphore.close();
            assert!(waits.join().expect("no panic"));
        });
        assert!(lock(&semaphore.state).queue.is_empty());
    }
}
