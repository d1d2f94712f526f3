//! Compression of answers (gzip, RFC 1952). Compressors are used again. Each has tables of 320 KB, and the C library would
//! give memory of this size back to the system after an answer, and get it again for the next. The one that was used last
//! is taken first, as its tables are still in the processor's cache.

use std::sync::Mutex;

use flate2::{Compress, CompressError, Compression, Crc, FlushCompress, Status};

use crate::sync::lock;

/// The number of compressors that are kept. More answers at the same time use new ones.
const IDLE_MAX: usize = 4;

/// The start of every answer: deflate without a name, a time or a system (§2.3).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff];

/// The level of zlib-rs: see `docs/measurements.md`.
const LEVEL: Compression = Compression::new(2);

static IDLE: Mutex<Vec<Compress>> = Mutex::new(Vec::new());

/// Compresses a text.
///
/// # Errors
/// If the compressor is broken: there is no wrong text.
pub(super) fn gzip(text: &[u8]) -> Result<Vec<u8>, CompressError> {
    let kept = lock(&IDLE).pop();
    let mut compressor = kept.unwrap_or_else(|| Compress::new(LEVEL, false));
    let mut zipped = Vec::with_capacity(text.len() / 4 + HEADER.len());
    zipped.extend_from_slice(&HEADER);
    loop {
        let read = usize::try_from(compressor.total_in()).unwrap_or(usize::MAX);
        let rest = text.get(read..).unwrap_or_default();
        match compressor.compress_vec(rest, &mut zipped, FlushCompress::Finish)? {
            Status::StreamEnd => break,
            // The room is used up.
            Status::Ok | Status::BufError => zipped.reserve(zipped.capacity()),
        }
    }
    let mut crc = Crc::new();
    crc.update(text);
    zipped.extend_from_slice(&crc.sum().to_le_bytes());
    zipped.extend_from_slice(&crc.amount().to_le_bytes());

    compressor.reset();
    let mut idle = lock(&IDLE);
    if idle.len() < IDLE_MAX {
        idle.push(compressor);
    }
    Ok(zipped)
}

#[cfg(test)]
mod tests {
    use std::{io::Read, thread};

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn every_text_comes_back_whichever_compressor_it_gets() {
        let noise: Vec<u8> = (0..100_000).map(|_| rand::random()).collect();
        thread::scope(|scope| {
            for _ in 0..IDLE_MAX * 2 {
                scope.spawn(|| {
                    for length in [0, 1, 17, 4_096, 70_000, noise.len()] {
                        for text in [noise[..length].to_vec(), b"ab ".repeat(length / 3)] {
                            let mut unpacked = Vec::new();
                            let zipped = gzip(&text).expect("every text is right");
                            let read = GzDecoder::new(zipped.as_slice()).read_to_end(&mut unpacked);
                            assert_eq!(read.expect("it is gzip"), text.len());
                            assert!(unpacked == text);
                        }
                    }
                });
            }
        });
        assert!((1..=IDLE_MAX).contains(&lock(&IDLE).len()));
    }
}
