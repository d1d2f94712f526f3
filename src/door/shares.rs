//! A semaphore that is fair between clients, for what large requests compete for: turns with the backend, and room
//! on the disk. The first to come is served first, and no client gets so much that nothing is left for others.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::address::client_group;

/// A number of units that clients take and give back.
#[derive(Debug)]
pub(super) struct Shares {
    all: u64,
    /// Most that one client may hold at once. A client that waits for more lets others pass.
    of_one: u64,
    state: Mutex<State>,
    changed: Condvar,
}

/// Units in use, and the queue for them.
#[derive(Debug, Default)]
struct State {
    taken: u64,
    by_client: HashMap<IpAddr, u64>,
    /// Waiting clients, in the order in which they came.
    waiting: VecDeque<Waiting>,
    next_ticket: u64,
    is_closed: bool,
}

/// One client in the queue.
#[derive(Debug)]
struct Waiting {
    ticket: u64,
    client: IpAddr,
    amount: u64,
}

/// Units that a client holds. They are given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    shares: Arc<Shares>,
    client: IpAddr,
    amount: u64,
}

impl Shares {
    /// Creates a semaphore with `all` units, of which one client may hold `of_one`.
    pub(super) fn new(all: u64, of_one: u64) -> Shares {
        Shares {
            all,
            of_one,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Takes units, waiting for them until the deadline; without one it does not wait. An amount larger than the
    /// total passes if nothing else is taken. Returns none if the time is over or the semaphore is closed.
    pub(super) fn take(
        self: &Arc<Shares>,
        client: IpAddr,
        amount: u64,
        until: Option<Instant>,
    ) -> Option<Share> {
        let client = client_group(client);
        let mut state = self.lock();
        let ticket = state.line_up(client, amount);
        loop {
            if self.is_next(&state, ticket) {
                state.leave(ticket);
                state.taken += amount;
                *state.by_client.entry(client).or_default() += amount;
                // There may be enough left for the next one, too.
                self.changed.notify_all();
                let shares = self.clone();
                return Some(Share {
                    shares,
                    client,
                    amount,
                });
            }
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            let left = left.filter(|left| !left.is_zero() && !state.is_closed);
            let Some(left) = left else {
                state.leave(ticket);
                self.changed.notify_all();
                return None;
            };
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Ends all waits.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    /// Returns whether this ticket is the first among the clients that are below their limit, and enough is left
    /// for it.
    fn is_next(&self, state: &State, ticket: u64) -> bool {
        let may = |one: &&Waiting| {
            let own = state.by_client.get(&one.client).copied().unwrap_or(0);
            fits(own, one.amount, self.of_one)
        };
        let first = state.waiting.iter().find(may);
        first.is_some_and(|one| one.ticket == ticket && fits(state.taken, one.amount, self.all))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether an amount fits. An amount that is alone always does.
fn fits(taken: u64, amount: u64, most: u64) -> bool {
    taken == 0 || taken.saturating_add(amount) <= most
}

impl State {
    /// Adds a client at the end of the queue. Returns its ticket.
    fn line_up(&mut self, client: IpAddr, amount: u64) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting.push_back(Waiting {
            ticket,
            client,
            amount,
        });
        ticket
    }

    /// Removes a client from the queue.
    fn leave(&mut self, ticket: u64) {
        self.waiting.retain(|one| one.ticket != ticket);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut state = self.shares.lock();
        state.taken -= self.amount;
        if let Some(own) = state.by_client.get_mut(&self.client) {
            *own -= self.amount;
            if *own == 0 {
                state.by_client.remove(&self.client);
            }
        }
        drop(state);
        self.shares.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use super::*;

    fn client(n: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, n])
    }

    fn someday() -> Option<Instant> {
        Some(Instant::now() + Duration::from_mins(1))
    }

    /// Waits until this many clients wait.
    fn until_waiting(shares: &Shares, many: usize) {
        while shares.lock().waiting.len() != many {
            thread::yield_now();
        }
    }

    #[test]
    fn who_comes_first_is_served_first() {
        let shares = Arc::new(Shares::new(1, 1));
        let held = shares.take(client(0), 1, None).expect("it is free");
        let (served, order) = mpsc::channel();
        thread::scope(|scope| {
            for n in 1..=20 {
                let (shares, served) = (&shares, served.clone());
                scope.spawn(move || {
                    let share = shares.take(client(n % 3), 1, someday()).expect("in time");
                    served.send(n).expect("somebody counts");
                    drop(share);
                });
                until_waiting(shares, n.into());
            }
            assert!(
                shares.take(client(9), 1, None).is_none(),
                "nobody barges in"
            );
            drop(held);
        });
        drop(served);
        assert_eq!(
            order.iter().collect::<Vec<_>>(),
            (1..=20).collect::<Vec<_>>()
        );
        assert!(shares.lock().by_client.is_empty() && shares.lock().taken == 0);
    }

    #[test]
    fn who_has_their_share_lets_others_pass() {
        let shares = Arc::new(Shares::new(4, 2));
        let one = shares.take(client(1), 1, None).expect("free");
        let _two = shares.take(client(1), 1, None).expect("free");
        thread::scope(|scope| {
            let third = scope.spawn(|| shares.take(client(1), 1, someday()));
            until_waiting(&shares, 1);
            let other = shares.take(client(2), 1, None).expect("there is some left");
            assert!(!third.is_finished());
            drop(one);
            assert!(third.join().expect("no panic").is_some());
            drop(other);
        });
    }

    #[test]
    fn one_who_wants_much_is_not_passed_by_those_who_want_little() {
        let shares = Arc::new(Shares::new(10, 10));
        let half = shares.take(client(1), 5, None).expect("free");
        thread::scope(|scope| {
            let much = scope.spawn(|| shares.take(client(2), 8, someday()).is_some());
            until_waiting(&shares, 1);
            assert!(shares.take(client(3), 1, None).is_none(), "it waits behind");
            drop(half);
            assert!(much.join().expect("no panic"));
        });
        assert!(shares.take(client(1), 5_000, None).is_some(), "it is alone");
    }

    #[test]
    fn nobody_waits_in_a_closed_house() {
        let shares = Arc::new(Shares::new(1, 1));
        let _held = shares.take(client(1), 1, None).expect("free");
        thread::scope(|scope| {
            let waits = scope.spawn(|| shares.take(client(2), 1, someday()).is_none());
            until_waiting(&shares, 1);
            shares.close();
            assert!(waits.join().expect("no panic"));
        });
        assert!(shares.lock().waiting.is_empty());
    }
}
