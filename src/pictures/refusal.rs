//! The reasons for refusing a picture, in words for the person who uploaded it.

use std::{fmt, io};

use serde::{Deserialize, Serialize};

use super::format::{PictureFormat, UnsupportedFormat};
use crate::model::Bytes;

/// The reason why a picture is refused. `Display` also says what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureRefusal {
    /// Not a picture, whatever its name says. SVG, which may contain scripts, counts as none.
    NoPicture,
    /// A picture, but not a JPEG, PNG, GIF or WebP.
    Unsupported(UnsupportedFormat),
    /// More bytes than the site allows.
    TooManyBytes { max: u64 },
    /// One side has more pixels than its format may have: [`SIDE_MAX`] or [`JPEG_SIDE_MAX`].
    TooLong { width: u32, height: u32, max: u32 },
    /// More pixels than the site allows.
    TooManyPixels { width: u32, height: u32, max: u64 },
    /// The number of pixels is fine, but the format needs too much memory for decoding.
    TooMuchMemory {
        width: u32,
        height: u32,
        format: PictureFormat,
    },
    /// The file ends too early.
    CutOff,
    /// The file contradicts itself or its format.
    Broken,
    /// The file uses a feature of its format that is rare and not supported.
    Unusual,
}

/// The reason why a picture was not encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureError {
    /// A fault of the picture, explained to its sender.
    Refused(PictureRefusal),
    /// Too many pictures are waiting.
    Busy,
    /// A fault of the server. The text is for the log.
    Failed(String),
}

/// The longest side of an accepted picture that is not a JPEG, in pixels. One row of such a picture takes little memory.
pub const SIDE_MAX: u32 = 8_192;

/// The longest side of an accepted JPEG, in pixels. The largest sensors of phones, with 200 megapixels, and panoramas stay
/// below it. JPEGs are decoded at a smaller scale, so that they take no more memory than other pictures.
pub const JPEG_SIDE_MAX: u32 = 16_384;

impl fmt::Display for PictureRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PictureRefusal::NoPicture => f.write_str("Images only!"),
            PictureRefusal::Unsupported(format) => write!(
                f,
                "This is {} picture, which cannot be opened here. Please {}.",
                format.name(),
                match format {
                    UnsupportedFormat::Heic => "save a copy as a JPEG and send that. An iPhone takes JPEGs if you choose Settings, Camera, Formats, Most Compatible",
                    _ => "save it as a JPEG or PNG",
                }
            ),
            PictureRefusal::TooManyBytes { max } => {
                write!(f, "This picture is too large. A picture may be at most {}. Please make it smaller.", Bytes(*max))
            }
            PictureRefusal::TooLong { width, height, max } => write!(
                f,
                "This picture is {width} × {height} pixels. {} may be at most {max} pixels wide and high. Please make it smaller.",
                if *max == JPEG_SIDE_MAX { "A JPEG" } else { "A picture of this format" },
            ),
            PictureRefusal::TooManyPixels { width, height, max } => write!(
                f,
                "This picture is {width} × {height} pixels, which is over the limit of {}. Please make it smaller.",
                Megapixels(*max)
            ),
            PictureRefusal::TooMuchMemory { width, height, format } => write!(
                f,
                "This picture is {width} × {height} pixels and takes too much memory to open. Please {}.",
                match format {
                    PictureFormat::Jpeg => "make it smaller, or save it without the “progressive” option",
                    PictureFormat::Png => "make it smaller, or save it without the “interlaced” option",
                    PictureFormat::Gif | PictureFormat::WebP => "make it smaller, or save it as a JPEG or PNG",
                }
            ),
            PictureRefusal::CutOff => f.write_str("This picture is incomplete. Please send it again, or save it again first."),
            PictureRefusal::Broken => f.write_str("This picture is damaged and cannot be opened. Please save it again."),
            PictureRefusal::Unusual => f.write_str("This picture uses an unusual format that cannot be opened here. Please save it as an ordinary JPEG or PNG."),
        }
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PictureError::Refused(refusal) => refusal.fmt(f),
            PictureError::Busy => f.write_str("Too many pictures are waiting at the moment."),
            PictureError::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for PictureRefusal {}

impl std::error::Error for PictureError {}

impl From<PictureRefusal> for PictureError {
    fn from(refusal: PictureRefusal) -> PictureError {
        PictureError::Refused(refusal)
    }
}

/// Decides whose fault it is when a file cannot be read: the file may be cut off or damaged, or the disk may fail.
impl From<io::Error> for PictureError {
    fn from(error: io::Error) -> PictureError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => PictureRefusal::CutOff.into(),
            // Decoders use these kinds for data that they do not understand.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                PictureRefusal::Broken.into()
            }
            _ => PictureError::Failed(format!("reading a picture: {error}")),
        }
    }
}

/// A number of pixels, displayed in megapixels with one decimal unless that is 0.
struct Megapixels(u64);

impl fmt::Display for Megapixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 1_000_000, self.0 % 1_000_000 / 100_000) {
            (0, _) => write!(f, "{} pixels", self.0),
            (whole, 0) => write!(f, "{whole} megapixels"),
            (whole, tenth) => write!(f, "{whole}.{tenth} megapixels"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_displayed_in_megapixels() {
        assert_eq!(Megapixels(40_000_000).to_string(), "40 megapixels");
        assert_eq!(Megapixels(99).to_string(), "99 pixels");
    }
}
