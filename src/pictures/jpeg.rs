//! JPEG (ITU-T T.81). It is decoded at the smallest scale (1, ½, ¼ or ⅛ of each side) that is still as large as the
//! result, so that most of a large photograph never becomes pixels. `jpeg-decoder` only gets bug fixes now, but it is
//! the only decoder in safe Rust with such scales.

use std::io::{BufRead, Read, Seek, SeekFrom};

use jpeg_decoder::{Decoder, Error, PixelFormat};
use sha2::{Digest, Sha256};

use super::{
    JPEG_SIDE_MAX, PictureError, PictureRefusal, Task,
    colours::Colours,
    format::PictureFormat,
    measure_sides,
    pixels::{Orientation, PixelLayout, Pixels, Region},
    scale::Scaler,
};

/// The most scans of a progressive picture. Usual pictures have about ten, and each costs time for every block of the
/// picture, even if it is empty.
const SCANS_MAX: usize = 100;

/// The frame header (T.81 §B.2.2), and the number of scans after it.
struct FrameHeader {
    width: u32,
    height: u32,
    is_progressive: bool,
    /// The horizontal and vertical sampling factors of each component.
    sampling: Vec<(u32, u32)>,
    scans: usize,
    /// The coefficients of each component that have all their bits, one bit for each of the 64, by the component's name.
    complete: Vec<(u8, u64)>,
    /// False if the file has no end marker.
    has_end: bool,
}

/// The end marker (T.81 §B.1.1.3).
const END_MARKER: &[u8] = &[0xff, 0xd9];

/// Data that stands for what a picture without an end marker may lack. Its zero makes a last byte 0xff data, too.
const FILLERS: [[u8; 64]; 2] = [[0; 64], filler(0xaa)];

const fn filler(byte: u8) -> [u8; 64] {
    let mut filler = [byte; 64];
    filler[0] = 0;
    filler
}

/// Decodes a picture, scaled and upright.
pub(super) fn decode(mut file: impl BufRead + Seek, task: &Task) -> Result<Pixels, PictureError> {
    let header = read_header(&mut file)?;
    measure_sides(header.width, header.height, JPEG_SIDE_MAX)?;
    let (region, to) = task.target(header.width, header.height);
    let eighths = [1, 2, 4, 8]
        .into_iter()
        .find(|eighths| {
            scaled(region.width, *eighths) >= to.0 && scaled(region.height, *eighths) >= to.1
        })
        .unwrap_or(8);
    let size = (header.width, header.height);
    task.measure_pixels(size, header.scaled(eighths))?;
    task.afford(header.memory(eighths), size, PictureFormat::Jpeg)?;

    file.seek(SeekFrom::Start(0))?;
    let decoded = if header.has_end {
        decode_whole(file, &header, eighths)?
    } else {
        decode_without_end(&mut file, &header, eighths)?
    };
    let (width, height) = header.scaled(eighths);
    let region = if region == Region::whole(header.width, header.height) {
        Region::whole(width, height)
    } else {
        Region::square(width, height)
    };
    let mut scaler = Scaler::new(decoded.layout, &decoded.colours, region, to);
    scaler.rows(&decoded.bytes, width);
    drop(decoded.bytes);
    Ok(scaler.finish().turned(decoded.orientation))
}

/// A picture as the decoder returns it.
struct Decoded {
    bytes: Vec<u8>,
    layout: PixelLayout,
    colours: Colours,
    orientation: Orientation,
}

/// Decodes a picture without an end marker, as some programs write it. It is decoded twice, each time with other data behind
/// it: only a picture that is cut off has a use for that, and looks different.
fn decode_without_end(
    file: &mut (impl BufRead + Seek),
    header: &FrameHeader,
    eighths: u32,
) -> Result<Decoded, PictureError> {
    if !header.is_complete() {
        return Err(PictureRefusal::CutOff.into());
    }
    let mut decode = |filler: &[u8]| {
        file.seek(SeekFrom::Start(0))?;
        let end = filler.chain(END_MARKER);
        decode_whole(file.by_ref().chain(end), header, eighths)
    };
    let cut_off = |_| PictureError::Refused(PictureRefusal::CutOff);
    let one = Sha256::digest(decode(&FILLERS[0]).map_err(cut_off)?.bytes);
    let other = decode(&FILLERS[1]).map_err(cut_off)?;
    if one == Sha256::digest(&other.bytes) {
        Ok(other)
    } else {
        Err(PictureRefusal::CutOff.into())
    }
}

