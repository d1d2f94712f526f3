//! Power cuts: what was not synced is there, or not, or only a part of it.

use std::{collections::BTreeMap, fs, io::Read, path::Path, sync::atomic::AtomicBool};

use flate2::read::GzDecoder;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rusqlite::Connection;
use rustix::process::Signal;

use super::{
    content::Operation,
    crowd::{self, Ledger},
    disk::Disk,
    from_environment, seed,
};
use crate::harness::{Program, assert_sound, eventually};

/// The bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// The files that a power cut leaves.
#[derive(Default)]
struct Remains {
    names: BTreeMap<String, u64>,
    files: BTreeMap<u64, Vec<u8>>,
}

impl Remains {
    /// Returns what is left of these operations. Those that were synced are there. Of the others, names are there up to some
    /// operation, as a journal writes them, and sectors of files in any selection.
    fn of(operations: &[Operation], random: &mut StdRng) -> Remains {
        let mut remains = Remains::default();
        let mut synced: BTreeMap<u64, usize> = BTreeMap::new();
        let mut synced_names = 0;
        for (at, operation) in operations.iter().enumerate() {
            match operation {
                Operation::SyncFile(file) => {
                    synced.insert(*file, at);
                }
                Operation::SyncNames => synced_names = at,
                _ => {}
            }
        }
        let names_until = random.random_range(synced_names..=operations.len());
        // None, some, nearly all or all of what was not synced; the last is what a kill leaves.
        let chances = [0.0, 0.3, 0.7, 0.97, 1.0];
        let chance = chances[random.random_range(0..chances.len())];
        for (at, operation) in operations.iter().enumerate() {
            let is_synced = |file: &u64| synced.get(file).is_some_and(|synced| at < *synced);
            match operation {
                Operation::Create(name, file) if at < names_until => {
                    remains.names.insert(name.clone(), *file);
                }
                Operation::Unlink(name) if at < names_until => {
                    remains.names.remove(name);
                }
                Operation::Rename(from, to) if at < names_until => {
                    if let Some(file) = remains.names.remove(from) {
                        remains.names.insert(to.clone(), file);
                    }
                }
                Operation::Write(file, offset, bytes) => {
                    let survives =
                        |random: &mut StdRng| is_synced(file) || random.random_bool(chance);
                    remains.write(*file, *offset, bytes, random, survives);
                }
                Operation::Truncate(file, size)
                    if is_synced(file) || random.random_bool(chance) =>
                {
                    remains.files.entry(*file).or_default().resize(*size, 0);
                }
                _ => {}
            }
        }
        remains
    }

    /// Writes those sectors that survive.
    fn write(
        &mut self,
        file: u64,
        offset: usize,
        bytes: &[u8],
        random: &mut StdRng,
        survives: impl Fn(&mut StdRng) -> bool,
    ) {
        let content = self.files.entry(file).or_default();
        let mut start = 0;
        while start < bytes.len() {
            let next = ((offset + start) / SECTOR + 1) * SECTOR - offset;
            let end = next.min(bytes.len());
            if survives(random) {
                if content.len() < offset + end {
                    content.resize(offset + end, 0);
                }
                content[offset + start..offset + end].copy_from_slice(&bytes[start..end]);
            }
            start = end;
        }
    }

    fn write_to(&self, directory: &Path) {
        for (name, file) in &self.names {
            let empty = Vec::new();
            let bytes = self.files.get(file).unwrap_or(&empty);
            fs::write(directory.join(name), bytes).expect("there is room");
        }
    }
}

/// Starts the program on a disk.
fn start_on(disk: &Disk, synchronous: &str) -> Program {
    Program::with(|command| {
        command
            .arg("--database")
            .arg(disk.path().join("quartfeed.db"))
            .env("QUARTFEED_DATABASE_SYNCHRONOUS", synchronous)
            // The disk has no directories.
            .env("QUARTFEED_BACKUP_EVERY", "")
            .env("QUARTFEED_BACKUP_BEFORE_UPGRADE", "false");
    })
}

/// Starts the program on what a power cut has left.
fn start_after(operations: &[Operation], random: &mut StdRng) -> Program {
    let directory = tempfile::tempdir().expect("a temporary directory");
    Remains::of(operations, random).write_to(directory.path());
    Program::start_in(directory, |command| {
        command.env("QUARTFEED_BACKUP_BEFORE_UPGRADE", "false");
    })
}

#[test]
fn acknowledged_things_survive_a_power_cut() {
    assert_eq!(lost_in_cuts("full"), 0);
}

