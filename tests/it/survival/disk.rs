//! A disk in memory that records every operation, so that a power cut can be replayed at any of them, and that reports faults
//! when it is told to. It is one directory, mounted by FUSE.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, SystemTime},
};

use fuser::{
    BackgroundSession, Config, Errno, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData,
    ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyStatfs, ReplyWrite, Request, SessionACL,
    TimeOrNow, WriteFlags,
};
use tempfile::TempDir;

use super::content::{DiskContent, Operation};

/// The kernel remembers nothing about files.
const TTL: Duration = Duration::ZERO;

/// The faults that a disk can have.
#[derive(Debug, Clone, Copy)]
pub(super) enum DiskFault {
    None,
    Full,
    FailsToWrite,
    FailsToSync,
}

#[derive(Default)]
struct State {
    content: Mutex<DiskContent>,
    fault: AtomicU8,
}

impl State {
    fn content(&self) -> MutexGuard<'_, DiskContent> {
        self.content.lock().expect("nobody panics")
    }

    fn has(&self, fault: DiskFault) -> bool {
        self.fault.load(Ordering::Relaxed) == fault as u8
    }

    /// Returns the fault that a write has.
    fn write_fault(&self) -> Option<Errno> {
        if self.has(DiskFault::Full) {
            return Some(Errno::ENOSPC);
        }
        self.has(DiskFault::FailsToWrite).then_some(Errno::EIO)
    }
}

/// A disk that is mounted.
pub(super) struct Disk {
    state: Arc<State>,
    /// Unmounted before its directory is deleted.
    session: Option<BackgroundSession>,
    directory: TempDir,
}

impl Disk {
    /// Mounts an empty disk.
    pub(super) fn mount() -> Disk {
        Disk::holding(&[])
    }

    /// Mounts a disk on which these files are for good.
    pub(super) fn holding(files: &[(&str, &[u8])]) -> Disk {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let state = Arc::<State>::default();
        {
            let mut content = state.content();
            for (name, bytes) in files {
                let file = content.create(name);
                content.apply(Operation::Write(file, 0, bytes.to_vec()));
                content.apply(Operation::SyncFile(file));
            }
            content.apply(Operation::SyncNames);
        }
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("quartfeed-test".to_owned())];
        config.acl = SessionACL::Owner;
        let mounted = fuser::spawn_mount(Served(state.clone()), directory.path(), &config);
        let session = mounted.unwrap_or_else(|error| {
            panic!("needs FUSE: /dev/fuse, and root or the package fuse3: {error}")
        });
        Disk {
            state,
            session: Some(session),
            directory,
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Breaks the disk from now on, or mends it.
    pub(super) fn set_fault(&self, fault: DiskFault) {
        self.state.fault.store(fault as u8, Ordering::Relaxed);
    }

    /// Returns the number of operations so far, as a clock.
    pub(super) fn clock(&self) -> impl Fn() -> usize + Sync + use<> {
        let state = self.state.clone();
        move || state.content().log.len()
    }

    /// Returns everything that has happened.
    pub(super) fn operations(&self) -> Vec<Operation> {
        self.state.content().log.clone()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A process that another test has just started may hold a file here until it becomes another program.
        let lazily = [("umount", "-l"), ("fusermount3", "-uz")];
        let is_unmounted = lazily.iter().any(|(program, how)| {
            let done = Command::new(program)
                .arg(how)
                .arg(self.path())
                .stderr(Stdio::null())
                .status();
            done.is_ok_and(|done| done.success())
        });
        if let Some(session) = self.session.take() {
            if is_unmounted {
                // Its thread ends with the last file that is open.
                drop(session);
            } else {
                let _ = session.umount_and_join();
            }
        }
    }
}

/// The disk, as the kernel asks it.
struct Served(Arc<State>);

fn as_text(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

impl Filesystem for Served {
    fn lookup(&self, request: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let content = self.0.content();
        let file = content.names.get(&as_text(name)).copied().map(INodeNo);
        match file.and_then(|file| content.attributes(file, request)) {
            Some(attributes) => reply.entry(&TTL, &attributes, Generation(0)),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn getattr(&self, request: &Request, inode: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.0.content().attributes(inode, request) {
            Some(attributes) => reply.attr(&TTL, &attributes),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn setattr(
        &self,
        request: &Request,
        inode: INodeNo,
        _mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        _mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _handle: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _flags: Option<fuser::BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let mut content = self.0.content();
        if let Some(size) = size {
            let size = usize::try_from(size).expect("it fits into memory");
            content.apply(Operation::Truncate(inode.into(), size));
        }
        match content.attributes(inode, request) {
            Some(attributes) => reply.attr(&TTL, &attributes),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn create(
        &self,
        request: &Request,
        _: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        if let Some(fault) = self.0.write_fault() {
            return reply.error(fault);
        }
        let mut content = self.0.content();
        let file = INodeNo(content.create(&as_text(name)));
        match content.attributes(file, request) {
            Some(attributes) => reply.created(
                &TTL,
                &attributes,
                Generation(0),
                FileHandle(0),
                FopenFlags::empty(),
            ),
            None => reply.error(Errno::EIO),
        }
    }

    fn unlink(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        self.0.content().apply(Operation::Unlink(as_text(name)));
        reply.ok();
    }

    fn rename(
        &self,
        _: &Request,
        _: INodeNo,
        name: &OsStr,
        _: INodeNo,
        to: &OsStr,
        _: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let renamed = Operation::Rename(as_text(name), as_text(to));
        self.0.content().apply(renamed);
        reply.ok();
    }

    fn read(
        &self,
        _: &Request,
        inode: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let content = self.0.content();
        let bytes = content
            .files
            .get(&inode.into())
            .map_or(&[][..], Vec::as_slice);
        let start = usize::try_from(offset).map_or(bytes.len(), |start| start.min(bytes.len()));
        let end = bytes.len().min(start + size as usize);
        reply.data(&bytes[start..end]);
    }

    fn write(
        &self,
        _: &Request,
        inode: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        if let Some(fault) = self.0.write_fault() {
            return reply.error(fault);
        }
        let offset = usize::try_from(offset).expect("it fits into memory");
        let written = Operation::Write(inode.into(), offset, data.to_vec());
        self.0.content().apply(written);
        reply.written(u32::try_from(data.len()).expect("it is a page or some"));
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _: &Request, inode: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        if self.0.has(DiskFault::FailsToSync) {
            return reply.error(Errno::EIO);
        }
        self.0.content().apply(Operation::SyncFile(inode.into()));
        reply.ok();
    }

    fn fsyncdir(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        self.0.content().apply(Operation::SyncNames);
        reply.ok();
    }

    fn readdir(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let content = self.0.content();
        let first = usize::try_from(offset).unwrap_or(usize::MAX);
        for (place, (name, file)) in content.names.iter().enumerate().skip(first) {
            if reply.add(
                INodeNo(*file),
                place as u64 + 1,
                FileType::RegularFile,
                name,
            ) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        let (blocks, block) = (1 << 20, 4_096);
        reply.statfs(blocks, blocks, blocks, blocks, blocks, block, 255, block);
    }
}
