//! Repositories of Bluesky: a CAR file (<https://ipld.io/specs/transport/car/carv1/>) of blocks that name each other by their
//! hashes. A commit names the root of a tree, whose leaves are the records by their keys
//! (<https://atproto.com/specs/repository>).

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{BufReader, Read, Seek},
    os::unix::fs::FileExt,
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{ImportError, cbor::CborValue, zip_file::SharedFile};

/// The most blocks, each of which takes a hundred bytes of memory, and the most bytes of one.
const BLOCKS_MAX: usize = 1_000_000;
const BLOCK_BYTES_MAX: u64 = 1 << 20;

/// The most levels of the tree. It has one for each factor of sixteen in the number of records.
const LEVELS_MAX: usize = 64;

/// The beginning of a CID of version 1 with a hash of SHA-256, behind its codec, and the length of the whole.
const CID_BYTES: usize = 36;
const CID_VERSION: u8 = 1;
const SHA_256: [u8; 2] = [0x12, 0x20];

/// The letters of the names of CIDs: base 32 of RFC 4648, without padding.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A repository.
pub(super) struct CarFile {
    file: Arc<File>,
    /// The place and the length of each block, by its CID.
    blocks: HashMap<Box<[u8]>, (u64, u64)>,
    root: Vec<u8>,
}

/// The receiver of each record, with its key.
type TakeLeaf<'t> = &'t mut dyn FnMut(&str, Option<CborValue>) -> Result<(), ImportError>;

/// A place in the tree at which reading goes on.
enum TreeStep {
    Node(Vec<u8>),
    Record(String, Vec<u8>),
}

impl CarFile {
    /// Returns whether bytes begin like a CAR file: with the length of a map whose first member is `roots`.
    pub(super) fn is_begun(begin: &[u8]) -> bool {
        begin.len() > 9 && begin[2..].starts_with(b"\x65roots")
    }

    /// Reads the list of blocks.
    ///
    /// # Errors
    /// A sentence if it is no CAR file, or has too many blocks.
    pub(super) fn open(file: Arc<File>) -> Result<CarFile, ImportError> {
        let shared = SharedFile::new(file.clone(), 0);
        let mut reader = BufReader::with_capacity(1 << 16, shared);
        let head = varint(&mut reader)?.ok_or_else(damaged)?;
        let head = CborValue::read(&exactly(&mut reader, head)?).ok_or_else(damaged)?;
        let root = head.get("roots").items().first();
        let root = root.and_then(CborValue::link).ok_or_else(damaged)?.to_vec();
        let mut blocks = HashMap::new();
        while let Some(length) = varint(&mut reader)? {
            let at = reader.stream_position().map_err(|_| damaged())?;
            let cid = exactly(&mut reader, CID_BYTES as u64)?;
            let is_known = cid[0] == CID_VERSION && cid[2..4] == SHA_256;
            let bytes = length.checked_sub(CID_BYTES as u64);
            let bytes = bytes.filter(|bytes| is_known && *bytes <= BLOCK_BYTES_MAX);
            let bytes = bytes.ok_or_else(damaged)?;
            let to_next = i64::try_from(bytes).map_err(|_| damaged())?;
            reader.seek_relative(to_next).map_err(|_| damaged())?;
            blocks.insert(cid.into_boxed_slice(), (at + CID_BYTES as u64, bytes));
            if blocks.len() > BLOCKS_MAX {
                let why = "the repository has more blocks than any real one";
                return Err(ImportError::Archive(why.into()));
            }
        }
        Ok(CarFile { file, blocks, root })
    }

    /// Returns the commit, which names the owner and the tree.
    ///
    /// # Errors
    /// A sentence if it is damaged.
    pub(super) fn commit(&self) -> Result<CborValue, ImportError> {
        self.block(&self.root)?.ok_or_else(damaged)
    }

