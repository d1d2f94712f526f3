//! Repositories of Bluesky: a CAR file (<https://ipld.io/specs/transport/car/carv1/>) of blocks that name each other by their
//! hashes. A commit names the root of a tree, whose leaves are the records by their keys
//! (<https://atproto.com/specs/repository>).

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    fs::File,
    io::{BufReader, Read, Seek},
    os::unix::fs::FileExt,
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{ImportError, archive::StopFlag, cbor::CborValue, zip_file::SharedFile};

/// The most blocks, each of which takes a hundred bytes of memory, and the most bytes of one.
const BLOCKS_MAX: usize = 1_000_000;
const BLOCK_BYTES_MAX: u64 = 1 << 20;

/// The most levels of the tree. It has one for each factor of four in the number of records.
const LEVELS_MAX: usize = 32;

/// The most bytes of the key of a record, and of all keys of a node. A key is written in short, by what it has of the key
/// before it, so a small node could take gigabytes.
const KEY_BYTES_MAX: usize = 1_024;
const NODE_KEY_BYTES_MAX: usize = 4 << 20;

/// The most bytes of blocks that are read, for each byte of the file. A block may be named more than once.
const READ_RATIO_MAX: u64 = 4;

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
    /// The bytes of blocks that may still be read.
    left: Cell<u64>,
    stop: StopFlag,
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
    /// A sentence if it is no CAR file, or has too many blocks; `Stopped`.
    pub(super) fn open(file: Arc<File>, stop: &StopFlag) -> Result<CarFile, ImportError> {
        let file_bytes = file.metadata().map_err(|_| damaged())?.len();
        let shared = SharedFile::new(file.clone(), 0);
        let mut reader = BufReader::with_capacity(1 << 16, shared);
        let head = varint(&mut reader)?.ok_or_else(damaged)?;
        let head = CborValue::read(&exactly(&mut reader, head)?)?;
        let root = head.get("roots").items().first();
        let root = root.and_then(CborValue::link).ok_or_else(damaged)?.to_vec();
        let mut blocks = HashMap::new();
        while let Some(length) = varint(&mut reader)? {
            check_going(stop)?;
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
        Ok(CarFile {
            file,
            blocks,
            root,
            left: Cell::new(file_bytes.saturating_mul(READ_RATIO_MAX)),
            stop: stop.clone(),
        })
    }

    /// Returns the commit, which names the owner and the tree.
    ///
    /// # Errors
    /// A sentence if it is damaged.
    pub(super) fn commit(&self) -> Result<CborValue, ImportError> {
        self.block(&self.root)?.ok_or_else(damaged)
    }

    /// Hands on each record whose key is wanted, in the order of the keys. The others are not read. A record that is not in
    /// the file has no value.
    ///
    /// # Errors
    /// A sentence if the tree is damaged, or names its blocks too often; `Stopped`; and those of `take`.
    pub(super) fn each_record(
        &self,
        commit: &CborValue,
        is_wanted: impl Fn(&str) -> bool,
        take: TakeLeaf<'_>,
    ) -> Result<(), ImportError> {
        let root = commit.get("data").link().ok_or_else(damaged)?;
        // A tree has each node once. One that does not would have no end.
        let mut seen = HashSet::new();
        let mut levels = vec![vec![TreeStep::Node(root.to_vec())]];
        while let Some(level) = levels.last_mut() {
            check_going(&self.stop)?;
            match level.pop() {
                None => {
                    levels.pop();
                }
                Some(TreeStep::Record(key, cid)) => {
                    if is_wanted(&key) {
                        take(&key, self.block(&cid)?)?;
                    }
                }
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
        let left = self.left.get().checked_sub(*length).ok_or_else(|| {
            let why = "the repository names the same blocks too often";
            ImportError::Archive(why.into())
        })?;
        self.left.set(left);
        let mut bytes = vec![0; usize::try_from(*length).map_err(|_| damaged())?];
        self.file
            .read_exact_at(&mut bytes, *at)
            .map_err(|_| damaged())?;
        if Sha256::digest(&bytes)[..] != cid[4..] {
            return Err(damaged());
        }
        CborValue::read(&bytes).map(Some)
    }
}

/// Returns the steps of a node in the reverse order. A key is given by how much of the key before it has, and by the rest.
fn steps(node: &CborValue) -> Result<Vec<TreeStep>, ImportError> {
    let left = node.get("l").link();
    let mut steps: Vec<_> = left
        .map(|cid| TreeStep::Node(cid.to_vec()))
        .into_iter()
        .collect();
    let (mut key, mut key_bytes) = (Vec::new(), 0);
    for entry in node.get("e").items() {
        let shared = entry.get("p").count().filter(|shared| *shared <= key.len());
        key.truncate(shared.ok_or_else(damaged)?);
        let rest = entry.get("k").bytes().ok_or_else(damaged)?;
        let length = key.len() + rest.len();
        key_bytes += length;
        if length > KEY_BYTES_MAX || key_bytes > NODE_KEY_BYTES_MAX {
            let why = "the repository has longer keys than any real one";
            return Err(ImportError::Archive(why.into()));
        }
        key.extend_from_slice(rest);
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

fn check_going(stop: &StopFlag) -> Result<(), ImportError> {
    stop.check().map_err(|_| ImportError::Stopped)
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

    /// Returns a node of these keys, each given by how much of the key before it has and by the rest.
    fn node(keys: Vec<(i64, Vec<u8>)>) -> CborValue {
        let entry = |(shared, rest)| {
            CborValue::Map(
                [
                    ("p", CborValue::Number(shared)),
                    ("k", CborValue::Bytes(rest)),
                    ("v", CborValue::Link(vec![1])),
                ]
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
            )
        };
        let entries = CborValue::List(keys.into_iter().map(entry).collect());
        CborValue::Map([("e".to_owned(), entries)].into())
    }

    #[test]
    fn a_node_whose_keys_would_fill_the_memory_is_refused() {
        let begin = (0, vec![b'k'; 1_000]);
        let many = |count: usize| {
            let more = std::iter::repeat_n((1_000, vec![b'x']), count);
            node(std::iter::once(begin.clone()).chain(more).collect())
        };
        assert_eq!(steps(&many(4_000)).expect("it is taken").len(), 4_001);
        for hostile in [
            many(5_000),
            node(vec![(0, vec![b'k'; 1_025])]),
            node(vec![begin.clone(), (1_000, vec![b'x'; 25])]),
            node(vec![(0, vec![b'k'; 1 << 20])]),
        ] {
            let why = steps(&hostile).err().expect("it is refused").to_string();
            assert!(why.contains("longer keys than any real one"), "{why}");
        }
    }

    #[test]
    fn a_repository_is_not_read_on_once_it_is_stopped() {
        let stop = StopFlag::default();
        stop.set();
        let mut file = tempfile::tempfile().expect("a file");
        let mut bytes = b"\x13\xa1\x65roots\x81\xd8\x2a\x45\x00\x01\x71\x12\x20".to_vec();
        bytes[0] = u8::try_from(bytes.len() - 1).expect("a small one");
        bytes.extend([0x24, CID_VERSION, 0x71, 0x12, 0x20]);
        bytes.extend([0; 32]);
        std::io::Write::write_all(&mut file, &bytes).expect("it is written");
        let file = Arc::new(file);
        assert!(CarFile::open(file.clone(), &StopFlag::default()).is_ok());
        let stopped = CarFile::open(file, &stop);
        assert!(matches!(stopped, Err(ImportError::Stopped)));
    }
}