fn decode_whole(
    file: impl Read,
    header: &FrameHeader,
    eighths: u32,
) -> Result<Decoded, PictureError> {
    let mut decoder = Decoder::new(file);
    let (width, height) = header.scaled(eighths);
    // The decoder stops when one of the sides is long enough. The longer side must decide, so the other one is set to
    // the maximum.
    let (wide, high) = if header.width >= header.height {
        (width, u32::from(u16::MAX))
    } else {
        (u32::from(u16::MAX), height)
    };
    let chosen = decoder.scale(side(wide), side(high)).map_err(refused)?;
    if (u32::from(chosen.0), u32::from(chosen.1)) != (width, height) {
        return Err(PictureRefusal::Broken.into());
    }
    let bytes = decoder.decode().map_err(refused)?;
    let layout = match decoder.info().map(|info| info.pixel_format) {
        Some(PixelFormat::L8) => PixelLayout::Grey,
        Some(PixelFormat::RGB24) => PixelLayout::Rgb,
        Some(PixelFormat::CMYK32) => PixelLayout::Cmyk,
        Some(PixelFormat::L16) | None => return Err(PictureRefusal::Unusual.into()),
    };
    let profile = decoder.icc_profile();
    let colours = match layout {
        PixelLayout::Rgb => Colours::of_profile(profile.as_deref()),
        PixelLayout::Grey => Colours::of_grey_profile(profile.as_deref()),
        _ => Colours::srgb(),
    };
    let orientation = decoder.exif_data().map(Orientation::of).unwrap_or_default();
    Ok(Decoded {
        bytes,
        layout,
        colours,
        orientation,
    })
}

impl FrameHeader {
    /// Returns the most scans that are useful. A sequential picture needs one for each component; more only repeat
    /// work.
    fn scans_max(&self) -> usize {
        if self.is_progressive {
            SCANS_MAX
        } else {
            self.sampling.len()
        }
    }

    /// Notes which coefficients a scan completes (T.81 §B.2.3): the ones in its band, if it has their lowest bit.
    fn note_scan(&mut self, segment: &[u8]) {
        let [count, rest @ ..] = segment else {
            return;
        };
        let Some((components, [first, last, bits])) =
            rest.split_at_checked(2 * usize::from(*count))
        else {
            return;
        };
        if bits & 15 != 0 || first > last || *last > 63 {
            return;
        }
        let band = (u64::MAX >> (63 - last)) & (u64::MAX << first);
        for (name, complete) in &mut self.complete {
            if components
                .chunks_exact(2)
                .any(|component| component[0] == *name)
            {
                *complete |= band;
            }
        }
    }

    /// Returns whether no scan is missing.
    fn is_complete(&self) -> bool {
        self.complete.iter().all(|(_, bits)| *bits == u64::MAX)
    }

    /// Returns the size at a scale of `eighths` eighths.
    fn scaled(&self, eighths: u32) -> (u32, u32) {
        (scaled(self.width, eighths), scaled(self.height, eighths))
    }

    /// Returns the most bytes that decoding takes: the samples of all components, the pixels, and for progressive
    /// pictures the coefficients of two bytes each.
    fn memory(&self, eighths: u32) -> u64 {
        let across = self.sampling.iter().map(|(h, _)| *h).max().unwrap_or(1);
        let down = self.sampling.iter().map(|(_, v)| *v).max().unwrap_or(1);
        let units =
            u64::from(self.width.div_ceil(8 * across)) * u64::from(self.height.div_ceil(8 * down));
        let blocks: u64 = self.sampling.iter().map(|(h, v)| u64::from(h * v)).sum();
        let coefficients = if self.is_progressive {
            units * blocks * 64 * 2
        } else {
            0
        };
        let samples = units * blocks * u64::from(eighths * eighths);
        let pixels = u64::from(scaled(self.width, eighths))
            * u64::from(scaled(self.height, eighths))
            * self.sampling.len() as u64;
        coefficients + samples + pixels
    }
}

/// Returns the length of a side at a scale of `eighths` eighths, rounded as the decoder rounds it.
fn scaled(side: u32, eighths: u32) -> u32 {
    (side * eighths).div_ceil(8)
}

fn side(pixels: u32) -> u16 {
    u16::try_from(pixels).unwrap_or(u16::MAX)
}