    /// Hands on each record with its key, in the order of the keys. A record that is not in the file has no value.
    ///
    /// # Errors
    /// A sentence if the tree is damaged, and those of `take`.
    pub(super) fn each_record(
        &self,
        commit: &CborValue,
        take: TakeLeaf<'_>,
    ) -> Result<(), ImportError> {
        let root = commit.get("data").link().ok_or_else(damaged)?;
        // A tree has each node once. One that does not would have no end.
        let mut seen = HashSet::new();
        let mut levels = vec![vec![TreeStep::Node(root.to_vec())]];
        while let Some(level) = levels.last_mut() {
            match level.pop() {
                None => {
                    levels.pop();
                }
                Some(TreeStep::Record(key, cid)) => take(&key, self.block(&cid)?)?,
                Some(TreeStep::Node(cid)) => {
                    let node = self.block(&cid)?.ok_or_else(damaged)?;
                    if !seen.insert(cid) || levels.len() > LEVELS_MAX {
                        return Err(damaged());
                    }
                    levels.push(steps(&node)?);
                }
            }
        }
        Ok(())
    }

    /// Reads a block. Returns none if it is not in the file.
    fn block(&self, cid: &[u8]) -> Result<Option<CborValue>, ImportError> {
        let Some((at, length)) = self.blocks.get(cid) else {
            return Ok(None);
        };
        let mut bytes = vec![0; usize::try_from(*length).map_err(|_| damaged())?];
        self.file
            .read_exact_at(&mut bytes, *at)
            .map_err(|_| damaged())?;
        if Sha256::digest(&bytes)[..] != cid[4..] {
            return Err(damaged());
        }
        CborValue::read(&bytes).map(Some).ok_or_else(damaged)
    }
}

/// Returns the steps of a node in the reverse order. A key is given by how much of the key before it has, and by the rest.
fn steps(node: &CborValue) -> Result<Vec<TreeStep>, ImportError> {
    let left = node.get("l").link();
    let mut steps: Vec<_> = left
        .map(|cid| TreeStep::Node(cid.to_vec()))
        .into_iter()
        .collect();
    let mut key = Vec::new();
    for entry in node.get("e").items() {
        let shared = entry.get("p").count().filter(|shared| *shared <= key.len());
        key.truncate(shared.ok_or_else(damaged)?);
        key.extend_from_slice(entry.get("k").bytes().ok_or_else(damaged)?);
        let cid = entry.get("v").link().ok_or_else(damaged)?;
        let name = String::from_utf8(key.clone()).map_err(|_| damaged())?;
        steps.push(TreeStep::Record(name, cid.to_vec()));
        let right = entry.get("t").link();
        steps.extend(right.map(|cid| TreeStep::Node(cid.to_vec())));
    }
    steps.reverse();
    Ok(steps)
}

/// Returns the name of a CID, as files are called by it.
pub(super) fn cid_name(cid: &[u8]) -> String {
    let mut name = String::from("b");
    for chunk in cid.chunks(5) {
        let mut bytes = [0; 8];
        bytes[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(bytes);
        let letters = (chunk.len() * 8).div_ceil(5);
        for n in 0..letters {
            let letter = (bits >> (35 - 5 * n)) & 31;
            name.push(char::from(
                LETTERS[usize::try_from(letter).unwrap_or_default()],
            ));
        }
    }
    name
}

/// Reads a number of seven bits in each byte, the lowest first. Returns none at the end.
fn varint(reader: &mut impl Read) -> Result<Option<u64>, ImportError> {
    let mut number = 0;
    for n in 0..9 {
        let mut byte = [0];
        match reader.read(&mut byte) {
            Ok(0) if n == 0 => return Ok(None),
            Ok(1) => {}
            _ => break,
        }
        number |= u64::from(byte[0] & 0x7f) << (7 * n);
        if byte[0] & 0x80 == 0 {
            return Ok(Some(number));
        }
    }
    Err(damaged())
}

fn exactly(reader: &mut impl Read, bytes: u64) -> Result<Vec<u8>, ImportError> {
    if bytes > BLOCK_BYTES_MAX {
        return Err(damaged());
    }
    let mut read = Vec::new();
    let taken = reader.by_ref().take(bytes).read_to_end(&mut read);
    if taken.is_err() || read.len() as u64 != bytes {
        return Err(damaged());
    }
    Ok(read)
}

fn damaged() -> ImportError {
    ImportError::Archive("the CAR file is damaged, or cut off".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cid_has_the_name_that_its_file_has() {
        // The CID of an empty file.
        let mut cid = vec![1, 0x55, 0x12, 0x20];
        cid.extend(Sha256::digest(b""));
        let name = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
        assert_eq!(cid_name(&cid), name);
    }
}
