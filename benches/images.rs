//! `cargo bench --bench images`: pictures in the file. How a blob is best kept there, whole or in chunks; and how many
//! pictures a second are served over HTTP, against reading the same bytes by SQLite alone.

mod common;

use std::{fs, path::Path, time::Instant};

use common::{median, scratch};
use rusqlite::{Connection, MAIN_DB};

/// Bytes of what is kept: an avatar or a small photograph, one of the row, one in full, an animation.
const SIZES: [usize; 4] = [30_000, 300_000, 3_000_000, 10_000_000];
/// 0: whole.
const CHUNKS_KIB: [usize; 5] = [0, 32, 64, 128, 256];
/// What is read at once of a blob that is kept whole.
const PIECE: usize = 64 * 1024;
const TRIES: usize = 15;

fn main() {
    layouts();
}

/// Milliseconds of each way, and the memory it takes.
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

/// What stands from `at` on, as much as is read at once.
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

/// Memory at most since this was asked last.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let peak = line.and_then(|line| line.split_whitespace().nth(1));
    fs::write("/proc/self/clear_refs", "5").expect("this is Linux");
    peak.and_then(|kib| kib.parse().ok()).expect("a number")
}
