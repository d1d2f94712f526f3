//! The chunks of a PNG file that the decoder shows too late or not at all: the frames of an animation and the
//! orientation. They are collected before anything is decoded.

use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};

use crate::pictures::{animation::Length, pixels::Orientation};

/// The signature before the first chunk, in bytes.
const SIGNATURE_BYTES: u64 = 8;

/// The check sum behind the data of a chunk, in bytes.
const CHECK_SUM_BYTES: i64 = 4;

/// The most bytes of an `eXIf` chunk that are read. The orientation is near its start.
const EXIF_BYTES_MAX: u32 = 64 << 10;

/// Parts of a file, as far as it was scanned.
#[derive(Default)]
pub(super) struct Chunks {
    /// The length of the animation. A still picture has no frames.
    pub(super) length: Length,
    /// The orientation, wherever in the file it stands.
    pub(super) orientation: Orientation,
}

/// Reads all chunks up to the end of the picture. What is missing at the end of the file is not reported here.
pub(super) fn scan(file: &mut (impl BufRead + Seek)) -> io::Result<Chunks> {
    let mut chunks = Chunks::default();
    match chunks.read(file) {
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error),
        Ok(()) | Err(_) => {}
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(chunks)
}

impl Chunks {
    fn read(&mut self, file: &mut (impl BufRead + Seek)) -> io::Result<()> {
        let mut announced = 0;
        file.seek(SeekFrom::Start(SIGNATURE_BYTES))?;
        loop {
            let mut head = [0; 8];
            file.read_exact(&mut head)?;
            let [a, b, c, d, kind @ ..] = head;
            let bytes = u32::from_be_bytes([a, b, c, d]);
            let mut data = Vec::new();
            let wanted = match &kind {
                b"acTL" | b"fcTL" => 26,
                b"eXIf" => EXIF_BYTES_MAX,
                b"IEND" => return Ok(()),
                _ => 0,
            };
            let read = bytes.min(wanted);
            file.take(read.into()).read_to_end(&mut data)?;
            match (&kind, data.as_slice()) {
                (b"acTL", [f0, f1, f2, f3, p0, p1, p2, p3]) if announced == 0 => {
                    announced = u32::from_be_bytes([*f0, *f1, *f2, *f3]);
                    self.length = Length::looping(u32::from_be_bytes([*p0, *p1, *p2, *p3]));
                }
                (b"fcTL", data) if self.length.frames < announced => {
                    let Some((pixels, wait)) = frame(data) else {
                        return Ok(());
                    };
                    self.length.add(pixels, wait);
                    if self.length.is_too_long() {
                        return Ok(());
                    }
                }
                (b"eXIf", exif) => self.orientation = Orientation::of(exif),
                _ => {}
            }
            file.seek_relative(i64::from(bytes - read) + CHECK_SUM_BYTES)?;
        }
    }
}

/// Returns the pixels of a frame and its delay in milliseconds (PNG third edition, §11.3.6.2).
fn frame(data: &[u8]) -> Option<(u64, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?));
    let short = |at: usize| Some(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?));
    let pixels = u64::from(number(4)?).saturating_mul(number(8)?.into());
    Some((pixels, wait(short(20)?, short(22)?)))
}

/// Converts a delay from a fraction of a second to milliseconds. A denominator of 0 stands for 100.
pub(super) fn wait(numerator: u16, denominator: u16) -> u32 {
    let denominator = if denominator == 0 { 100 } else { denominator };
    u32::from(numerator) * 1_000 / u32::from(denominator)
}
