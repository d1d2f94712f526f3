//! A disk that is full soon.

use std::{path::Path, process::Command};

use super::program::Program;

/// A file system of its own in memory, of four megabytes.
pub(crate) struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Mounts a disk.
    pub(crate) fn mount() -> SmallDisk {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(directory.path())
            .status();
        assert!(
            mounted.is_ok_and(|status| status.success()),
            "needs root, who can mount"
        );
        SmallDisk(directory)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts the program with its file on this disk.
    pub(crate) fn program(&self) -> Program {
        Program::with(|command| {
            command
                .arg("--database")
                .arg(self.path().join("quartfeed.db"));
        })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Busy until the program has ended: then lazily.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}
