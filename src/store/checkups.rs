//! The check-up of the database and its surroundings: files, disk, clock and backups.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension};
use rustix::{
    fs::{Access, access},
    process::geteuid,
};

use super::{
    backups,
    files::{free_bytes, with_suffix},
    integrity,
};
use crate::{
    config::{Config, directory_of},
    error::Result,
    model::{Checkup, Timestamp},
};

/// The time by which the clock may be behind the newest event: two machines, or one after a correction.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(5);

/// The permissions that only others than the owner need.
const FOR_OTHERS: u32 = 0o077;

/// The directory in which systemd says whether it has set the clock by the network.
const TIMESYNC: &str = "/run/systemd/timesync";

/// File systems by their number (statfs(2)), and why they are a bad place for a database.
#[cfg(target_os = "linux")]
const UNSUITABLE: &[(u64, &str, &str)] = &[
    (
        0x6969,
        "NFS",
        "locks and syncs of a network file system do not hold what SQLite needs",
    ),
    (
        0x517B,
        "SMB",
        "locks and syncs of a network file system do not hold what SQLite needs",
    ),
    (
        0xFF53_4D42,
        "SMB",
        "locks and syncs of a network file system do not hold what SQLite needs",
    ),
    (
        0xFE53_4D42,
        "SMB",
        "locks and syncs of a network file system do not hold what SQLite needs",
    ),
    (
        0x6573_5546,
        "FUSE",
        "a file system of a program may not sync what it says that it has synced",
    ),
    (
        0x2011_BAB0,
        "exFAT",
        "it has no permissions and no journal: anybody on this machine can read the file, and a power cut can damage it",
    ),
    (
        0x4D44,
        "FAT",
        "it has no permissions and no journal: anybody on this machine can read the file, and a power cut can damage it",
    ),
    (
        0x794C_7630,
        "overlay",
        "it is the layer of a container, and is gone with the container",
    ),
    (
        0x0102_1994,
        "tmpfs",
        "it is memory, and is gone after a restart of the machine",
    ),
];

/// Looks at everything that needs no long read.
pub fn quick(config: &Config, now: Timestamp) -> Vec<Checkup> {
    let path = &config.database.path;
    let Ok(file) = fs::metadata(path) else {
        let advice = "`quartfeed` makes it at its first start. Is this the right directory, or --database missing?";
        let found = format!("{} is not there", path.display());
        return vec![Checkup::look("Database", found, advice)];
    };
    let directory = directory_of(path);
    let mut all = vec![permissions(path, &file), writable(&directory)];
    all.extend(disk(&directory, file.len()));
    all.push(file_system(&directory));
    let log = fs::metadata(with_suffix(path, "-wal"));
    all.push(Checkup::of_log(log.map_or(0, |log| log.len())));
    all.push(backups(config, &file, now));
    all
}

/// Returns when the newest event happened.
pub fn newest_event_at(conn: &Connection) -> Result<Option<Timestamp>> {
    let sql = "select created_at from events order by id desc limit 1";
    Ok(conn
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))
        .optional()?)
}

/// Returns the key of the site's tokens: 32 bytes.
pub fn secret(conn: &Connection) -> Result<Vec<u8>> {
    Ok(conn.query_row("select secret from site", [], |row| row.get(0))?)
}

/// Judges the clock, by the newest event and by what systemd says.
pub fn clock(newest: Option<Timestamp>, now: Timestamp) -> Checkup {
    let what = "Clock";
    let advice =
        "Set the clock, or let the machine set it by the network (timedatectl set-ntp true).";
    if newest.is_some_and(|newest| now < newest.minus(CLOCK_TOLERANCE)) {
        return Checkup::bad(what, "it is behind the newest post", advice);
    }
    let timesync = Path::new(TIMESYNC);
    if timesync.exists() && !timesync.join("synchronized").exists() {
        return Checkup::look(what, "the system has not set it by the network yet", advice);
    }
    Checkup::good(what, "it is not behind the newest post")
}

/// Reads the whole file, and checks that it is sound. That takes about a second for some hundred megabytes.
pub fn soundness(conn: &Connection) -> Result<Checkup> {
    let what = "Integrity";
    Ok(match integrity::damage(conn)? {
        None => Checkup::good(what, "the database is sound"),
        Some(damage) => Checkup::bad(
            what,
            damage,
            "Stop the site, keep a copy of the file, and restore the newest backup that `quartfeed backup verify` finds sound.",
        ),
    })
}

fn permissions(path: &Path, file: &fs::Metadata) -> Checkup {
    let what = "Permissions";
    let mode = file.permissions().mode() & 0o777;
    let shown = path.display();
    if file.uid() != geteuid().as_raw() && !geteuid().is_root() {
        let advice =
            format!("Run the command as the user of the site, or `chown` the file: {shown}");
        return Checkup::bad(what, "the database belongs to another user", advice);
    }
    if mode & FOR_OTHERS != 0 {
        return Checkup::look(
            what,
            format!("others on this machine may reach the database (mode {mode:o})"),
            format!("chmod 600 {shown}"),
        );
    }
    Checkup::good(what, "only the owner can read the database")
}

fn writable(directory: &Path) -> Checkup {
    let what = "Directory";
    match access(directory, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Checkup::good(what, "files can be made beside the database"),
        Err(error) => Checkup::bad(
            what,
            format!("no file can be made in {}: {error}", directory.display()),
            "SQLite needs its log beside the database. Give the user of the site the right to write there.",
        ),
    }
}

/// Judges the disk. A file system that does not say how much is free says nothing here.
fn disk(directory: &Path, database: u64) -> Option<Checkup> {
    Some(Checkup::of_room(free_bytes(directory)?, database))
}

/// Judges the kind of file system.
#[cfg(target_os = "linux")]
pub fn file_system(directory: &Path) -> Checkup {
    let what = "File system";
    // The number has another type on each kind of processor; its digits are the same.
    let digits = rustix::fs::statfs(directory).map(|disk| format!("{:x}", disk.f_type));
    let number = digits
        .ok()
        .and_then(|digits| u64::from_str_radix(&digits, 16).ok());
    let unsuitable = UNSUITABLE.iter().find(|(known, ..)| Some(*known) == number);
    match unsuitable {
        Some((_, name, why)) => Checkup::look(
            what,
            format!("{name}: {why}"),
            "Move the database to a disk of this machine with ext4, XFS, Btrfs or ZFS.",
        ),
        None => Checkup::good(what, "nothing is known against it"),
    }
}

/// Judges the kind of file system.
#[cfg(not(target_os = "linux"))]
pub fn file_system(_: &Path) -> Checkup {
    Checkup::good("File system", "not looked at on this system")
}

fn backups(config: &Config, database: &fs::Metadata, now: Timestamp) -> Checkup {
    let newest = match backups::newest(config) {
        Ok(newest) => newest,
        Err(error) => {
            return Checkup::bad("Backups", error.to_string(), "Make the directory readable.");
        }
    };
    let age = newest.map(|newest| newest.age(now));
    let judged = Checkup::of_backup(age, config.backup.every.0);
    let directory = fs::metadata(config.backup_directory());
    let is_same_disk = directory.is_ok_and(|directory| directory.dev() == database.dev());
    if judged.advice.is_empty() && is_same_disk {
        let found = format!(
            "{}, on the disk of the database: copy them elsewhere too",
            judged.found
        );
        return Checkup::good("Backups", found);
    }
    judged
}
