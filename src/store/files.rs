//! Files that get their name when they are whole, and that only their owner can read.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rustix::fs::statvfs;

use crate::config::directory_of;

/// The ending of a file that is being written.
pub(super) const UNFINISHED: &str = ".part";

/// Returns the path at which a file is written before it gets its name.
pub fn unfinished(path: &Path) -> PathBuf {
    with_suffix(path, UNFINISHED)
}

/// Returns the path with something after its name.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Renames a file if there is one.
pub(super) fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        renamed => renamed,
    }
}

/// Creates an empty file that only its owner can read, in place of one that was left.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(true);
    options.mode(0o600).open(path)
}

/// Gives a file that is written whole its name, for good.
pub fn finish(unfinished: &Path, to: &Path) -> io::Result<()> {
    File::open(unfinished)?.sync_all()?;
    fs::rename(unfinished, to)?;
    File::open(directory_of(to))?.sync_all()
}

/// Returns the bytes that are free on the disk of a directory. None if the file system does not say.
pub fn free_bytes(directory: &Path) -> Option<u64> {
    let disk = statvfs(directory).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Copies a file into one that only its owner can read.
pub(super) fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut copy = create_private(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()
}
