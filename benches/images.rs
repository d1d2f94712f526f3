//! `cargo bench --bench images`: pictures in the database. Compares ways of storing a blob, whole or in chunks, and
//! measures how many pictures a second are served over HTTP against reading the same bytes with SQLite alone.

mod common;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use common::{Server, database, get, median, prepare, rate, scratch};
use quartfeed::{
    model::{AltText, Attached, ImageId, MediaType, Message, NewImage, NewRendition, Rendition},
    store::{images, posts},
};
use rusqlite::{Connection, MAIN_DB, OpenFlags};

/// The sizes of blobs in bytes: an avatar or small photograph, a rendition for a row, a full rendition, an animation.
const SIZES: [usize; 4] = [30_000, 300_000, 3_000_000, 10_000_000];
/// The sizes of chunks; 0 means one row for the whole blob.
const CHUNKS_KIB: [usize; 5] = [0, 32, 64, 128, 256];
/// The bytes that are read at once from a blob that is stored whole.
const PIECE: usize = 64 * 1024;
const TRIES: usize = 15;

/// The sizes of served pictures in bytes: a rendition for a row and a full one.
const SERVED: [usize; 2] = [30_000, 200_000];
const LARGE: usize = 10_000_000;
const TURNS: usize = 7;
const TURN: Duration = Duration::from_secs(1);

fn main() {
    layouts();
    served();
}

/// Serves pictures over HTTP and reads them with SQLite alone, in turns, and takes the ratio of each turn.
fn served() {
    let prepared = prepare();
    let person = prepared.people(1).remove(0);
    let owner = person.id;
    let made = prepared.db.write(common::now(), move |tx| {
        let mut made = Vec::new();
        for bytes in SERVED.into_iter().chain([LARGE]) {
            let bytes = (0..bytes).map(|_| rand::random()).collect();
            let full = NewRendition::new(Rendition::Full, 1, 1, MediaType::WebP, bytes);
            let new = NewImage {
                width: 1,
                height: 1,
                is_moving: false,
                renditions: vec![full],
            };
            made.push(images::create(
                tx,
                owner,
                &new,
                &AltText::default(),
                u64::MAX,
            )?);
        }
        let attached = made.iter().map(|image| (*image, AltText::default()));
        let attached = Attached::parse(attached.collect(), 8).expect("few");
        let message = Message::parse("Look!", 3_000).expect("it is one");
        posts::create(tx, owner, &message, &attached, None)?;
        Ok(made)
    });
    let made = made.expect("they can be written");
    prepared.db.close();
    let server = Server::start(prepared.directory.path(), &[]);
    let path = database(prepared.directory.path());
    println!(
        "pictures per second; medians of {TURNS} turns of {} s",
        TURN.as_secs()
    );
    for (image, bytes) in made.iter().zip(SERVED) {
        let request = get(&format!("/image/{image}/full"), &person.cookie);
        for connections in [1, 16] {
            let (mut http, mut alone, mut ratios) = (vec![], vec![], vec![]);
            for _ in 0..TURNS {
                let over_http = rate(
                    &server.address,
                    &vec![request.clone(); connections],
                    200,
                    TURN,
                );
                let by_sqlite = read_alone(&path, *image, bytes, connections);
                ratios.push(over_http / by_sqlite);
                http.push(over_http);
                alone.push(by_sqlite);
            }
            println!(
                "{bytes:8} bytes, {connections:2} connections: {:.0} over HTTP, {:.0} by SQLite alone: {:.2}",
                median(http),
                median(alone),
                median(ratios)
            );
        }
    }
    large(&server, made[2], &person.cookie, &path);
}

/// Serves a picture of ten megabytes to sixteen clients at once.
fn large(server: &Server, image: ImageId, cookie: &str, path: &Path) {
    let before = server.memory();
    let times: Vec<f64> = thread::scope(|scope| {
        let readers: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    let started = Instant::now();
                    let mut socket = TcpStream::connect(&server.address).expect("it listens");
                    let request = get(&format!("/image/{image}/full"), cookie);
                    let request = String::from_utf8(request).expect("ASCII");
                    let request = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
                    socket.write_all(request.as_bytes()).expect("it reads");
                    let mut answer = Vec::new();
                    socket.read_to_end(&mut answer).expect("an answer");
                    assert!(answer.len() > LARGE);
                    started.elapsed().as_secs_f64()
                })
            })
            .collect();
        let readers = readers.into_iter();
        readers
            .map(|reader| reader.join().expect("it reads"))
            .collect()
    });
    let slowest = times.into_iter().fold(0.0, f64::max);
    let alone = 16.0 / read_alone(path, image, LARGE, 16);
    println!(
        "{LARGE} bytes to 16 at once: {slowest:.2} s until the last has it; {alone:.2} s by SQLite alone; \
         memory of the server {before} KiB before, {} KiB after",
        server.memory()
    );
}

