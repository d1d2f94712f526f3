//! Pictures that people send: what comes is decoded, made smaller and drawn anew, and nothing of it is kept.
//!
//! # What holds
//!
//! - What a file is, its first bytes say. JPEG, PNG, GIF and WebP are decoded, all in safe Rust; never SVG, which is a
//!   program.
//! - Sizes are read from the header, and what decoding will take is counted from it, before anything large is allocated;
//!   what is too much is refused with a sentence that says what to do.
//! - Everything is encoded anew from pixels alone: no metadata, no place where it was taken, no script behind a picture.
//!   It is turned upright and its colours are sRGB's.
//! - One picture at a time is decoded ([`Studio`]), in a process of its own that may take so much memory and time and no
//!   more ([`apart`]); a decoder that fails, in whatever way, loses that picture.
//!
//! # In reading order
//!
//! `format` (what it is), `jpeg`, `png`, `gif`, `webp` (rows of pixels), `canvas` and `animation` (frames), `colours` and
//! `scale` (light, and less of it), `pixels`, `encode` (the sizes, as bytes), `studio` (one after the other), `apart` (the
//! process), `refusal` (words).

mod animation;
pub mod apart;
mod canvas;
mod colours;
mod encode;
mod format;
mod gif;
mod jpeg;
mod pixels;
mod png;
mod refusal;
mod scale;
mod studio;
mod webp;

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    str::FromStr,
};

pub use format::Format;
pub use refusal::{Fault, Refusal, SIDE_MAX};
pub use studio::Studio;

use crate::model::{FULL_SIDE_MAX, Fit, MediaType, Rendition};
use animation::Film;
use pixels::{Pixels, Region};

/// The most that decoding one picture may take, in bytes. Encoding takes more of what is largest and hardest: the whole program
/// has 200 MB at most then (docs/measurements.md).
pub const DECODING_BYTES_MAX: u64 = 128 << 20;

/// Bytes of the file that are read at once.
const READ_BYTES: usize = 64 << 10;

/// What a picture is for, which says in what sizes it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Avatar,
    Post,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Purpose::Avatar => "avatar",
            Purpose::Post => "post",
        }
    }
}

impl FromStr for Purpose {
    type Err = String;

    fn from_str(text: &str) -> Result<Purpose, String> {
        let known = [Purpose::Avatar, Purpose::Post];
        let found = known.into_iter().find(|purpose| purpose.name() == text);
        found.ok_or_else(|| "avatar or post".to_owned())
    }
}

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of the file, and of an animation that is drawn.
    pub bytes: u64,
    /// Width times height.
    pub pixels: u64,
}

/// A picture in all its sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// In pixels: those of [`Rendition::Full`], or of the largest square.
    pub width: u32,
    pub height: u32,
    pub is_moving: bool,
    pub renditions: Vec<Drawn>,
}

/// One of its sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    pub rendition: Rendition,
    pub width: u32,
    pub height: u32,
    pub media_type: MediaType,
    pub bytes: Vec<u8>,
}

/// What is asked of a decoder.
struct Ask {
    purpose: Purpose,
    limits: Limits,
}

impl Ask {
    /// Refuses what is larger than allowed.
    fn measure(&self, width: u32, height: u32) -> Result<(), Refusal> {
        if width == 0 || height == 0 {
            return Err(Refusal::Broken);
        }
        if width > SIDE_MAX || height > SIDE_MAX {
            return Err(Refusal::TooLong { width, height });
        }
        if u64::from(width) * u64::from(height) > self.limits.pixels {
            let max = self.limits.pixels;
            return Err(Refusal::TooManyPixels { width, height, max });
        }
        Ok(())
    }

    /// The part of a picture that is drawn, and the largest size in which it is.
    fn plan(&self, width: u32, height: u32) -> Result<(Region, (u32, u32)), Refusal> {
        self.measure(width, height)?;
        let (region, side) = match self.purpose {
            Purpose::Post => (Region::whole(width, height), FULL_SIDE_MAX),
            Purpose::Avatar => (Region::square(width, height), encode::avatar_side_max()),
        };
        let fit = Fit {
            width: side,
            height: side,
        };
        Ok((region, fit.size(region.width, region.height)))
    }

    /// Refuses what takes more memory than there is for it. The picture that is drawn is counted as well, as it begins
    /// to exist while the decoded one still does.
    fn afford(
        &self,
        bytes: u64,
        (width, height): (u32, u32),
        format: Format,
    ) -> Result<(), Refusal> {
        let (_, (wide, high)) = self.plan(width, height)?;
        let drawn = 4 * u64::from(wide) * u64::from(high);
        if bytes + drawn > DECODING_BYTES_MAX {
            return Err(Refusal::TooMuchMemory {
                width,
                height,
                format,
            });
        }
        Ok(())
    }
}

/// Draws a picture in all sizes. The same file gives the same bytes.
fn draw(mut file: File, purpose: Purpose, limits: Limits) -> Result<Made, Fault> {
    let bytes = file.metadata()?.len();
    if bytes > limits.bytes {
        let max = limits.bytes;
        return Err(Refusal::TooManyBytes { max }.into());
    }
    file.seek(SeekFrom::Start(0))?;
    let mut start = Vec::with_capacity(format::MAGIC_BYTES);
    (&mut file)
        .take(format::MAGIC_BYTES as u64)
        .read_to_end(&mut start)
        .and_then(|_| file.seek(SeekFrom::Start(0)))?;
    let format = Format::of(&start).ok_or(Refusal::NoPicture)?;
    let file = BufReader::with_capacity(READ_BYTES, file);
    let ask = Ask { purpose, limits };
    match format {
        Format::Jpeg => finished(&jpeg::draw(file, &ask)?, purpose),
        Format::Png => finished(&png::draw(file, &ask)?, purpose),
        Format::Gif => shown(gif::open(file, &ask)?, &ask),
        Format::WebP => {
            let webp = webp::open(file, &ask)?;
            if webp.is_animated() {
                shown(webp.animated(), &ask)
            } else {
                finished(&webp.still(&ask)?, purpose)
            }
        }
    }
}

/// What may move, moving if it does.
fn shown(mut film: impl Film, ask: &Ask) -> Result<Made, Fault> {
    let moving = match ask.purpose {
        Purpose::Post => animation::size(&film),
        Purpose::Avatar => None,
    };
    if let Some(size) = moving {
        return animation::draw(&mut film, size, ask.limits.bytes);
    }
    let (region, to) = ask.plan(film.canvas().width, film.canvas().height)?;
    finished(&animation::still(&mut film, region, to)?, ask.purpose)
}

fn finished(picture: &Pixels, purpose: Purpose) -> Result<Made, Fault> {
    match purpose {
        Purpose::Avatar => encode::avatar(picture),
        Purpose::Post => encode::post(picture),
    }
}
