//! The chunks of a WebP file (RFC 9649 §2).

use std::io::{BufRead, Read, Seek};

use super::{Fault, Refusal, read_part};

/// Profiles and EXIF that are larger are ignored: some profiles of printers have 2 MB, and none of them is one that is
/// applied.
const META_BYTES_MAX: u32 = 1 << 20;

/// Frames that are looked at; more than any animation may have that is kept.
const FRAMES_MAX: usize = 4_096;

/// Chunks of a file: four for each frame.
const CHUNKS_MAX: usize = 4 * FRAMES_MAX;

pub(super) struct Container {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_animated: bool,
    /// How often it is shown; 0 for ever.
    pub(super) loops: u32,
    /// One of a still picture.
    pub(super) frames: Vec<Frame>,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) exif: Option<Vec<u8>>,
}

#[derive(Clone)]
pub(super) struct Frame {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) image: Image,
    /// In milliseconds.
    pub(super) wait: u32,
    pub(super) is_blended: bool,
    /// Before the next frame comes.
    pub(super) is_cleared: bool,
}

#[derive(Clone)]
pub(super) struct Image {
    pub(super) width: u32,
    pub(super) height: u32,
    opacity: Option<Chunk>,
    pixels: Chunk,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lossy,
    Lossless { has_alpha: bool },
}

/// Where a chunk's payload stands.
#[derive(Clone, Copy)]
struct Chunk {
    name: [u8; 4],
    start: u64,
    bytes: u32,
}

impl Image {
    pub(super) fn is_opaque_lossless(&self) -> bool {
        self.kind == Kind::Lossless { has_alpha: false }
    }

    /// The bytes that decoding takes at most: the file, planes of whole blocks, the pixels, and what tables need.
    pub(super) fn memory(&self) -> u64 {
        let pixels = u64::from(self.width) * u64::from(self.height);
        let file =
            u64::from(self.pixels.bytes) + self.opacity.map_or(0, |chunk| chunk.bytes.into());
        let blocks = u64::from(self.width.div_ceil(16)) * u64::from(self.height.div_ceil(16));
        file + match (self.kind, self.opacity) {
            (Kind::Lossy, None) => blocks * 384 + pixels * 3,
            (Kind::Lossy, Some(_)) => blocks * 384 + pixels * (4 + 4 + 1),
            (Kind::Lossless { .. }, _) => pixels * 5,
        }
    }

    /// A file with nothing but this image.
    pub(super) fn alone(&self, file: &mut (impl Read + Seek)) -> Result<Vec<u8>, Fault> {
        let mut alone = Vec::from(*b"RIFF\0\0\0\0WEBP");
        let is_extended = self.opacity.is_some() || self.kind != Kind::Lossy;
        if is_extended {
            alone.extend_from_slice(b"VP8X\x0a\0\0\0\x10\0\0\0");
            alone.extend_from_slice(&(self.width - 1).to_le_bytes()[..3]);
            alone.extend_from_slice(&(self.height - 1).to_le_bytes()[..3]);
        }
        for chunk in self.opacity.iter().chain([&self.pixels]) {
            alone.extend_from_slice(&chunk.name);
            alone.extend_from_slice(&chunk.bytes.to_le_bytes());
            read_part(file, chunk.start, chunk.bytes, &mut alone)?;
            if chunk.bytes % 2 == 1 {
                alone.push(0);
            }
        }
        let bytes = u32::try_from(alone.len() - 8).map_err(|_| Refusal::Broken)?;
        alone[4..8].copy_from_slice(&bytes.to_le_bytes());
        Ok(alone)
    }
}

pub(super) fn read(file: &mut (impl BufRead + Seek)) -> Result<Container, Fault> {
    let mut reader = Reader {
        file,
        at: 12,
        chunks: 0,
    };
    let first = reader.chunk()?.ok_or(Refusal::CutOff)?;
    if &first.name != b"VP8X" {
        let image = reader.image(None, first)?;
        return Ok(Container {
            width: image.width,
            height: image.height,
            is_animated: false,
            loops: 1,
            frames: vec![whole(image)],
            profile: None,
            exif: None,
        });
    }
    let header = reader.start::<10>(first)?;
    let mut container = Container {
        width: three(&header[4..7]) + 1,
        height: three(&header[7..10]) + 1,
        is_animated: header[0] & 2 != 0,
        loops: 0,
        frames: Vec::new(),
        profile: None,
        exif: None,
    };
    let mut opacity = None;
    while let Some(chunk) = reader.chunk()? {
        let is_picture = !container.is_animated && container.frames.is_empty();
        match &chunk.name {
            b"ICCP" if container.profile.is_none() => container.profile = reader.meta(chunk)?,
            b"EXIF" if container.exif.is_none() => container.exif = reader.meta(chunk)?,
            b"ANIM" => {
                let [.., low, high] = reader.start::<6>(chunk)?;
                container.loops = u32::from(u16::from_le_bytes([low, high]));
            }
            b"ANMF" if container.is_animated && container.frames.len() < FRAMES_MAX => {
                let frame = reader.frame(chunk)?;
                if frame.x + frame.image.width > container.width
                    || frame.y + frame.image.height > container.height
                {
                    return Err(Refusal::Broken.into());
                }
                container.frames.push(frame);
            }
            b"ALPH" if is_picture => opacity = Some(chunk),
            b"VP8 " | b"VP8L" if is_picture => {
                let image = reader.image(opacity, chunk)?;
                if (image.width, image.height) != (container.width, container.height) {
                    return Err(Refusal::Broken.into());
                }
                container.frames.push(whole(image));
            }
            _ => {}
        }
        reader.skip(chunk);
    }
    if container.frames.is_empty() {
        return Err(Refusal::CutOff.into());
    }
    Ok(container)
}

