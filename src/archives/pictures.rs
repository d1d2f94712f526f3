//! The end of the ZIP file: pictures as they are, read only when they are sent, and the list of all files. Their lengths
//! and checksums are known beforehand, so none is packed or held in memory before the archive is sent. Source: PKWARE's
//! APPNOTE 6.3.10, §4.3 and, for more than 4 GiB or 65,534 files, §4.5.3.

use std::{
    fs::File,
    io::{self, Chain, Cursor, Read, Seek, SeekFrom, Write},
    sync::Arc,
    vec,
};

use super::writer::of_disk;
use crate::{
    error::{Error, Result},
    model::Problems,
    store::{
        Db, Snapshot,
        images::{self, Blob, BlobReader},
    },
};

/// A picture in the archive.
pub(crate) struct ArchivedPicture {
    /// The name of its file.
    pub(crate) name: String,
    pub(crate) blob: Blob,
}

/// The length of the record at the end, which says where the list of files is; without a comment.
const END_BYTES: usize = 22;
/// The length of the longer record, after the field with its length.
const LONG_END_BYTES: u64 = 44;

/// The bytes of a picture that are in memory at once while a file is written.
const PIECE_BYTES: u64 = 256 << 10;

const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
const LISTED_SIGNATURE: u32 = 0x0201_4b50;
const LONG_END_SIGNATURE: u32 = 0x0606_4b50;
const LONG_END_PLACE_SIGNATURE: u32 = 0x0706_4b50;
const END_SIGNATURE: u32 = 0x0605_4b50;

/// The version of the format that is needed to read it: 1.0, as nothing is compressed.
const VERSION: u16 = 10;
/// The version that is needed for numbers of eight bytes.
const LONG_VERSION: u16 = 45;
/// The system that wrote it: Unix, so that the list has the mode of each file.
const UNIX: u16 = 3 << 8;
const MODE: u32 = 0o100_644;
/// 1 January 1980, the beginning of time in a ZIP file; the other files have the same date.
const DATE: u16 = 1 << 5 | 1;
/// The head of a number of eight bytes: its kind and its length.
const LONG_NUMBER: [u8; 4] = [1, 0, 8, 0];

/// Appends these pictures to the archive `text`. Returns the whole archive and its length.
pub(crate) fn append(
    db: Arc<Db>,
    mut text: File,
    pictures: Vec<ArchivedPicture>,
) -> Result<(impl Read + Send, u64)> {
    let list = list_of(&mut text)?;
    let start = list.start;
    let plan = list.with(pictures)?;
    let bytes = plan.bytes;
    let pictures = Pictures {
        db,
        waiting: plan.waiting.into_iter(),
        current: None,
    };
    let end = Cursor::new(plan.end);
    Ok((text.take(start).chain(pictures).chain(end), bytes))
}

/// Writes these pictures behind the text of the archive `text`, and its end. `progress` is told the number of pictures
/// that are written.
pub(super) fn write(
    conn: &Snapshot,
    mut text: File,
    pictures: Vec<ArchivedPicture>,
    progress: &mut dyn FnMut(usize),
) -> Result<()> {
    let list = list_of(&mut text)?;
    let start = list.start;
    let plan = list.with(pictures)?;
    text.seek(SeekFrom::Start(start)).map_err(of_disk)?;
    for (n, (local, blob)) in plan.waiting.iter().enumerate() {
        text.write_all(local).map_err(of_disk)?;
        let mut at = 0;
        while at < blob.bytes {
            let piece = images::read(conn, blob, at..blob.bytes.min(at + PIECE_BYTES))?;
            text.write_all(&piece).map_err(of_disk)?;
            at += piece.len() as u64;
        }
        progress(n + 1);
    }
    text.write_all(&plan.end).map_err(of_disk)
}

/// The list of files of an archive.
struct PictureList {
    files: u64,
    /// The offset of its beginning.
    start: u64,
    records: Vec<u8>,
}

/// The plan of the pictures in an archive, and of its end.
struct Plan {
    /// Each picture, with the record before it.
    waiting: Vec<(Vec<u8>, Blob)>,
    /// The list of all files, and where it is.
    end: Vec<u8>,
    /// The length of the whole archive.
    bytes: u64,
}

impl PictureList {
    /// Puts the pictures where the list was, and lists all files after them.
    fn with(self, pictures: Vec<ArchivedPicture>) -> Result<Plan> {
        let files = self.files + pictures.len() as u64;
        let (mut at, mut end) = (self.start, self.records);
        let mut waiting = Vec::with_capacity(pictures.len());
        for ArchivedPicture { name, blob } in pictures {
            end.extend(record(&name, &blob, at)?);
            let facts = facts(VERSION, &name, &blob, 0)?;
            let local = [&LOCAL_SIGNATURE.to_le_bytes()[..], &facts, name.as_bytes()].concat();
            at += local.len() as u64 + blob.bytes;
            waiting.push((local, blob));
        }
        let listed = end.len() as u64;
        end.extend(end_of_list(files, at, listed));
        let bytes = at + end.len() as u64;
        Ok(Plan {
            waiting,
            end,
            bytes,
        })
    }
}

