//! Blobs: runs of bytes, each stored once. A blob is written as a whole, and read and deleted in pieces.

use std::{
    io::{self, Read},
    ops::Range,
    sync::Arc,
};

use rusqlite::{Connection, OptionalExtension, Row};

use crate::{
    error::{Error, Result},
    model::{BlobHash, BlobId, MediaType, NewRendition},
    store::{Db, Tx},
};

/// The number of bytes in one row of `chunks`. Measured (`cargo bench --bench images`): writing, reading and deleting
/// cost as little as with any other size, and half of what one row of ten megabytes costs. A reader needs no more
/// memory than this.
const CHUNK_BYTES: usize = 64 * 1024;

/// The number of chunks that are deleted at once: 1 MiB, a few milliseconds of overwriting, so that other writers need
/// not wait long.
const PIECE_CHUNKS: i64 = 16;

/// The number of free pages that are given back to the disk at once. It is small so that other writers need not wait
/// long.
const PIECE_PAGES: i64 = 256;

/// The number of free pages that stay in the file. The next writes use them, and moving pages about costs more than a
/// megabyte of disk is worth.
const FREE_PAGES_KEPT: i64 = 1_024;

/// The description of a stored run of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    id: BlobId,
    pub hash: BlobHash,
    pub crc: u32,
    pub media_type: MediaType,
    pub bytes: u64,
}

/// Stores the bytes of a rendition, unless they are stored already. Returns their blob.
pub(super) fn keep(tx: &Tx<'_>, new: &NewRendition) -> Result<BlobId> {
    let known = tx
        .prepare_cached("select id from blobs where hash = ?")?
        .query_row([new.hash()], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    tx.prepare_cached("insert into blobs (hash, crc, media_type, bytes) values (?, ?, ?, ?)")?
        .execute((
            new.hash(),
            new.crc(),
            new.media_type.as_str(),
            i64::try_from(new.bytes.len()).unwrap_or(i64::MAX),
        ))?;
    let blob = BlobId(tx.last_insert_rowid());
    let mut insert =
        tx.prepare_cached("insert into chunks (blob_id, place, bytes) values (?, ?, ?)")?;
    for (chunk, place) in new.bytes.chunks(CHUNK_BYTES).zip(0_i64..) {
        insert.execute((blob, place, chunk))?;
    }
    Ok(blob)
}

/// Deletes a blob that nothing uses any more, if it has at most `PIECE_CHUNKS` chunks.
pub(super) fn delete_small(tx: &Tx<'_>, blob: BlobId) -> Result<()> {
    let is_small: bool = tx
        .prepare_cached(
            "select hash is null and (select count(*) from chunks where blob_id = ?1) <= ?2
             from blobs where id = ?1",
        )?
        .query_row((blob, PIECE_CHUNKS), |row| row.get(0))?;
    if is_small {
        delete_chunks(tx, blob)?;
    }
    Ok(())
}

/// Checks whether there are blobs that nothing uses any more.
pub fn has_loose(conn: &Connection) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from blobs indexed by blobs_unused where hash is null)",
    )?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Deletes about `PIECE_CHUNKS` chunks of the blobs that nothing uses any more.
pub fn clear_loose(tx: &mut Tx<'_>) -> Result<()> {
    let mut deleted = 0;
    while deleted < PIECE_CHUNKS {
        let loose = tx
            .prepare_cached(
                "select id from blobs indexed by blobs_unused where hash is null limit 1",
            )?
            .query_row([], |row| row.get(0))
            .optional()?;
        let Some(blob) = loose else { break };
        // The blob's own row counts as well: a million small blobs are also a lot of work.
        deleted += 1 + delete_chunks(tx, blob)?;
    }
    Ok(())
}

/// Deletes up to `PIECE_CHUNKS` chunks from the end, and the blob itself with its last chunk. Returns the number of
/// chunks deleted.
fn delete_chunks(tx: &Tx<'_>, blob: BlobId) -> Result<i64> {
    let deleted = tx
        .prepare_cached(
            "delete from chunks where id in (
                 select id from chunks where blob_id = ? order by place desc limit ?)",
        )?
        .execute((blob, PIECE_CHUNKS))?;
    tx.prepare_cached(
        "delete from blobs where id = ?1 and not exists (select 1 from chunks where blob_id = ?1)",
    )?
    .execute([blob])?;
    Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
}

