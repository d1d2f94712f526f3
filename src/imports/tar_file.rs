//! Tars that are packed by gzip. Their files can only be read in order, so the tar is unpacked first, into one file.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    os::unix::fs::FileExt,
    sync::Arc,
};

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::{
    ImportError,
    archive::{FILES_MAX, StopFlag, too_many_files},
    importer::ImportRules,
    zip_file::SharedFile,
};
use crate::store::files;

const GZIP_SIGNATURE: [u8; 2] = [0x1f, 0x8b];

/// The most bytes of a tar. It takes that much of the disk while it is imported.
const TAR_BYTES_MAX: u64 = 16 << 30;

/// The most bytes of a tar for each byte of the file that it is packed in. Texts reach twenty, pictures one.
const RATIO_MAX: u64 = 200;

/// The files of a tar.
pub(super) struct TarFiles {
    tar: Arc<File>,
    /// The place and the length of each file.
    places: Vec<(u64, u64)>,
}

impl TarFiles {
    /// Returns whether a file is packed by gzip.
    pub(super) fn is_one(file: &File) -> bool {
        let mut begin = [0; 2];
        file.read_exact_at(&mut begin, 0).is_ok() && begin == GZIP_SIGNATURE
    }

    /// Unpacks a tar into a file in the spool's directory, which is gone when it is closed. Returns the names of its files
    /// as well.
    ///
    /// # Errors
    /// A sentence if it cannot be unpacked, is too large for the disk or at all, or has too many files.
    pub(super) fn open(
        mut file: File,
        rules: &ImportRules,
    ) -> Result<(TarFiles, Vec<String>), ImportError> {
        let packed = file.metadata().map_err(|error| refused(&error))?.len();
        let bytes_max = TAR_BYTES_MAX.min(packed.saturating_mul(RATIO_MAX));
        // It is unpacked twice, so that one that is too large takes nothing of the disk.
        let bytes = io::copy(
            &mut unpacking(&file, &rules.stop).take(bytes_max + 1),
            &mut io::sink(),
        )
        .map_err(|error| refused(&error))?;
        if bytes > bytes_max {
            return Err(refused(
                &"it is larger than any real one when it is unpacked",
            ));
        }
        let free = files::free_bytes(&rules.spool_directory).unwrap_or(u64::MAX);
        if free < bytes.saturating_add(rules.keeps_free) {
            return Err(ImportError::Archive(
                "there is not enough room on the disk to unpack it".into(),
            ));
        }
        file.seek(SeekFrom::Start(0))
            .map_err(|error| refused(&error))?;
        let tar = tempfile::tempfile_in(&rules.spool_directory);
        let mut tar = tar.map_err(|error| refused(&error))?;
        io::copy(&mut unpacking(&file, &rules.stop).take(bytes), &mut tar)
            .map_err(|error| refused(&error))?;
        tar.seek(SeekFrom::Start(0))
            .map_err(|error| refused(&error))?;
        let (mut places, mut names) = (Vec::new(), Vec::new());
        let mut archive = tar::Archive::new(BufReader::new(&tar));
        for entry in archive.entries().map_err(|error| refused(&error))? {
            let entry = entry.map_err(|error| refused(&error))?;
            if entry.header().entry_type() != EntryType::Regular {
                continue;
            }
            if names.len() as u64 >= FILES_MAX {
                return Err(too_many_files());
            }
            names.push(String::from_utf8_lossy(&entry.path_bytes()).into_owned());
            places.push((entry.raw_file_position(), entry.size()));
        }
        let tar = Arc::new(tar);
        Ok((TarFiles { tar, places }, names))
    }

    /// Returns a reader of a file.
    pub(super) fn file(&self, place: usize) -> impl Read + use<> {
        let (at, bytes) = self.places[place];
        SharedFile::new(self.tar.clone(), at).take(bytes)
    }
}

/// Returns a reader of the tar, which ends with an error once it is stopped.
fn unpacking<'f>(file: &'f File, stop: &'f StopFlag) -> impl Read + use<'f> {
    StoppableReader {
        inner: MultiGzDecoder::new(BufReader::new(file)),
        stop,
    }
}

/// A reader that ends with an error once it is stopped.
struct StoppableReader<'s, R> {
    inner: R,
    stop: &'s StopFlag,
}

impl<R: Read> Read for StoppableReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stop.check()?;
        self.inner.read(buffer)
    }
}

fn refused(why: &dyn std::fmt::Display) -> ImportError {
    ImportError::Archive(format!("this is no .tar.gz file that can be read: {why}"))
}