/// Returns the entry of a file in the list. The file begins at `at`.
fn record(name: &str, blob: &Blob, at: u64) -> Result<Vec<u8>> {
    let (place, long) = match short(at) {
        Some(place) => (place, Vec::new()),
        None => (u32::MAX, [&LONG_NUMBER[..], &at.to_le_bytes()].concat()),
    };
    let version = if long.is_empty() {
        VERSION
    } else {
        LONG_VERSION
    };
    let long_bytes = u16::try_from(long.len()).map_err(Error::internal)?;
    Ok([
        &LISTED_SIGNATURE.to_le_bytes()[..],
        &(UNIX | version).to_le_bytes(),
        &facts(version, name, blob, long_bytes)?,
        // No comment, the first disk, bytes and not text.
        &[0; 6],
        &(MODE << 16).to_le_bytes(),
        &place.to_le_bytes(),
        name.as_bytes(),
        &long,
    ]
    .concat())
}

/// Returns the facts about a file that are written twice: before it and in the list.
fn facts(version: u16, name: &str, blob: &Blob, more_bytes: u16) -> Result<Vec<u8>> {
    // A picture is never as long as that.
    let bytes = u32::try_from(blob.bytes).map_err(Error::internal)?;
    let name_bytes = u16::try_from(name.len()).map_err(Error::internal)?;
    Ok([
        &version.to_le_bytes()[..],
        // No flags, not compressed, at midnight.
        &[0; 6],
        &DATE.to_le_bytes(),
        &blob.crc.to_le_bytes(),
        &bytes.to_le_bytes(),
        &bytes.to_le_bytes(),
        &name_bytes.to_le_bytes(),
        &more_bytes.to_le_bytes(),
    ]
    .concat())
}

/// Returns the record after the list: its length and its offset. If numbers are too large for it, a longer record comes
/// first.
fn end_of_list(files: u64, start: u64, bytes: u64) -> Vec<u8> {
    let few = u16::try_from(files).ok().filter(|few| *few < u16::MAX);
    let mut end = Vec::new();
    if few.is_none() || short(start).is_none() || short(bytes).is_none() {
        end.extend(LONG_END_SIGNATURE.to_le_bytes());
        end.extend(LONG_END_BYTES.to_le_bytes());
        end.extend((UNIX | LONG_VERSION).to_le_bytes());
        end.extend(LONG_VERSION.to_le_bytes());
        end.extend([0; 8]);
        for number in [files, files, bytes, start] {
            end.extend(number.to_le_bytes());
        }
        end.extend(LONG_END_PLACE_SIGNATURE.to_le_bytes());
        end.extend([0; 4]);
        end.extend((start + bytes).to_le_bytes());
        // All of it is on one disk.
        end.extend(1_u32.to_le_bytes());
    }
    let few = few.unwrap_or(u16::MAX).to_le_bytes();
    end.extend(END_SIGNATURE.to_le_bytes());
    end.extend([0; 4]);
    end.extend([few, few].concat());
    for number in [bytes, start] {
        end.extend(short(number).unwrap_or(u32::MAX).to_le_bytes());
    }
    end.extend([0; 2]);
    end
}

/// Returns a number in four bytes, if it fits. The largest one means that eight are needed.
fn short(number: u64) -> Option<u32> {
    u32::try_from(number).ok().filter(|short| *short < u32::MAX)
}

pub(super) fn too_large() -> Error {
    let message = "This is more than fits into one download. Ask the one who runs this site: all of it is in the \
        database.";
    Error::invalid(Problems::FORM, message)
}

/// Reads the list of an archive, and rewinds the file.
fn list_of(text: &mut File) -> Result<PictureList> {
    let list = read_list(text).map_err(Error::internal)?;
    // Text alone is never so many files: it would be more than may be packed.
    let files = u16::try_from(list.files).ok().filter(|n| *n < u16::MAX);
    files.map(|_| list).ok_or_else(too_large)
}

fn read_list(text: &mut File) -> io::Result<PictureList> {
    let mut end = [0; END_BYTES];
    text.seek(SeekFrom::End(-22))?;
    text.read_exact(&mut end)?;
    let four = |at: usize| u32::from_le_bytes([end[at], end[at + 1], end[at + 2], end[at + 3]]);
    if four(0) != END_SIGNATURE {
        return Err(io::Error::other("the archive ends otherwise"));
    }
    let (bytes, start) = (four(12), u64::from(four(16)));
    let mut records = Vec::new();
    text.seek(SeekFrom::Start(start))?;
    text.take(bytes.into()).read_to_end(&mut records)?;
    text.rewind()?;
    Ok(PictureList {
        files: u16::from_le_bytes([end[10], end[11]]).into(),
        start,
        records,
    })
}

