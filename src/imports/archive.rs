//! An archive of which nothing is trusted, whichever way it is packed. Its files are read one after the other and never
//! written under their names; archives within it are not opened; bytes are counted while they are read.

use std::{
    cell::Cell,
    collections::HashMap,
    fs::File,
    io::{self, Read, Write},
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    ImportError, bluesky,
    car::CarFile,
    importer::ImportRules,
    mastodon,
    tar_file::TarFiles,
    zip_file::{SharedFile, ZipFiles},
};
use crate::store::files;

/// The most files in an archive. Each takes some hundred bytes of memory.
pub(super) const FILES_MAX: u64 = 150_000;

/// The most bytes that are unpacked of a whole archive.
const UNPACKED_BYTES_MAX: u64 = 64 << 30;

/// The most bytes of one file of text.
pub(super) const TEXT_BYTES_MAX: u64 = 2 << 30;

/// The most bytes of a file that is unpacked onto the disk, and those after which is asked whether the disk has room.
const WHOLE_BYTES_MAX: u64 = 256 << 20;
const DISK_CHECK_BYTES: u64 = 4 << 20;

/// The first bytes of a file, by which it is known.
const BEGIN_BYTES: u64 = 64;

/// An archive of another site.
pub(super) struct ForeignArchive {
    packed: PackedFiles,
    names: Vec<String>,
    /// The places of the files, by the last parts of their names without endings.
    by_stem: HashMap<String, Vec<usize>>,
    unpacked: Cell<u64>,
    stop: StopFlag,
    /// The folder for files that are gone when they are closed.
    spool_directory: PathBuf,
    /// The bytes that stay free on the disk.
    keeps_free: u64,
}

/// A flag that another thread sets, so that nothing more is read.
#[derive(Debug, Clone, Default)]
pub struct StopFlag {
    is_set: Arc<AtomicBool>,
    is_late: Arc<AtomicBool>,
}

impl StopFlag {
    /// Ends all reading soon.
    pub fn set(&self) {
        self.is_set.store(true, Ordering::SeqCst);
    }

    /// Ends all reading soon, because it takes too long.
    pub(super) fn set_late(&self) {
        self.is_late.store(true, Ordering::SeqCst);
        self.set();
    }

    /// Returns whether it took too long.
    pub(super) fn is_late(&self) -> bool {
        self.is_late.load(Ordering::SeqCst)
    }

    pub(super) fn is_set(&self) -> bool {
        self.is_set.load(Ordering::SeqCst)
    }

    /// # Errors
    /// If the flag is set.
    pub(super) fn check(&self) -> io::Result<()> {
        if self.is_set() {
            return Err(io::Error::other("it was stopped"));
        }
        Ok(())
    }
}

/// The files by the way they are packed.
enum PackedFiles {
    Zip(ZipFiles),
    Tar(TarFiles),
    /// One file that is not packed.
    Single(Arc<File>),
}

impl ForeignArchive {
    /// Opens an archive: a ZIP file, or a tar that is packed by gzip. The latter is unpacked into a file that is gone
    /// when it is closed.
    ///
    /// # Errors
    /// A sentence if it is none, has too many files, or names one outside of it.
    pub(super) fn open(file: File, rules: &ImportRules) -> Result<ForeignArchive, ImportError> {
        let (packed, names) = if TarFiles::is_one(&file) {
            let (tar, names) = TarFiles::open(file, rules)?;
            (PackedFiles::Tar(tar), names)
        } else if let Some(name) = single_name(&file) {
            (PackedFiles::Single(Arc::new(file)), vec![name.to_owned()])
        } else {
            let (zip, names) = ZipFiles::open(file)?;
            (PackedFiles::Zip(zip), names)
        };
        let mut by_stem = HashMap::<String, Vec<usize>>::new();
        for (place, name) in names.iter().enumerate() {
            check_name(name)?;
            if !name.ends_with('/') {
                by_stem
                    .entry(stem(name).to_owned())
                    .or_default()
                    .push(place);
            }
        }
        Ok(ForeignArchive {
            packed,
            names,
            by_stem,
            unpacked: Cell::new(0),
            stop: rules.stop.clone(),
            spool_directory: rules.spool_directory.clone(),
            keeps_free: rules.keeps_free,
        })
    }

