//! ZIP files.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::FileExt,
    sync::Arc,
};

use zip::{ZipArchive, result::ZipError};

use super::{
    ImportError,
    archive::{FILES_MAX, too_many_files},
};

/// The most bytes of the list of files, in which their names are.
const LIST_BYTES_MAX: u64 = 48 << 20;

/// The length of the record at the end of an archive, without its comment, and the longest comment.
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: u64 = 65_535;
/// The lengths of the longer record and of the one that says where it is, which may stand before that record.
const LONG_END_BYTES: u64 = 76;

const END_SIGNATURE: [u8; 4] = [b'P', b'K', 5, 6];
const LONG_END_SIGNATURE: [u8; 4] = [b'P', b'K', 6, 6];

/// The files of a ZIP file.
pub(super) struct ZipFiles(ZipArchive<SharedFile>);

impl ZipFiles {
    /// Opens a ZIP file. Returns the names of its files as well.
    ///
    /// # Errors
    /// A sentence if it is none, or has too many files.
    pub(super) fn open(file: File) -> Result<(ZipFiles, Vec<String>), ImportError> {
        check_list(&file)?;
        let shared = SharedFile::new(Arc::new(file), 0);
        let zip = ZipArchive::new(shared).map_err(|error| refused(&in_words(&error)))?;
        if zip.len() as u64 > FILES_MAX {
            return Err(too_many_files());
        }
        let name = |place| {
            let name = zip.name_for_index(place);
            name.and_then(Result::ok).unwrap_or_default().into_owned()
        };
        let names = (0..zip.len()).map(name).collect();
        Ok((ZipFiles(zip), names))
    }

    /// Unpacks a file for `read`.
    ///
    /// # Errors
    /// A sentence with its name if it cannot be unpacked, and those of `read`.
    pub(super) fn read<T>(
        &self,
        place: usize,
        name: &str,
        read: &mut dyn FnMut(&mut dyn Read) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let mut zip = self.0.clone();
        let mut file = zip.by_index(place).map_err(|error| {
            let why = in_words(&error);
            ImportError::Archive(format!("{name} cannot be unpacked: {why}"))
        })?;
        read(&mut file)
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

fn refused(why: &str) -> ImportError {
    ImportError::Archive(format!("this is no ZIP file that can be read: {why}"))
}

fn in_words(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(why) => (*why).to_string(),
        ZipError::InvalidArchive(why) if why.contains("EOCD") => {
            "the list of files at its end is missing".to_owned()
        }
        ZipError::InvalidArchive(why) => why.to_string(),
        error => error.to_string(),
    }
}

/// A file that several readers read at places of their own.
#[derive(Clone)]
pub(super) struct SharedFile {
    file: Arc<File>,
    at: u64,
}

impl SharedFile {
    /// Returns a reader of a file from this place on.
    pub(super) fn new(file: Arc<File>, at: u64) -> SharedFile {
        SharedFile { file, at }
    }
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
