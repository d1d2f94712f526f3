//! A ZIP file of which nothing is trusted. Its files are read one after the other and never written under their names;
//! archives within it are not opened; bytes are counted while they are read.

use std::{
    cell::Cell,
    collections::HashMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::FileExt,
    sync::Arc,
};

use zip::{ZipArchive, result::ZipError};

use super::ImportError;

/// The most files in an archive. Each takes some hundred bytes of memory.
const FILES_MAX: u64 = 150_000;

/// The most bytes of the list of files, in which their names are.
const LIST_BYTES_MAX: u64 = 48 << 20;

/// The most bytes that are unpacked of a whole archive.
const UNPACKED_BYTES_MAX: u64 = 64 << 30;

/// The most bytes of one file of text.
pub(super) const TEXT_BYTES_MAX: u64 = 2 << 30;

/// The length of the record at the end of an archive, without its comment, and the longest comment.
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: u64 = 65_535;
/// The lengths of the longer record and of the one that says where it is, which may stand before that record.
const LONG_END_BYTES: u64 = 76;

const END_SIGNATURE: [u8; 4] = [b'P', b'K', 5, 6];
const LONG_END_SIGNATURE: [u8; 4] = [b'P', b'K', 6, 6];

/// An archive of another site.
pub(super) struct ForeignArchive {
    zip: ZipArchive<SharedFile>,
    names: Vec<String>,
    /// The places of the files, by the last parts of their names without endings.
    by_stem: HashMap<String, Vec<usize>>,
    unpacked: Cell<u64>,
}

impl ForeignArchive {
    /// Opens an archive.
    ///
    /// # Errors
    /// A sentence if it is none, has too many files, or names one outside of it.
    pub(super) fn open(file: File) -> Result<ForeignArchive, ImportError> {
        check_list(&file)?;
        let shared = SharedFile {
            file: Arc::new(file),
            at: 0,
        };
        let zip = ZipArchive::new(shared).map_err(|error| refused(&in_words(&error)))?;
        if zip.len() as u64 > FILES_MAX {
            return Err(too_many_files());
        }
        let (mut names, mut by_stem) = (Vec::new(), HashMap::<String, Vec<usize>>::new());
        for place in 0..zip.len() {
            let name = zip.name_for_index(place);
            let name = name.and_then(Result::ok).unwrap_or_default().into_owned();
            check_name(&name)?;
            if !name.ends_with('/') {
                by_stem
                    .entry(stem(&name).to_owned())
                    .or_default()
                    .push(place);
            }
            names.push(name);
        }
        Ok(ForeignArchive {
            zip,
            names,
            by_stem,
            unpacked: Cell::new(0),
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

    /// Reads a file of at most `bytes_max` bytes.
    ///
    /// # Errors
    /// A sentence if it cannot be unpacked, and those of `read`. Reading a file that is too long is an error for `read`.
    pub(super) fn read<T>(
        &self,
        place: usize,
        bytes_max: u64,
        read: impl FnOnce(&mut dyn Read) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let mut zip = self.zip.clone();
        let file = zip.by_index(place).map_err(|error| {
            let why = in_words(&error);
            ImportError::Archive(format!("{} cannot be unpacked: {why}", self.names[place]))
        })?;
        read(&mut CountedReader {
            inner: file,
            left: bytes_max,
            unpacked: &self.unpacked,
        })
    }
}

/// Counts the files before the list of them is read into memory.
fn check_list(file: &File) -> Result<(), ImportError> {
    let unreadable = |error: io::Error| refused(&error.to_string());
    let length = file.metadata().map_err(unreadable)?.len();
    let tail_bytes = length.min(COMMENT_BYTES_MAX + END_BYTES as u64 + LONG_END_BYTES);
    let mut tail = vec![0; usize::try_from(tail_bytes).unwrap_or_default()];
    file.read_exact_at(&mut tail, length - tail_bytes)
        .map_err(unreadable)?;
    for at in 0..tail.len().saturating_sub(END_BYTES - 1) {
        let record = &tail[at..];
        let (files, bytes) = if record.starts_with(&END_SIGNATURE) {
            (number(record, 10, 2), number(record, 12, 4))
        } else if record.starts_with(&LONG_END_SIGNATURE) && record.len() >= 56 {
            (number(record, 32, 8), number(record, 40, 8))
        } else {
            continue;
        };
        // The largest numbers say that the longer record counts.
        if files > FILES_MAX || bytes > LIST_BYTES_MAX && bytes != u64::from(u32::MAX) {
            return Err(too_many_files());
        }
    }
    Ok(())
}

/// Reads a number of so many bytes.
fn number(record: &[u8], at: usize, bytes: usize) -> u64 {
    let bytes = record[at..at + bytes].iter().rev();
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
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

fn too_many_files() -> ImportError {
    ImportError::Archive(format!(
        "the archive has more than {FILES_MAX} files, or names that are too long"
    ))
}

fn refused(why: &str) -> ImportError {
    ImportError::Archive(format!("this is no ZIP file that can be read: {why}"))
}

fn in_words(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(why) => (*why).to_string(),
        ZipError::InvalidArchive(why) => why.to_string(),
        error => error.to_string(),
    }
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
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
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

/// A file that several readers read at places of their own.
#[derive(Clone)]
struct SharedFile {
    file: Arc<File>,
    at: u64,
}

impl Read for SharedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::other("a place before the file"))?;
        Ok(self.at)
    }
}
