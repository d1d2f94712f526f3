//! Compression of answers (gzip, RFC 1952). Each thread keeps its compressor, which has tables of 320 KB. The C library
//! would give memory of this size back to the system after an answer, and get it again for the next.

use std::cell::Cell;

use flate2::{Compress, CompressError, Compression, Crc, FlushCompress, Status};

/// The start of every answer: deflate without a name, a time or a system (§2.3).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff];

thread_local! {
    /// The compressor of this thread, between two answers.
    static KEPT: Cell<Option<Compress>> = const { Cell::new(None) };
}

/// Compresses a text at the fastest level.
///
/// # Errors
/// If the compressor is broken: there is no wrong text.
pub(super) fn gzip(text: &[u8]) -> Result<Vec<u8>, CompressError> {
    let kept = KEPT.take();
    let mut compressor = kept.unwrap_or_else(|| Compress::new(Compression::fast(), false));
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
    KEPT.set(Some(compressor));
    Ok(zipped)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn every_text_comes_back_from_a_compressor_that_is_used_again() {
        let noise: Vec<u8> = (0..100_000).map(|_| rand::random()).collect();
        for length in [0, 1, 17, 4_096, 70_000, noise.len(), 5] {
            for text in [noise[..length].to_vec(), b"ab ".repeat(length / 3)] {
                let zipped = gzip(&text).expect("every text is right");
                let mut unpacked = Vec::new();
                let read = GzDecoder::new(zipped.as_slice()).read_to_end(&mut unpacked);
                assert_eq!(read.expect("it is gzip"), text.len());
                assert!(unpacked == text);
            }
        }
    }
}
