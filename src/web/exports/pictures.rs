//! The end of the ZIP file: pictures as they are, which are read only when they are sent, and the list of everything.
//!
//! That all of their lengths and checksums are known beforehand is why this is written here: an answer begins at once, and
//! needs neither memory nor disk for what is in the database anyway. (PKWARE's APPNOTE 6.3.10, §4.3.)

use std::{
    fs::File,
    io::{self, Chain, Cursor, Read, Seek, SeekFrom},
    sync::Arc,
    vec,
};

use crate::{
    error::{Error, Result},
    model::Problems,
    store::{
        Db,
        images::{Blob, BlobReader},
    },
};

/// A file of this name with these bytes.
pub(super) type Entry = (String, Blob);

/// The record at the end, which says where the list of files is; without a comment.
const END_BYTES: usize = 22;

const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
const LISTED_SIGNATURE: u32 = 0x0201_4b50;
const END_SIGNATURE: u32 = 0x0605_4b50;

/// Of the format that is needed to read it: 1.0, as nothing is compressed.
const VERSION: u16 = 10;
/// Written on Unix, so that the mode stands in the list.
const MADE_BY: u16 = 3 << 8 | VERSION;
const MODE: u32 = 0o100_644;
/// 1 January 1980, the beginning of time there; the other files say the same.
const DATE: u16 = 1 << 5 | 1;

/// The archive `text` with these files in it, and how long that is.
///
/// # Errors
/// `Invalid` if it would be longer than such a file can say: 4 GiB or 65,535 files.
pub(super) fn append(
    db: Arc<Db>,
    mut text: File,
    entries: Vec<Entry>,
) -> Result<(impl Read + Send, u64)> {
    let (count, start, mut listed) = list_of(&mut text).map_err(Error::internal)?;
    let count = u16::try_from(entries.len())
        .ok()
        .and_then(|more| count.checked_add(more))
        .ok_or_else(too_large)?;
    let mut end = start;
    let mut waiting = Vec::with_capacity(entries.len());
    for (name, blob) in entries {
        let facts = facts(&name, &blob)?;
        let local = [&LOCAL_SIGNATURE.to_le_bytes()[..], &facts, name.as_bytes()];
        listed.extend(LISTED_SIGNATURE.to_le_bytes());
        listed.extend(MADE_BY.to_le_bytes());
        listed.extend(&facts);
        // No comment, the first disk, bytes and not text.
        listed.extend([0; 6]);
        listed.extend((MODE << 16).to_le_bytes());
        listed.extend(short(end)?.to_le_bytes());
        listed.extend(name.as_bytes());
        let local = local.concat();
        end += local.len() as u64 + blob.bytes;
        waiting.push((local, blob));
    }
    let listed_bytes = short(listed.len() as u64)?;
    listed.extend(END_SIGNATURE.to_le_bytes());
    listed.extend([0; 4]);
    listed.extend(count.to_le_bytes());
    listed.extend(count.to_le_bytes());
    listed.extend(listed_bytes.to_le_bytes());
    listed.extend(short(end)?.to_le_bytes());
    listed.extend([0; 2]);
    let bytes = end + listed.len() as u64;
    let pictures = Pictures {
        db,
        waiting: waiting.into_iter(),
        current: None,
    };
    let reader = text.take(start).chain(pictures).chain(Cursor::new(listed));
    Ok((reader, bytes))
}

/// What is said of a file twice, before it and in the list.
fn facts(name: &str, blob: &Blob) -> Result<Vec<u8>> {
    let bytes = short(blob.bytes)?.to_le_bytes();
    let name_bytes = u16::try_from(name.len()).map_err(Error::internal)?;
    Ok([
        &VERSION.to_le_bytes()[..],
        // No flags, not compressed, at midnight.
        &[0; 6],
        &DATE.to_le_bytes(),
        &blob.crc.to_le_bytes(),
        &bytes,
        &bytes,
        &name_bytes.to_le_bytes(),
        &[0; 2],
    ]
    .concat())
}

fn short(length: u64) -> Result<u32> {
    u32::try_from(length).map_err(|_| too_large())
}

pub(super) fn too_large() -> Error {
    let message = "This is more than fits into one download. Ask the one who runs this site: all of it is in the \
        database.";
    Error::invalid(Problems::FORM, message)
}

/// How many files are in an archive, where its list begins, and the list. Then it stands at its beginning.
fn list_of(text: &mut File) -> io::Result<(u16, u64, Vec<u8>)> {
    let mut end = [0; END_BYTES];
    text.seek(SeekFrom::End(-22))?;
    text.read_exact(&mut end)?;
    let four = |at: usize| u32::from_le_bytes([end[at], end[at + 1], end[at + 2], end[at + 3]]);
    if four(0) != END_SIGNATURE {
        return Err(io::Error::other("the archive ends otherwise"));
    }
    let (listed_bytes, start) = (four(12), u64::from(four(16)));
    let mut listed = Vec::new();
    text.seek(SeekFrom::Start(start))?;
    text.take(listed_bytes.into()).read_to_end(&mut listed)?;
    text.rewind()?;
    Ok((u16::from_le_bytes([end[10], end[11]]), start, listed))
}

/// One after the other, each behind what is said of it.
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
