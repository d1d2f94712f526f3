//! The directory of a demo. It is gone at the end; what a killed demo left behind is deleted by the next one.

use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rustix::process::geteuid;

/// The beginning of the name, before letters of chance.
const PREFIX: &str = "quartfeed-demo-";

/// The file that a running demo holds locked.
const LOCK: &str = "lock";

/// The attempts to make a directory. Another demo that starts in the same moment may take an unlocked one away.
const ATTEMPTS_MAX: usize = 20;

/// A directory that only its owner can read, and that is deleted when this value is dropped.
pub struct DemoDirectory {
    path: PathBuf,
    /// The lock, which ends with the process, however that ends.
    _lock: File,
}

impl DemoDirectory {
    /// Makes a directory among the temporary files, and deletes those of demos that were killed.
    ///
    /// # Errors
    /// If no directory can be made.
    pub fn new() -> io::Result<DemoDirectory> {
        DemoDirectory::new_in(&env::temp_dir())
    }

    fn new_in(parent: &Path) -> io::Result<DemoDirectory> {
        delete_leftovers(parent);
        for _ in 0..ATTEMPTS_MAX {
            let path = parent.join(format!("{PREFIX}{:016x}", rand::random::<u64>()));
            DirBuilder::new().mode(0o700).create(&path)?;
            match locked(&path) {
                Ok(lock) => return Ok(DemoDirectory { path, _lock: lock }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DemoDirectory {
    fn drop(&mut self) {
        // What cannot be deleted now is deleted by the next demo.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Makes the lock of a new directory and takes it.
///
/// # Errors
/// `NotFound` if another demo took the directory for a leftover and deleted it.
fn locked(directory: &Path) -> io::Result<File> {
    let path = directory.join(LOCK);
    let mut options = OpenOptions::new();
    let lock = options.write(true).create(true).mode(0o600).open(&path)?;
    lock.lock()?;
    // The lock may be that of a file which is deleted already.
    let is_there = fs::metadata(&path)?.ino() == lock.metadata()?.ino();
    is_there
        .then_some(lock)
        .ok_or(io::ErrorKind::NotFound.into())
}

/// Deletes the directories of demos that do not run any more. One that cannot be deleted stays.
fn delete_leftovers(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            let _ = delete_leftover(&entry.path());
        }
    }
}

fn delete_leftover(path: &Path) -> io::Result<()> {
    let about = fs::symlink_metadata(path)?;
    if !about.is_dir() || about.uid() != geteuid().as_raw() {
        return Ok(());
    }
    match File::open(path.join(LOCK)) {
        Ok(lock) => match lock.try_lock() {
            Ok(()) => fs::remove_dir_all(path),
            Err(TryLockError::WouldBlock) => Ok(()),
            Err(TryLockError::Error(error)) => Err(error),
        },
        // It was killed before it made its lock, so the directory is empty; one with other files is not ours.
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::remove_dir(path),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_directories_that_no_process_holds_are_deleted() {
        let parent = tempfile::tempdir().expect("a temporary directory");
        let running = DemoDirectory::new_in(parent.path()).expect("a directory");
        let killed = parent.path().join(format!("{PREFIX}killed"));
        let other = parent.path().join(format!("{PREFIX}photos"));
        let empty = parent.path().join(format!("{PREFIX}empty"));
        for directory in [&killed, &other, &empty] {
            fs::create_dir(directory).expect("a directory");
        }
        for file in [
            killed.join(LOCK),
            killed.join("quartfeed.db"),
            other.join("holiday.jpg"),
        ] {
            fs::write(file, "").expect("a file");
        }
        let next = DemoDirectory::new_in(parent.path()).expect("another directory");
        assert!(!killed.exists(), "nobody holds it");
        assert!(!empty.exists(), "nothing is in it");
        assert!(other.join("holiday.jpg").exists(), "it is not ours");
        assert!(running.path().join(LOCK).exists(), "it is in use");
        let mode = fs::metadata(next.path()).expect("it exists").mode();
        assert_eq!(mode & 0o777, 0o700);
        let path = next.path().to_owned();
        drop(next);
        assert!(!path.exists());
    }
}
