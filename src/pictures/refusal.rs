//! Why a picture is not taken, in words for whoever sent it.

use std::{fmt, io};

use serde::{Deserialize, Serialize};

use super::format::Format;
use crate::model::Bytes;

/// What is wrong with a picture. `Display` says it, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// It is no JPEG, PNG, GIF or WebP, whatever its name says.
    NoPicture,
    /// It has more bytes than this site takes.
    TooManyBytes { max: u64 },
    /// One of its sides has more pixels than any picture may have.
    TooLong { width: u32, height: u32 },
    /// It has more pixels than this site takes.
    TooManyPixels { width: u32, height: u32, max: u64 },
    /// Few enough pixels, but kept in a way that takes too much memory to open.
    TooMuchMemory {
        width: u32,
        height: u32,
        format: Format,
    },
    /// It ends before its end.
    CutOff,
    /// It says what it cannot mean.
    Broken,
    /// It is kept in a way that hardly anything else than what made it can read.
    Unusual,
}

/// Why a picture was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// For whoever sent it.
    Refused(Refusal),
    /// There are too many to be made at the moment.
    Busy,
    /// Our fault; the text is for the log.
    Failed(String),
}

/// The longer side of a picture that is taken, in pixels: what the largest cameras and panoramas of phones make, and few
/// enough for a row of it to be nothing.
pub const SIDE_MAX: u32 = 8_192;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoPicture => f.write_str("Images only!"),
            Refusal::TooManyBytes { max } => {
                write!(f, "This picture is too large. A picture may have {} at most; please make it smaller.", Bytes(*max))
            }
            Refusal::TooLong { width, height } => write!(
                f,
                "This picture is {width} × {height} pixels. A picture may be {SIDE_MAX} pixels wide and high at most; please make it smaller.",
            ),
            Refusal::TooManyPixels { width, height, max } => write!(
                f,
                "This picture is {width} × {height} pixels, which is more than a picture may have here ({}). Please make it smaller.",
                Megapixels(*max)
            ),
            Refusal::TooMuchMemory { width, height, format } => write!(
                f,
                "This picture is {width} × {height} pixels and kept in a way that takes too much memory to open. Please {}.",
                match format {
                    Format::Jpeg => "make it smaller, or save it without “progressive”",
                    Format::Png => "make it smaller, or save it without “interlaced”",
                    Format::Gif | Format::WebP => "make it smaller, or save it as a JPEG or PNG",
                }
            ),
            Refusal::CutOff => f.write_str("This picture ends in the middle. Please save it anew, or send it again."),
            Refusal::Broken => f.write_str("This picture is damaged and cannot be opened. Please save it anew."),
            Refusal::Unusual => f.write_str("This picture is kept in an unusual way that cannot be opened here. Please save it as an ordinary JPEG or PNG."),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Refused(refusal) => refusal.fmt(f),
            Fault::Busy => f.write_str("There are too many pictures to be made at the moment."),
            Fault::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Refusal {}

impl std::error::Error for Fault {}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        Fault::Refused(refusal)
    }
}

/// What is wrong when a file cannot be read on: it has ended, or the disk fails.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Refusal::CutOff.into(),
            // Decoders say so of what they do not understand.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                Refusal::Broken.into()
            }
            _ => Fault::Failed(format!("reading a picture: {error}")),
        }
    }
}

/// As people say it, with one digit after the point if it is not 0.
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
    fn pixels_are_said_as_people_say_them() {
        assert_eq!(Megapixels(40_000_000).to_string(), "40 megapixels");
        assert_eq!(Megapixels(99).to_string(), "99 pixels");
    }
}
