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
    assert!(lock(&semaphore.state).clients.is_empty() && lock(&semaphore.state).in_use == 0);
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

#[test]
fn a_client_with_many_waiting_lets_the_others_have_their_turn() {
    let semaphore = Arc::new(FairSemaphore::new(2, 1));
    let held = [1, 2].map(|n| semaphore.acquire(client(n), 1, None).expect("free"));
    let (served, order) = mpsc::channel();
    thread::scope(|scope| {
        // Two clients have queues, and a third one comes after them.
        for (at, n) in [1, 2, 1, 2, 1, 2, 3].into_iter().enumerate() {
            let (semaphore, served) = (&semaphore, served.clone());
            scope.spawn(move || {
                let permit = semaphore.acquire(client(n), 1, in_a_minute());
                served.send((n, permit)).expect("somebody counts");
            });
            wait_for_waiters(semaphore, at + 1);
        }
        drop(held);
        // The first two hold everything until they are dropped.
        let first: Vec<(u8, _)> = (0..2).map(|_| order.recv().expect("served")).collect();
        assert!(first.iter().any(|(n, _)| *n == 3), "{first:?}");
        drop(first);
        for _ in 2..7 {
            order.recv().expect("served");
        }
    });
}

fn with_patience(capacity: u64, per_client_max: u64) -> Arc<FairSemaphore> {
    Arc::new(FairSemaphore::new(capacity, per_client_max).with_patience(Duration::ZERO))
}

#[test]
fn two_clients_with_everything_give_some_of_it_back() {
    let semaphore = with_patience(10, 5);
    let take = |n, amount| semaphore.acquire(client(n), amount, None).expect("free");
    let [one, two, three, four] = [take(1, 2), take(2, 3), take(1, 3), take(2, 2)];
    thread::scope(|scope| {
        let third = scope.spawn(|| semaphore.acquire(client(3), 3, in_a_minute()));
        while !two.is_revoked() {
            assert!(!third.is_finished());
            thread::yield_now();
        }
        assert!(!two.keep(), "it is too late");
        drop(two);
        assert!(third.join().expect("no panic").is_some());
        let others = [&one, &three, &four].map(SemaphorePermit::is_revoked);
        assert_eq!(others, [false; 3]);
    });
    drop((one, three, four));
    let state = lock(&semaphore.state);
    assert!(state.clients.is_empty() && state.revocable.is_empty());
    assert_eq!((state.in_use, state.returning), (0, 0));
}

#[test]
fn nothing_is_taken_in_vain_nor_from_those_with_less() {
    let semaphore = with_patience(10, 10);
    let soon = || Some(Instant::now() + Duration::from_millis(20));
    let kept = semaphore.acquire(client(1), 6, None).expect("free");
    let small = semaphore.acquire(client(2), 4, None).expect("free");
    assert!(kept.keep());
    // What is kept is not taken back, and the other one has no more than this one would have.
    assert!(semaphore.acquire(client(3), 4, soon()).is_none());
    // Both together would not be enough for this one.
    assert!(semaphore.acquire(client(3), 7, soon()).is_none());
    assert!(!kept.is_revoked() && !small.is_revoked());
    assert!(semaphore.acquire(client(3), 3, soon()).is_none());
    assert!(small.is_revoked(), "it has more than the third would have");
}
