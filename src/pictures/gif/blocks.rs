//! Mends the blocks of a GIF file that browsers show and the decoder refuses: some programs write zero bytes between blocks,
//! or no trailer. A file that is cut off within a block stays as it is.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

const HEADER_BYTES: u64 = 13;
const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
/// Width, height, position and flags of an image (GIF 89a §20).
const IMAGE_BYTES: u64 = 9;

/// Returns a mended copy of the file, or `None` if its blocks need none.
pub(super) fn mended(file: &mut (impl BufRead + Seek)) -> io::Result<Option<Vec<u8>>> {
    file.seek(SeekFrom::Start(0))?;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    // The positions of zero bytes, and where the blocks end.
    let (mut strays, mut end) = (Vec::new(), None);
    let mut walk = Walk {
        file: &mut *file,
        at: 0,
        length,
    };
    walk.skip(HEADER_BYTES - 3)?;
    let flags = walk.byte()?;
    walk.skip(2 + table_bytes(flags))?;
    while walk.at < length {
        let at = walk.at;
        match walk.byte()? {
            0 => strays.push(at),
            EXTENSION => {
                walk.skip(1)?;
                walk.skip_data()?;
            }
            IMAGE => {
                walk.skip(IMAGE_BYTES - 1)?;
                let flags = walk.byte()?;
                walk.skip(table_bytes(flags) + 1)?;
                walk.skip_data()?;
            }
            TRAILER => {
                end = Some(at);
                break;
            }
            // The decoder says what is wrong.
            _ => return Ok(None),
        }
    }
    let is_whole = walk.at <= length;
    if !is_whole || (strays.is_empty() && end.is_some()) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(end.unwrap_or(length)).read_to_end(&mut bytes)?;
    let mut at = 0;
    bytes.retain(|_| {
        at += 1;
        strays.binary_search(&(at - 1)).is_err()
    });
    bytes.push(TRAILER);
    Ok(Some(bytes))
}

/// Returns the bytes of the colour table that the flags announce.
fn table_bytes(flags: u8) -> u64 {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << (u64::from(flags & 7) + 1)
    }
}

/// A walk over the blocks, without their content. Behind the end of the file there are zeros.
struct Walk<'f, R> {
    file: &'f mut R,
    at: u64,
    length: u64,
}

impl<R: BufRead + Seek> Walk<'_, R> {
    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        if self.at < self.length {
            self.file.read_exact(&mut byte)?;
        }
        self.at += 1;
        Ok(byte[0])
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        // A file has fewer bytes than fit into a signed number.
        self.file
            .seek_relative(i64::try_from(bytes).unwrap_or(i64::MAX))?;
        self.at += bytes;
        Ok(())
    }

    /// Skips data blocks up to the empty one (GIF 89a §15).
    fn skip_data(&mut self) -> io::Result<()> {
        loop {
            match self.byte()? {
                0 => return Ok(()),
                bytes => self.skip(bytes.into())?,
            }
        }
    }
}
