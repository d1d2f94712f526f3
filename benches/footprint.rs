//! `cargo bench --bench footprint`: the size of the program. Measures the time from start to the first answer on an
//! existing database, memory and processor time when idle, and the size of the binary.

mod common;

use std::{fs, thread, time::Duration};

use common::{Client, Server, get, median, prepare, start_millis};

const STARTS: usize = 21;
const IDLE: Duration = Duration::from_secs(10);

fn main() {
    let prepared = prepare();
    let people = prepared.people(10);
    prepared.db.close();
    let directory = prepared.directory.path();

    let starts = (0..STARTS).map(|_| start_millis(directory));
    println!(
        "start to first answer  {:.1} ms (median of {STARTS})",
        median(starts.collect())
    );

    let server = Server::start(directory, &[]);
    assert_eq!(
        Client::connect(&server.address)
            .ask(&get("/", &people[0].cookie))
            .0,
        200
    );
    println!(
        "resident memory, idle  {:.1} MB",
        megabytes(server.memory() * 1_024)
    );
    let cpu = server.cpu();
    thread::sleep(IDLE);
    println!(
        "processor time, idle   {} ms in {} s",
        server.cpu().saturating_sub(cpu).as_millis(),
        IDLE.as_secs()
    );

    let binary = fs::metadata(env!("CARGO_BIN_EXE_quartfeed"))
        .expect("it was built")
        .len();
    println!("size of the binary     {:.1} MB", megabytes(binary));
}

fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes).expect("less than 4 GiB")) / 1e6
}
