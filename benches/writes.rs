//! `cargo bench --bench writes`: posts per second with `synchronous = "full"` from 64 clients, against how often the
//! same disk syncs a small file. Measures the store alone, and the whole way through form, door, worker and store.

mod common;

use std::{
    fs::File,
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{Client, Server, median, post_form, prepare, rate, scratch};
use quartfeed::{
    model::{Attached, Message},
    store::posts,
};

const CLIENTS: usize = 64;
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(2);

fn main() {
    let (mut syncs, mut stored, mut served) = (vec![], vec![], vec![]);
    let (mut store_ratios, mut site_ratios) = (vec![], vec![]);
    for _ in 0..TURNS {
        let (sync, store, site) = (sync_rate(), store_rate(), site_rate());
        store_ratios.push(store / sync);
        site_ratios.push(site / sync);
        syncs.push(sync);
        stored.push(store);
        served.push(site);
    }
    println!(
        "medians of {TURNS} turns of {} s, {CLIENTS} clients",
        TURN.as_secs()
    );
    println!("syncs of the disk    {:8.0} per second", median(syncs));
    println!(
        "posts, store alone   {:8.0} per second (ratio {:.1})",
        median(stored),
        median(store_ratios)
    );
    println!(
        "posts, whole site    {:8.0} per second (ratio {:.1})",
        median(served),
        median(site_ratios)
    );
}

/// Appends single pages and syncs each, which is the most that one commit at a time could reach.
fn sync_rate() -> f64 {
    let directory = scratch();
    let mut file = File::create(directory.path().join("sync")).expect("writable");
    let (started, mut syncs) = (Instant::now(), 0);
    while started.elapsed() < TURN {
        file.write_all(&[7; 4_096]).expect("room");
        file.sync_data().expect("a disk");
        syncs += 1;
    }
    f64::from(syncs) / started.elapsed().as_secs_f64()
}

fn store_rate() -> f64 {
    let prepared = prepare();
    let people = prepared.people(CLIENTS);
    let written = Arc::new(AtomicU32::new(0));
    let over = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    thread::scope(|scope| {
        for person in &people {
            let (author, db, written, over) =
                (person.id, &prepared.db, written.clone(), over.clone());
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let message =
                        Message::parse("Who comes by tonight?", 3_000).expect("it is one");
                    db.write(common::now(), move |tx| {
                        posts::create(tx, author, &message, &Attached::default(), None)
                    })
                    .expect("room");
                    written.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(TURN);
        over.store(true, Ordering::Relaxed);
    });
    f64::from(written.load(Ordering::Relaxed)) / started.elapsed().as_secs_f64()
}

fn site_rate() -> f64 {
    let prepared = prepare();
    let people = prepared.people(CLIENTS);
    prepared.db.close();
    let server = Server::start(prepared.directory.path(), &[]);
    let mut client = Client::connect(&server.address);
    let requests: Vec<_> = people
        .iter()
        .map(|person| {
            post_form(
                &mut client,
                "/post",
                &person.cookie,
                "Who+comes+by+tonight%3F",
            )
        })
        .collect();
    rate(&server.address, &requests, 303, TURN)
}