    /// Returns the names of all files, in the order of their places.
    pub(super) fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        self.names.iter().map(String::as_str).enumerate()
    }

    /// Returns the place of a file at the root of the archive, or in a single folder.
    pub(super) fn at_root(&self, name: &str) -> Option<usize> {
        let all = self.by_stem.get(stem(name))?.iter().copied();
        let mut all = all.filter(|place| {
            let folder = self.names[*place].strip_suffix(name);
            folder.is_some_and(|folder| {
                folder.is_empty() || folder.ends_with('/') && folder.matches('/').count() == 1
            })
        });
        all.next()
    }

    /// Returns the place of a file whose path ends like this one, or ends this one: archives differ in the folders around
    /// their files.
    pub(super) fn like(&self, path: &str) -> Option<usize> {
        let path = path.trim_start_matches('/');
        let ends = |long: &str, short: &str| {
            let folder = long.strip_suffix(short);
            folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
        };
        let mut all = self.by_stem.get(stem(path))?.iter().copied();
        all.find(|place| {
            let name = self.names[*place].as_str();
            ends(name, path) || ends(path, name)
        })
    }

    /// Returns the place of a file by the last part of its name, with any ending, in any folder.
    pub(super) fn by_stem(&self, name: &str) -> Option<usize> {
        self.by_stem.get(stem(name))?.first().copied()
    }

    /// Returns the flag that ends all reading.
    pub(super) fn stop(&self) -> &StopFlag {
        &self.stop
    }

    /// Returns a file of the archive as one that can be read at any place. `is_begun` says of its first bytes whether it is
    /// the one that is looked for.
    ///
    /// # Errors
    /// A sentence if it is another, cannot be unpacked, is too long, or has no room on the disk.
    pub(super) fn whole_file(
        &self,
        place: usize,
        is_begun: fn(&[u8]) -> bool,
    ) -> Result<Arc<File>, ImportError> {
        if let PackedFiles::Single(file) = &self.packed {
            return Ok(file.clone());
        }
        let failed = |error: io::Error| ImportError::Archive(error.to_string());
        let mut unpacked = tempfile::tempfile_in(&self.spool_directory).map_err(failed)?;
        self.read(place, WHOLE_BYTES_MAX, |mut file| {
            let mut begin = Vec::new();
            let read = (&mut file).take(BEGIN_BYTES).read_to_end(&mut begin);
            read.map_err(failed)?;
            if !is_begun(&begin) {
                let why = format!("{} is damaged, or another file", self.names[place]);
                return Err(ImportError::Archive(why));
            }
            unpacked.write_all(&begin).map_err(failed)?;
            loop {
                self.check_disk()?;
                let mut piece = (&mut file).take(DISK_CHECK_BYTES);
                if io::copy(&mut piece, &mut unpacked).map_err(failed)? == 0 {
                    return Ok(());
                }
            }
        })?;
        Ok(Arc::new(unpacked))
    }

    /// Checks that the disk has room for the next bytes of a file.
    fn check_disk(&self) -> Result<(), ImportError> {
        let free = files::free_bytes(&self.spool_directory).unwrap_or(u64::MAX);
        if free < self.keeps_free.saturating_add(DISK_CHECK_BYTES) {
            let why = "there is not enough room on the disk to unpack it";
            return Err(ImportError::Archive(why.into()));
        }
        Ok(())
    }

    /// Reads a file of at most `bytes_max` bytes.
    ///
    /// # Errors
    /// A sentence if it cannot be unpacked, and those of `read`. Reading a file that is too long is an error for `read`.
    pub(super) fn read<T>(
        &self,
        place: usize,
        bytes_max: u64,
        mut read: impl FnMut(&mut dyn Read) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let name = &self.names[place];
        let counted = &mut |file: &mut dyn Read| {
            read(&mut CountedReader {
                inner: file,
                left: bytes_max,
                unpacked: &self.unpacked,
                stop: &self.stop,
            })
        };
        match &self.packed {
            PackedFiles::Zip(zip) => zip.read(place, name, counted),
            PackedFiles::Tar(tar) => counted(&mut tar.file(place)),
            PackedFiles::Single(file) => counted(&mut SharedFile::new(file.clone(), 0)),
        }
    }
}

/// Returns the name that a file would have in an archive, if it is one that sites give without packing it.
fn single_name(file: &File) -> Option<&'static str> {
    let mut begin = [0; 64];
    let read = file.read_at(&mut begin, 0).ok()?;
    let begin = &begin[..read];
    if CarFile::is_begun(begin) {
        return Some(bluesky::FILE);
    }
    let is_list = begin.starts_with(mastodon::FOLLOWING_HEAD);
    is_list.then_some(mastodon::FOLLOWING)
}

fn check_name(name: &str) -> Result<(), ImportError> {
    let leads_out = name.starts_with('/')
        || name.contains(['\\', '\0'])
        || name.split('/').any(|part| part == "..")
        || name.as_bytes().get(1) == Some(&b':');
    if leads_out {
        let shown: String = name.chars().take(80).collect();
        let why = format!("the archive has a file called {shown:?}, which is a name outside of it");
        return Err(ImportError::Archive(why));
    }
    Ok(())
}

pub(super) fn too_many_files() -> ImportError {
    ImportError::Archive(format!(
        "the archive has more than {FILES_MAX} files, or names that are too long"
    ))
}

/// Returns the last part of a name, without its ending.
fn stem(name: &str) -> &str {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.rsplit_once('.').map_or(last, |(stem, _)| stem)
}

/// A reader of a file in the archive, which ends with an error where the file is too long.
struct CountedReader<'c, R> {
    inner: R,
    left: u64,
    unpacked: &'c Cell<u64>,
    stop: &'c StopFlag,
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stop.check()?;
        let read = self.inner.read(buffer)?;
        let unpacked = self.unpacked.get() + read as u64;
        self.unpacked.set(unpacked);
        if read as u64 > self.left || unpacked > UNPACKED_BYTES_MAX {
            return Err(io::Error::other("it is longer than any real one"));
        }
        self.left -= read as u64;
        Ok(read)
    }
}
