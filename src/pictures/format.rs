//! The format of a file, told by its first bytes. Its name and its declared type are ignored.

use serde::{Deserialize, Serialize};

/// The supported picture formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureFormat {
    Jpeg,
    Png,
    Gif,
    WebP,
}

/// Picture formats that are recognised, so that a refusal can name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnsupportedFormat {
    /// HEIF with HEVC, as phones write it.
    Heic,
    Avif,
    /// TIFF, and the raw formats of many cameras, which are built like it.
    Tiff,
    Bmp,
    Jpeg2000,
    JpegXl,
    Icon,
    Photoshop,
}

/// The number of first bytes that identify a format.
pub(super) const MAGIC_BYTES: usize = 64;

impl PictureFormat {
    /// Identifies a format by the table of the WHATWG (MIME Sniffing §6.1), of which four entries are supported.
    pub(super) fn of(start: &[u8]) -> Option<PictureFormat> {
        if start.starts_with(b"\xff\xd8\xff") {
            Some(PictureFormat::Jpeg)
        } else if start.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(PictureFormat::Png)
        } else if start.starts_with(b"GIF87a") || start.starts_with(b"GIF89a") {
            Some(PictureFormat::Gif)
        } else if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
            Some(PictureFormat::WebP)
        } else {
            None
        }
    }
}

impl UnsupportedFormat {
    /// Identifies a format that cannot be opened.
    pub(super) fn of(start: &[u8]) -> Option<UnsupportedFormat> {
        let formats: [(&[u8], UnsupportedFormat); 8] = [
            (b"II*\0", UnsupportedFormat::Tiff),
            (b"MM\0*", UnsupportedFormat::Tiff),
            (b"\0\0\0\x0cjP  \r\n", UnsupportedFormat::Jpeg2000),
            (b"\xff\x4f\xff\x51", UnsupportedFormat::Jpeg2000),
            (b"\0\0\0\x0cJXL \r\n", UnsupportedFormat::JpegXl),
            (b"\xff\x0a", UnsupportedFormat::JpegXl),
            (b"\0\0\x01\0", UnsupportedFormat::Icon),
            (b"8BPS", UnsupportedFormat::Photoshop),
        ];
        // Four reserved bytes follow the size of the file. Two letters alone could begin a text.
        if start.starts_with(b"BM") && start.get(6..10) == Some(&[0; 4]) {
            return Some(UnsupportedFormat::Bmp);
        }
        let known = formats.iter().find(|(magic, _)| start.starts_with(magic));
        known
            .map(|(_, format)| *format)
            .or_else(|| UnsupportedFormat::of_brands(start))
    }

    /// Identifies HEIC and AVIF by the brands of the `ftyp` box (ISO/IEC 14496-12 §4.3, 23008-12 annex B, AVIF §6).
    /// `mif1` and `msf1` say only that the file is HEIF, and are common to both.
    fn of_brands(start: &[u8]) -> Option<UnsupportedFormat> {
        let length = u32::from_be_bytes(start.get(..4)?.try_into().ok()?);
        if start.get(4..8) != Some(b"ftyp") {
            return None;
        }
        let end = usize::try_from(length).ok()?.min(start.len());
        let (brands, _) = start.get(8..end)?.as_chunks::<4>();
        let has = |names: &[&[u8; 4]]| brands.iter().any(|brand| names.contains(&brand));
        if has(&[b"avif", b"avis"]) {
            Some(UnsupportedFormat::Avif)
        } else if has(&[
            b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
        ]) {
            Some(UnsupportedFormat::Heic)
        } else {
            None
        }
    }

    /// Returns the name of the format, with its article.
    pub(super) fn name(self) -> &'static str {
        match self {
            UnsupportedFormat::Heic => "a HEIC",
            UnsupportedFormat::Avif => "an AVIF",
            UnsupportedFormat::Tiff => "a TIFF or raw",
            UnsupportedFormat::Bmp => "a BMP",
            UnsupportedFormat::Jpeg2000 => "a JPEG 2000",
            UnsupportedFormat::JpegXl => "a JPEG XL",
            UnsupportedFormat::Icon => "an icon",
            UnsupportedFormat::Photoshop => "a Photoshop",
        }
    }
}
