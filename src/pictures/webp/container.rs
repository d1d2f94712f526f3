//! The chunks of a WebP file (RFC 9649 §2).

use std::io::{BufRead, Read, Seek};

use super::{PictureError, PictureRefusal, read_part};

/// The largest profile or EXIF data that is read, in bytes. Some printer profiles have 2 MB, but none of them is of a
/// kind that is applied.
const META_BYTES_MAX: u32 = 1 << 20;

/// The most frames that are parsed, more than any animation that is kept has.
const FRAMES_MAX: usize = 4_096;

/// The most chunks of a file: four for each frame.
const CHUNKS_MAX: usize = 4 * FRAMES_MAX;

/// The parsed contents of a WebP file.
pub(super) struct WebPContainer {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_animated: bool,
    /// The number of times an animation plays; 0 means forever.
    pub(super) loops: u32,
    /// The frames. A still picture has one.
    pub(super) frames: Vec<WebPFrame>,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) exif: Option<Vec<u8>>,
}

/// A frame of an animation, or a still picture.
#[derive(Clone)]
pub(super) struct WebPFrame {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) image: EncodedImage,
    /// The delay in milliseconds.
    pub(super) wait: u32,
    pub(super) is_blended: bool,
    /// True if the frame's region is cleared before the next frame.
    pub(super) is_cleared: bool,
}

/// The chunks and size of one encoded image.
#[derive(Clone)]
pub(super) struct EncodedImage {
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

/// The position of a chunk's payload.
#[derive(Clone, Copy)]
struct Chunk {
    name: [u8; 4],
    start: u64,
    bytes: u32,
}

impl EncodedImage {
    pub(super) fn is_opaque_lossless(&self) -> bool {
        self.kind == Kind::Lossless { has_alpha: false }
    }

    /// Returns the most bytes that decoding takes: the file, the planes in whole blocks, the pixels, and tables.
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

    /// Returns a file with only this image.
    pub(super) fn alone(&self, file: &mut (impl Read + Seek)) -> Result<Vec<u8>, PictureError> {
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
        let bytes = u32::try_from(alone.len() - 8).map_err(|_| PictureRefusal::Broken)?;
        alone[4..8].copy_from_slice(&bytes.to_le_bytes());
        Ok(alone)
    }
}

/// Parses a whole file.
pub(super) fn read(file: &mut (impl BufRead + Seek)) -> Result<WebPContainer, PictureError> {
    let mut reader = ChunkReader {
        file,
        at: 12,
        chunks: 0,
    };
    let first = reader.chunk()?.ok_or(PictureRefusal::CutOff)?;
    if &first.name != b"VP8X" {
        let image = reader.image(None, first)?;
        return Ok(WebPContainer {
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
    let mut container = WebPContainer {
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
                    return Err(PictureRefusal::Broken.into());
                }
                container.frames.push(frame);
            }
            b"ALPH" if is_picture => opacity = Some(chunk),
            b"VP8 " | b"VP8L" if is_picture => {
                let image = reader.image(opacity, chunk)?;
                if (image.width, image.height) != (container.width, container.height) {
                    return Err(PictureRefusal::Broken.into());
                }
                container.frames.push(whole(image));
            }
            _ => {}
        }
        reader.skip(chunk);
    }
    if container.frames.is_empty() {
        return Err(PictureRefusal::CutOff.into());
    }
    Ok(container)
}

/// Wraps a still picture as a frame that covers the canvas.
fn whole(image: EncodedImage) -> WebPFrame {
    WebPFrame {
        x: 0,
        y: 0,
        image,
        wait: 0,
        is_blended: false,
        is_cleared: false,
    }
}

/// Reads a little-endian number of three bytes.
fn three(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])
}

/// A reader of chunks.
struct ChunkReader<'f, R> {
    file: &'f mut R,
    /// The position of the next chunk.
    at: u64,
    /// The number of chunks so far.
    chunks: usize,
}

impl<R: BufRead + Seek> ChunkReader<'_, R> {
    /// Returns the next chunk, or `None` at the end. Trailing bytes that are not a chunk are ignored, as other programs
    /// do.
    fn chunk(&mut self) -> Result<Option<Chunk>, PictureError> {
        self.chunks += 1;
        if self.chunks > CHUNKS_MAX {
            return Err(PictureRefusal::Unusual.into());
        }
        let mut header = Vec::with_capacity(8);
        match read_part(self.file, self.at, 8, &mut header) {
            Ok(()) => {}
            Err(PictureError::Refused(PictureRefusal::CutOff)) => return Ok(None),
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

    /// Moves past a chunk. Chunks are padded to even lengths.
    fn skip(&mut self, chunk: Chunk) {
        self.at = chunk.start + u64::from(chunk.bytes) + u64::from(chunk.bytes % 2);
    }

    /// Reads the first bytes of a chunk.
    fn start<const N: usize>(&mut self, chunk: Chunk) -> Result<[u8; N], PictureError> {
        let mut start = [0; N];
        if (chunk.bytes as usize) < N {
            return Err(PictureRefusal::Broken.into());
        }
        self.file
            .seek(std::io::SeekFrom::Start(chunk.start))
            .and_then(|_| self.file.read_exact(&mut start))?;
        self.at = chunk.start + N as u64;
        Ok(start)
    }

    /// Reads a chunk of metadata. Returns `None` if it is too large.
    fn meta(&mut self, chunk: Chunk) -> Result<Option<Vec<u8>>, PictureError> {
        if chunk.bytes > META_BYTES_MAX {
            return Ok(None);
        }
        let mut meta = Vec::new();
        read_part(self.file, chunk.start, chunk.bytes, &mut meta)?;
        Ok(Some(meta))
    }

    /// Parses the header of an image (RFC 6386 §9.1, RFC 9649 §3.4).
    fn image(
        &mut self,
        opacity: Option<Chunk>,
        pixels: Chunk,
    ) -> Result<EncodedImage, PictureError> {
        let (width, height, kind) = match &pixels.name {
            b"VP8 " => {
                let [tag, _, _, magic @ .., w0, w1, h0, h1] = self.start::<10>(pixels)?;
                if tag & 1 != 0 || magic != [0x9d, 0x01, 0x2a] {
                    return Err(PictureRefusal::Broken.into());
                }
                let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
                (side(w0, w1), side(h0, h1), Kind::Lossy)
            }
            b"VP8L" => {
                let [signature, bits @ ..] = self.start::<5>(pixels)?;
                let bits = u32::from_le_bytes(bits);
                if signature != 0x2f {
                    return Err(PictureRefusal::Broken.into());
                }
                let has_alpha = bits >> 28 & 1 != 0;
                (
                    (bits & 0x3fff) + 1,
                    (bits >> 14 & 0x3fff) + 1,
                    Kind::Lossless { has_alpha },
                )
            }
            _ => return Err(PictureRefusal::Broken.into()),
        };
        if width == 0 || height == 0 {
            return Err(PictureRefusal::Broken.into());
        }
        Ok(EncodedImage {
            width,
            height,
            opacity: opacity.filter(|_| kind == Kind::Lossy),
            pixels,
            kind,
        })
    }

    /// Parses a frame of an animation, which contains chunks of its own (RFC 9649 §2.7.1.1).
    fn frame(&mut self, chunk: Chunk) -> Result<WebPFrame, PictureError> {
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
                        return Err(PictureRefusal::Broken.into());
                    }
                    return Ok(WebPFrame {
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
        Err(PictureRefusal::Broken.into())
    }
}
