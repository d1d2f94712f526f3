//! Notices that the file was moved, replaced or deleted while the program has it open. What is written then would be lost with
//! the old file, and new connections would read another one.

use std::{fs, io, os::unix::fs::MetadataExt, path::PathBuf};

use crate::error::{Error, Result};

/// The reason why nothing can be saved while another file, or none, stands at the path of the database.
pub const NOT_IN_PLACE: &str =
    "the database file was moved, replaced or deleted while the site runs";

/// The file that was opened, and the path at which it must stand.
#[derive(Debug, Clone)]
pub(super) struct OpenFile {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl OpenFile {
    /// Remembers which file stands at a path.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn at(path: PathBuf) -> io::Result<OpenFile> {
        let file = fs::metadata(&path)?;
        Ok(OpenFile {
            device: file.dev(),
            inode: file.ino(),
            path,
        })
    }

    /// Checks that the same file is still there. A disk that cannot say so is another fault, which reading and writing find.
    pub(super) fn is_in_place(&self) -> bool {
        match fs::metadata(&self.path) {
            Ok(file) => (file.dev(), file.ino()) == (self.device, self.inode),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    /// Checks that the same file is still there.
    ///
    /// # Errors
    /// `StorageUnavailable` if it is not.
    pub(super) fn must_be_in_place(&self) -> Result<()> {
        if self.is_in_place() {
            Ok(())
        } else {
            Err(Error::StorageUnavailable(NOT_IN_PLACE.into()))
        }
    }
}