fn whole(image: Image) -> Frame {
    Frame {
        x: 0,
        y: 0,
        image,
        wait: 0,
        is_blended: false,
        is_cleared: false,
    }
}

fn three(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])
}

struct Reader<'f, R> {
    file: &'f mut R,
    /// Where the next chunk begins.
    at: u64,
    /// How many there were so far.
    chunks: usize,
}

impl<R: BufRead + Seek> Reader<'_, R> {
    /// The next chunk, or nothing at the end. What is left at the end and is no chunk is ignored, as others do.
    fn chunk(&mut self) -> Result<Option<Chunk>, Fault> {
        self.chunks += 1;
        if self.chunks > CHUNKS_MAX {
            return Err(Refusal::Unusual.into());
        }
        let mut header = Vec::with_capacity(8);
        match read_part(self.file, self.at, 8, &mut header) {
            Ok(()) => {}
            Err(Fault::Refused(Refusal::CutOff)) => return Ok(None),
            Err(fault) => return Err(fault),
        }
        let (name, bytes) = header.split_at(4);
        self.at += 8;
        Ok(Some(Chunk {
            name: name.try_into().unwrap_or_default(),
            start: self.at,
            bytes: u32::from_le_bytes(bytes.try_into().unwrap_or_default()),
        }))
    }

    /// Chunks are padded to even lengths.
    fn skip(&mut self, chunk: Chunk) {
        self.at = chunk.start + u64::from(chunk.bytes) + u64::from(chunk.bytes % 2);
    }

    fn start<const N: usize>(&mut self, chunk: Chunk) -> Result<[u8; N], Fault> {
        let mut start = [0; N];
        if (chunk.bytes as usize) < N {
            return Err(Refusal::Broken.into());
        }
        self.file
            .seek(std::io::SeekFrom::Start(chunk.start))
            .and_then(|_| self.file.read_exact(&mut start))?;
        self.at = chunk.start + N as u64;
        Ok(start)
    }

    fn meta(&mut self, chunk: Chunk) -> Result<Option<Vec<u8>>, Fault> {
        if chunk.bytes > META_BYTES_MAX {
            return Ok(None);
        }
        let mut meta = Vec::new();
        read_part(self.file, chunk.start, chunk.bytes, &mut meta)?;
        Ok(Some(meta))
    }

    /// An image by its own header: RFC 6386 §9.1, RFC 9649 §3.4.
    fn image(&mut self, opacity: Option<Chunk>, pixels: Chunk) -> Result<Image, Fault> {
        let (width, height, kind) = match &pixels.name {
            b"VP8 " => {
                let [tag, _, _, magic @ .., w0, w1, h0, h1] = self.start::<10>(pixels)?;
                if tag & 1 != 0 || magic != [0x9d, 0x01, 0x2a] {
                    return Err(Refusal::Broken.into());
                }
                let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
                (side(w0, w1), side(h0, h1), Kind::Lossy)
            }
            b"VP8L" => {
                let [signature, bits @ ..] = self.start::<5>(pixels)?;
                let bits = u32::from_le_bytes(bits);
                if signature != 0x2f {
                    return Err(Refusal::Broken.into());
                }
                let has_alpha = bits >> 28 & 1 != 0;
                (
                    (bits & 0x3fff) + 1,
                    (bits >> 14 & 0x3fff) + 1,
                    Kind::Lossless { has_alpha },
                )
            }
            _ => return Err(Refusal::Broken.into()),
        };
        if width == 0 || height == 0 {
            return Err(Refusal::Broken.into());
        }
        Ok(Image {
            width,
            height,
            opacity: opacity.filter(|_| kind == Kind::Lossy),
            pixels,
            kind,
        })
    }

    /// A frame of an animation, whose chunks stand in its own (RFC 9649 §2.7.1.1).
    fn frame(&mut self, chunk: Chunk) -> Result<Frame, Fault> {
        let header = self.start::<16>(chunk)?;
        let (width, height) = (three(&header[6..9]) + 1, three(&header[9..12]) + 1);
        let end = chunk.start + u64::from(chunk.bytes);
        let mut opacity = None;
        while let Some(part) = self.chunk()? {
            if part.start + u64::from(part.bytes) > end {
                break;
            }
            match &part.name {
                b"ALPH" => {
                    opacity = Some(part);
                    self.skip(part);
                }
                b"VP8 " | b"VP8L" => {
                    let image = self.image(opacity, part)?;
                    if (image.width, image.height) != (width, height) {
                        return Err(Refusal::Broken.into());
                    }
                    return Ok(Frame {
                        x: 2 * three(&header[..3]),
                        y: 2 * three(&header[3..6]),
                        image,
                        wait: three(&header[12..15]),
                        is_blended: header[15] & 2 == 0,
                        is_cleared: header[15] & 1 != 0,
                    });
                }
                _ => self.skip(part),
            }
        }
        Err(Refusal::Broken.into())
    }
}