/// Reads the markers up to the frame header, then counts the scans.
fn read_header(file: &mut (impl BufRead + Seek)) -> Result<FrameHeader, PictureError> {
    let mut header: Option<FrameHeader> = None;
    loop {
        let Some(marker) = next_marker(file)? else {
            return header.ok_or(PictureError::Refused(PictureRefusal::CutOff));
        };
        match marker {
            // Markers without a segment: start, restarts, and TEM.
            0x01 | 0xd0..=0xd8 => {}
            0xd9 => {
                let header = header.ok_or(PictureError::Refused(PictureRefusal::Broken))?;
                return Ok(FrameHeader {
                    has_end: true,
                    ..header
                });
            }
            // Lossless, differential and arithmetic frames (T.81 table B.1).
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Err(PictureRefusal::Unusual.into());
            }
            0xc0..=0xc2 => {
                let segment = read_segment(file)?;
                if header.is_some() {
                    return Err(PictureRefusal::Broken.into());
                }
                header = Some(frame(marker, &segment)?);
            }
            _ => {
                if marker != 0xda {
                    skip_segment(file)?;
                    continue;
                }
                let header = header
                    .as_mut()
                    .ok_or(PictureError::Refused(PictureRefusal::Broken))?;
                header.scans += 1;
                if header.scans > header.scans_max() {
                    return Err(PictureRefusal::Unusual.into());
                }
                header.note_scan(&read_segment(file)?);
            }
        }
    }
}

/// Parses a frame header.
fn frame(marker: u8, segment: &[u8]) -> Result<FrameHeader, PictureRefusal> {
    let [precision, high, low, wide, narrow, count, components @ ..] = segment else {
        return Err(PictureRefusal::Broken);
    };
    if *precision != 8 {
        return Err(PictureRefusal::Unusual);
    }
    let components = components.chunks_exact(3).take(usize::from(*count));
    let sampling: Vec<(u32, u32)> = components
        .clone()
        .map(|component| (u32::from(component[1] >> 4), u32::from(component[1] & 15)))
        .collect();
    let is_sound = sampling.len() == usize::from(*count)
        && sampling
            .iter()
            .all(|(h, v)| (1..=4).contains(h) && (1..=4).contains(v));
    if !is_sound || sampling.is_empty() || sampling.len() > 4 {
        return Err(PictureRefusal::Broken);
    }
    Ok(FrameHeader {
        width: u32::from(u16::from_be_bytes([*wide, *narrow])),
        height: u32::from(u16::from_be_bytes([*high, *low])),
        is_progressive: marker == 0xc2,
        sampling,
        scans: 0,
        complete: components.map(|component| (component[0], 0)).collect(),
        has_end: false,
    })
}

/// Returns the next marker and skips everything before it. Returns `None` at the end of the file.
fn next_marker(file: &mut impl BufRead) -> Result<Option<u8>, PictureError> {
    loop {
        let mut byte = [0];
        // In picture data, a byte 0xff is followed by 0.
        if file.skip_until(0xff)? == 0 {
            return Ok(None);
        }
        loop {
            if file.read(&mut byte)? == 0 {
                return Ok(None);
            }
            if byte[0] != 0xff {
                break;
            }
        }
        if byte[0] != 0 {
            return Ok(Some(byte[0]));
        }
    }
}

/// Reads the length of a segment's contents.
fn segment_bytes(file: &mut impl BufRead) -> Result<u16, PictureError> {
    let mut length = [0; 2];
    file.read_exact(&mut length)?;
    u16::from_be_bytes(length)
        .checked_sub(2)
        .ok_or(PictureError::Refused(PictureRefusal::Broken))
}

fn read_segment(file: &mut impl BufRead) -> Result<Vec<u8>, PictureError> {
    let mut segment = vec![0; usize::from(segment_bytes(file)?)];
    file.read_exact(&mut segment)?;
    Ok(segment)
}

fn skip_segment(file: &mut (impl BufRead + Seek)) -> Result<(), PictureError> {
    let bytes = segment_bytes(file)?;
    Ok(file.seek_relative(i64::from(bytes))?)
}

fn refused(error: Error) -> PictureError {
    match error {
        Error::Io(error) => error.into(),
        Error::Unsupported(_) => PictureRefusal::Unusual.into(),
        Error::Format(_) | Error::Internal(_) => PictureRefusal::Broken.into(),
    }
}