/// Returns how often a second the same bytes can be read by this many threads, each with its own connection.
fn read_alone(path: &Path, image: ImageId, bytes: usize, threads: usize) -> f64 {
    let (over, count) = (AtomicBool::new(false), AtomicU32::new(0));
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let reader = Connection::open_with_flags(path, flags).expect("the file");
                reader
                    .pragma_update(None, "cache_size", -4_096)
                    .expect("it can be set");
                while !over.load(Ordering::Relaxed) {
                    let mut read = reader
                        .prepare_cached(
                            "select bytes from chunks
                             where blob_id = (select blob_id from renditions where image_id = ? and name = 'full')
                             order by place",
                        )
                        .expect("the schema is ours");
                    let pieces = read.query_map([image.0], |row| row.get::<_, Vec<u8>>(0));
                    let read: usize = pieces
                        .expect("it can be read")
                        .map(|piece| piece.expect("it can be read").len())
                        .sum();
                    assert_eq!(read, bytes);
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(TURN);
        over.store(true, Ordering::Relaxed);
    });
    f64::from(count.into_inner()) / started.elapsed().as_secs_f64()
}

/// Prints the milliseconds that each way of storing takes, and the memory.
fn layouts() {
    println!(
        "ms, medians of {TRIES}: write · read in pieces, each by a read of its own · its last 64 KiB · delete · memory of reading, KiB"
    );
    for size in SIZES {
        for chunk_kib in CHUNKS_KIB {
            layout(size, chunk_kib * 1024);
        }
    }
}

fn layout(size: usize, chunk: usize) {
    let directory = scratch();
    let path = directory.path().join("blobs.db");
    let writer = open(&path);
    writer
        .execute_batch(
            "create table chunks (id integer primary key, blob_id integer not null, place integer not null,
                 bytes blob not null, unique (blob_id, place)) strict;",
        )
        .expect("a new file");
    let bytes: Vec<u8> = (0..size).map(|_| rand::random()).collect();
    let step = if chunk == 0 { size } else { chunk };
    let timed = |act: &mut dyn FnMut(i64)| {
        let times = (0..TRIES).map(|n| {
            let started = Instant::now();
            act(i64::try_from(n).expect("few"));
            started.elapsed().as_secs_f64() * 1_000.0
        });
        median(times.collect())
    };
    let write = timed(&mut |id| {
        writer.execute_batch("begin immediate").expect("it is free");
        for (piece, place) in bytes.chunks(step).zip(0_i64..) {
            writer
                .prepare_cached("insert into chunks (blob_id, place, bytes) values (?, ?, ?)")
                .and_then(|mut insert| insert.execute((id, place, piece)))
                .expect("there is room");
        }
        writer.execute_batch("commit").expect("there is room");
    });
    let reader = open(&path);
    let base = peak_kib();
    let read = timed(&mut |id| {
        let mut read = 0;
        while read < size {
            read += piece(&reader, id, read, chunk).len();
        }
    });
    let memory = peak_kib().saturating_sub(base);
    let range = timed(&mut |id| {
        let mut at = size.saturating_sub(PIECE);
        while at < size {
            at += piece(&reader, id, at, chunk).len();
        }
    });
    let delete = timed(&mut |id| {
        writer
            .execute("delete from chunks where blob_id = ?", [id])
            .expect("it is there");
    });
    let name = if chunk == 0 {
        "whole".to_owned()
    } else {
        format!("{} KiB", chunk / 1024)
    };
    println!(
        "{size:9} bytes, {name:8}: {write:6.2} · {read:6.2} · {range:5.2} · {delete:6.2} · {memory:6}"
    );
}

/// Reads the next piece, starting at byte `at`.
fn piece(reader: &Connection, id: i64, at: usize, chunk: usize) -> Vec<u8> {
    if chunk == 0 {
        let row: i64 = reader
            .prepare_cached("select id from chunks where blob_id = ? and place = 0")
            .and_then(|mut find| find.query_row([id], |row| row.get(0)))
            .expect("it is there");
        let blob = reader
            .blob_open(MAIN_DB, "chunks", "bytes", row, true)
            .expect("it is there");
        let mut bytes = vec![0; PIECE.min(blob.len() - at)];
        blob.read_at_exact(&mut bytes, at).expect("it is as long");
        return bytes;
    }
    let place = i64::try_from(at / chunk).expect("few");
    let mut find = reader
        .prepare_cached("select bytes from chunks where blob_id = ? and place = ?")
        .expect("it is right");
    find.query_row((id, place), |row| {
        Ok(row.get_ref(0)?.as_blob()?[at % chunk..].to_vec())
    })
    .expect("it is there")
}

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("a file");
    connection
        .execute_batch(
            "pragma auto_vacuum = incremental; pragma cache_size = -4096; pragma synchronous = full;
             pragma wal_autocheckpoint = 4000;",
        )
        .expect("they can be set");
    for sql in ["pragma journal_mode = wal", "pragma secure_delete = on"] {
        connection
            .query_row(sql, [], |_| Ok(()))
            .expect("it can be set");
    }
    connection
}

/// Returns the peak memory since the last call.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let peak = line.and_then(|line| line.split_whitespace().nth(1));
    fs::write("/proc/self/clear_refs", "5").expect("this is Linux");
    peak.and_then(|kib| kib.parse().ok()).expect("a number")
}