/// Checks whether the file has more free pages than it keeps.
pub fn has_room(conn: &Connection) -> Result<bool> {
    Ok(free_pages(conn)? > FREE_PAGES_KEPT)
}

/// Gives some free pages at the end of the file back to the disk: pages in use move to free places nearer to its
/// beginning. Returns the number of pages, which is 0 if this file cannot shrink. The file itself is cut when its
/// write-ahead log is moved into it.
pub fn shrink(tx: &mut Tx<'_>) -> Result<i64> {
    let before = free_pages(tx)?;
    let pages = (before - FREE_PAGES_KEPT).clamp(0, PIECE_PAGES);
    if pages == 0 {
        return Ok(0);
    }
    // Each step of the statement gives one page back.
    let mut vacuum = tx.prepare(&format!("pragma incremental_vacuum({pages})"))?;
    let mut rows = vacuum.query([])?;
    while rows.next()?.is_some() {}
    drop(rows);
    Ok(before - free_pages(tx)?)
}

fn free_pages(conn: &Connection) -> Result<i64> {
    Ok(conn
        .prepare_cached("pragma freelist_count")?
        .query_row([], |row| row.get(0))?)
}

/// Reads a short part of a blob into memory.
///
/// # Errors
/// `NotFound` if the blob was deleted after it was found.
pub fn read(conn: &Connection, blob: &Blob, part: Range<u64>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut left = part.start..part.end.min(blob.bytes);
    while !left.is_empty() {
        let chunk = piece(conn, blob.id, &left)?;
        left.start += chunk.len() as u64;
        bytes.extend(chunk);
    }
    Ok(bytes)
}

/// Reads the first bytes of a part of a blob, as far as one chunk contains them.
fn piece(conn: &Connection, blob: BlobId, part: &Range<u64>) -> Result<Vec<u8>> {
    let size = CHUNK_BYTES as u64;
    let (place, skipped) = (part.start / size, part.start % size);
    let length = (part.end - part.start).min(size - skipped);
    let mut query = conn.prepare_cached(
        "select substr(bytes, ?3 + 1, ?4) from chunks where blob_id = ?1 and place = ?2",
    )?;
    let parameters = (
        blob,
        place.cast_signed(),
        skipped.cast_signed(),
        length.cast_signed(),
    );
    let bytes: Vec<u8> = query.query_row(parameters, |row| row.get(0))?;
    if bytes.len() as u64 == length {
        Ok(bytes)
    } else {
        Err(Error::internal("a blob is shorter than it says"))
    }
}

/// A reader of a part of a blob. It reads one chunk at a time, each in a read transaction of its own, so that a slow
/// client does not keep an old snapshot of the database alive. If the blob is deleted meanwhile, reading ends with an
/// error, never with too few bytes.
pub struct BlobReader {
    db: Arc<Db>,
    blob: BlobId,
    /// The range that is still to be read from the database.
    left: Range<u64>,
    /// The last chunk that was read, and the number of its bytes that have been taken.
    chunk: Vec<u8>,
    taken: usize,
}

impl BlobReader {
    /// Creates a reader of `part`, a range inside the blob.
    pub fn new(db: Arc<Db>, blob: &Blob, part: Range<u64>) -> BlobReader {
        BlobReader {
            db,
            blob: blob.id,
            left: part.start..part.end.min(blob.bytes),
            chunk: Vec::new(),
            taken: 0,
        }
    }

    fn read_chunk(&mut self) -> io::Result<()> {
        let chunk = self.db.read(|conn| piece(conn, self.blob, &self.left));
        let chunk = chunk.map_err(|error| match error {
            Error::NotFound => io::Error::other("the picture was deleted"),
            error => io::Error::other(error),
        })?;
        self.left.start += chunk.len() as u64;
        (self.chunk, self.taken) = (chunk, 0);
        Ok(())
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.chunk.len() && !self.left.is_empty() {
            self.read_chunk()?;
        }
        let read = (&self.chunk[self.taken..]).read(buffer)?;
        self.taken += read;
        Ok(read)
    }
}

/// Reads a blob from the columns `id, hash, crc, media_type, bytes` of `blobs`, which come first in the row.
pub(in crate::store) fn from_row(row: &Row<'_>) -> rusqlite::Result<Blob> {
    Ok(Blob {
        id: row.get(0)?,
        hash: row.get(1)?,
        crc: row.get(2)?,
        media_type: row.get(3)?,
        bytes: row.get::<_, i64>(4)?.unsigned_abs(),
    })
}
