//! The files of a disk in memory, and the list of all operations on it.

use std::{collections::BTreeMap, time::UNIX_EPOCH};

use fuser::{FileAttr, FileType, INodeNo, Request};

/// One thing that happened to the disk.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    Create(String, u64),
    Unlink(String),
    Rename(String, String),
    Write(u64, usize, Vec<u8>),
    Truncate(u64, usize),
    /// Everything about the content of a file so far is on the disk.
    SyncFile(u64),
    /// All names so far are on the disk.
    SyncNames,
}

/// What is on a disk, and everything that has happened to it.
#[derive(Default)]
pub(super) struct DiskContent {
    pub(super) names: BTreeMap<String, u64>,
    pub(super) files: BTreeMap<u64, Vec<u8>>,
    newest: u64,
    pub(super) log: Vec<Operation>,
}

impl DiskContent {
    /// Creates an empty file. Returns its number.
    pub(super) fn create(&mut self, name: &str) -> u64 {
        // The first one is the directory.
        self.newest = self.newest.max(u64::from(INodeNo::ROOT)) + 1;
        self.apply(Operation::Create(name.to_owned(), self.newest));
        self.newest
    }

    /// Does what happened, and records it.
    pub(super) fn apply(&mut self, operation: Operation) {
        match &operation {
            Operation::Create(name, file) => {
                self.names.insert(name.clone(), *file);
                self.files.insert(*file, Vec::new());
            }
            Operation::Unlink(name) => {
                self.names.remove(name);
            }
            Operation::Rename(from, to) => {
                if let Some(file) = self.names.remove(from) {
                    self.names.insert(to.clone(), file);
                }
            }
            Operation::Write(file, offset, bytes) => {
                if let Some(content) = self.files.get_mut(file) {
                    let end = offset + bytes.len();
                    if content.len() < end {
                        content.resize(end, 0);
                    }
                    content[*offset..end].copy_from_slice(bytes);
                }
            }
            Operation::Truncate(file, size) => {
                if let Some(content) = self.files.get_mut(file) {
                    content.resize(*size, 0);
                }
            }
            Operation::SyncFile(_) | Operation::SyncNames => {}
        }
        self.log.push(operation);
    }

    /// Returns what the kernel must know of a file, or of the directory.
    pub(super) fn attributes(&self, inode: INodeNo, request: &Request) -> Option<FileAttr> {
        let number = u64::from(inode);
        let size = self.files.get(&number).map(|bytes| bytes.len() as u64);
        let is_root = inode == INodeNo::ROOT;
        if size.is_none() && !is_root {
            return None;
        }
        Some(FileAttr {
            ino: inode,
            size: size.unwrap_or_default(),
            blocks: size.unwrap_or_default().div_ceil(512),
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind: if is_root {
                FileType::Directory
            } else {
                FileType::RegularFile
            },
            perm: if is_root { 0o700 } else { 0o600 },
            nlink: 1,
            uid: request.uid(),
            gid: request.gid(),
            rdev: 0,
            blksize: 4_096,
            flags: 0,
        })
    }
}