/// A reader of one picture after the other, each after its record.
struct Pictures {
    db: Arc<Db>,
    waiting: vec::IntoIter<(Vec<u8>, Blob)>,
    current: Option<Chain<Cursor<Vec<u8>>, BlobReader>>,
}

impl Read for Pictures {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(current) = &mut self.current {
                let read = current.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
            }
            let Some((local, blob)) = self.waiting.next() else {
                return Ok(0);
            };
            let whole = BlobReader::new(self.db.clone(), &blob, 0..blob.bytes);
            self.current = Some(Cursor::new(local).chain(whole));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

    use super::*;
    use crate::{
        config,
        model::{
            AltText, MediaType, NewImage, NewRendition, NewUser, PasswordRules, Rendition,
            Timestamp,
        },
        store::{images, users},
    };

    const NOW: Timestamp = Timestamp(1_000_000);
    const BYTES: &[u8] = b"a picture";

    /// A site with one picture, and an archive with one file.
    fn begun(directory: &std::path::Path) -> (Arc<Db>, Blob, File) {
        let config = config::Database {
            path: directory.join("db"),
            synchronous: config::Synchronous::Normal,
            upgrade_backups: None,
        };
        let db = Db::open(&config, 1_000, NOW, Box::new(|_| ())).expect("a new database");
        let blob = db.write(NOW, |tx| {
            let field = |name: &str| match name {
                "username" => "alice",
                "password" => "correct horse",
                _ => "",
            };
            let alice = users::register(tx, &NewUser::parse(field, &PasswordRules::LEAST)?, "")?;
            let full = Rendition::Full;
            let new = NewImage {
                width: 1,
                height: 1,
                is_moving: false,
                renditions: vec![NewRendition::new(
                    full,
                    1,
                    1,
                    MediaType::WebP,
                    BYTES.to_vec(),
                )],
            };
            let id = images::create(tx, alice, &new, &AltText::default(), u64::MAX)?;
            Ok(images::find(tx, alice, id, full)?.blob)
        });
        let file = tempfile::tempfile_in(directory).expect("a file");
        let mut zip = ZipWriter::new(file);
        zip.start_file("words", SimpleFileOptions::default())
            .expect("a file in it");
        zip.write_all(b"hello").expect("a disk");
        let text = zip.finish().expect("a disk");
        (Arc::new(db), blob.expect("alice has one"), text)
    }

    #[test]
    fn more_files_than_short_numbers_count_are_all_there() {
        const FILES: usize = 66_000;
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (db, blob, text) = begun(directory.path());
        let pictures = (0..FILES).map(|n| ArchivedPicture {
            name: format!("pictures/{n}.webp"),
            blob: blob.clone(),
        });
        let (mut reader, bytes) = append(db, text, pictures.collect()).expect("it fits");
        let mut all = Vec::new();
        reader.read_to_end(&mut all).expect("it is there");
        assert_eq!(all.len() as u64, bytes);
        let mut archive = ZipArchive::new(Cursor::new(all)).expect("an archive");
        assert_eq!(archive.len(), FILES + 1);
        for (place, name, expected) in [
            (0, "words".to_owned(), &b"hello"[..]),
            (FILES, format!("pictures/{}.webp", FILES - 1), BYTES),
        ] {
            let mut file = archive.by_index(place).expect("a file");
            assert_eq!(file.name().expect("UTF-8"), name);
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("its checksum fits");
            assert_eq!(bytes, expected);
        }
    }

    /// The long ones in it are holes in a file.
    #[test]
    fn what_stands_behind_four_gigabytes_is_found() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (_, blob, mut text) = begun(directory.path());
        let mut long = blob.clone();
        long.bytes = 3 << 30;
        let list = list_of(&mut text).expect("it is an archive");
        text.seek(SeekFrom::Start(list.start)).expect("a file");
        let pictures = [("one", &long), ("two", &long), ("three", &blob)];
        let pictures = pictures.map(|(name, blob)| ArchivedPicture {
            name: name.to_owned(),
            blob: blob.clone(),
        });
        let plan = list.with(pictures.into()).expect("it fits");
        for (local, blob) in &plan.waiting {
            text.write_all(local).expect("a disk");
            if blob.bytes == long.bytes {
                text.seek(SeekFrom::Current(3 << 30)).expect("a file");
            } else {
                text.write_all(BYTES).expect("a disk");
            }
        }
        text.write_all(&plan.end).expect("a disk");
        assert_eq!(text.stream_position().expect("a file"), plan.bytes);
        let mut archive = ZipArchive::new(text).expect("an archive");
        assert_eq!(archive.len(), 4);
        assert_eq!(archive.by_name("two").expect("it is there").size(), 3 << 30);
        let mut found = Vec::new();
        let mut three = archive.by_name("three").expect("it is there");
        three.read_to_end(&mut found).expect("its checksum fits");
        assert_eq!(found, BYTES);
    }
}