/// The setting for those who take the risk. It also shows that a cut can lose something.
#[test]
fn a_power_cut_loses_the_newest_things_without_full_syncs_and_damages_nothing() {
    assert!(lost_in_cuts("normal") > 0);
}

/// Lets people write on a disk, and cuts its power at many moments. Returns how often something acknowledged was lost, after
/// checking that nothing is damaged.
fn lost_in_cuts(synchronous: &str) -> usize {
    let cuts = from_environment("QUARTFEED_TEST_CUTS", 10);
    let seed = seed();
    let mut random = StdRng::seed_from_u64(seed);
    let disk = Disk::mount();
    let ledger = Ledger::new(disk.clock());
    let program = start_on(&disk, synchronous);
    let writers = crowd::gather(&program);
    let over = AtomicBool::new(false);
    // The longer the test, the longer the life of the disk.
    let enough = 40 + usize::try_from(cuts).expect("few");
    crowd::write_all(&writers, &program.address, seed, (&ledger, &over), || {
        eventually("things of all kinds are written", || {
            ledger.len() > enough && ledger.has_all_kinds()
        });
        program.signal(Signal::KILL);
    });
    drop(program.ended());
    let operations = disk.operations();
    drop(disk);
    let acknowledged = ledger.since(0);
    let first = acknowledged[0].at;
    let mut cuts_that_lost = 0;
    for cut in 0..cuts {
        // Every fifth one is in the first start, which makes the file.
        let begin = if cut % 5 == 0 { 1 } else { first };
        let at = random.random_range(begin..=operations.len());
        let after = start_after(&operations[..at], &mut random);
        let file = assert_sound(&after.database());
        let before = acknowledged.iter().filter(|entry| entry.at <= at);
        let lost = crowd::lost(&file, before.map(|entry| &entry.thing));
        if !lost.is_empty() {
            cuts_that_lost += 1;
            eprintln!("{synchronous}: a cut at {at} lost {}", lost.len());
        }
        crowd::assert_nothing_is_half(&file);
    }
    eprintln!(
        "{synchronous}: {cuts} power cuts in {} operations, {} acknowledged",
        operations.len(),
        acknowledged.len()
    );
    cuts_that_lost
}

/// Cuts the power in the middle of an upgrade of the file.
#[test]
fn an_upgrade_survives_a_power_cut() {
    let cuts = from_environment("QUARTFEED_TEST_CUTS", 10);
    let mut random = StdRng::seed_from_u64(seed());
    let packed = fs::File::open("tests/databases/before-feeds.db.gz");
    let packed = packed.expect("it is checked in");
    let mut old = Vec::new();
    GzDecoder::new(packed)
        .read_to_end(&mut old)
        .expect("it is packed by gzip");
    let disk = Disk::holding(&[("quartfeed.db", &old)]);
    let before = disk.operations().len();
    let program = start_on(&disk, "full");
    program.signal(Signal::KILL);
    drop(program.ended());
    let operations = disk.operations();
    drop(disk);
    let count = |file: &Connection| -> i64 {
        // What was deleted before goes for good at the first start.
        let count = "select (select count(*) from posts where deleted_at is null) + (select count(*) from users)";
        file.query_row(count, [], |row| row.get(0))
            .expect("it can be read")
    };
    let untouched = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(untouched.path(), &old).expect("there is room");
    let had = count(&Connection::open(untouched.path()).expect("a database"));
    assert!(had > 0 && operations.len() > before + 10);
    for _ in 0..cuts {
        let at = random.random_range(before..=operations.len());
        let after = start_after(&operations[..at], &mut random);
        let file = assert_sound(&after.database());
        let total = operations.len();
        assert_eq!(count(&file), had, "a cut at {at} of {total}");
    }
}

/// The replay must be able to lose something.
#[test]
fn a_replay_can_lose_all_or_a_part_of_what_was_not_synced() {
    let text = b"text".repeat(SECTOR);
    let operations = [
        Operation::Create("a".to_owned(), 2),
        Operation::Write(2, 0, text.clone()),
        Operation::SyncFile(2),
        Operation::SyncNames,
        Operation::Write(2, 0, vec![0; text.len()]),
    ];
    let replays = (0..50).map(|seed| {
        let mut random = StdRng::seed_from_u64(seed);
        let synced = Remains::of(&operations[..4], &mut random);
        assert_eq!(synced.files[&2], text, "what was synced is there");
        Remains::of(&operations, &mut random).files[&2].clone()
    });
    let left: Vec<_> = replays.collect();
    assert!(left.contains(&text), "nothing of it");
    assert!(
        left.iter()
            .any(|left| left[..SECTOR] != left[left.len() - SECTOR..]),
        "a part of it"
    );
}
