//! Pictures that people upload: they are decoded, scaled and encoded anew, and the uploaded files are not kept.
//!
//! # What holds
//!
//! - The first bytes of a file decide its format. JPEG, PNG, GIF and WebP are supported and decoded in safe Rust. SVG
//!   is never supported, because it can contain scripts. HEIC is named in its refusal: see docs/measurements.md.
//! - Sizes are read from the header, and the memory for decoding is computed from them, before anything large is
//!   allocated. A picture over a limit is refused with a message that says what to do.
//! - The result is encoded from pixels alone: no metadata, no location, no hidden data. It is turned upright and
//!   converted to sRGB.
//! - One picture at a time is decoded ([`ImageQueue`]), in a process of its own with limits on memory and time
//!   ([`sandbox`]). A decoder that fails, in whatever way, costs only that picture.
//!
//! # In reading order
//!
//! `format` (detection), `jpeg`, `png`, `gif`, `webp` (decoders), `canvas` and `animation` (frames), `colours` and
//! `scale` (linear light and scaling), `pixels`, `encode` (renditions), `queue` (the image queue), `sandbox` (the
//! process), `refusal` (messages).

mod animation;
mod canvas;
mod colours;
mod encode;
mod format;
mod gif;
mod jpeg;
mod pixels;
mod png;
mod queue;
mod refusal;
pub mod sandbox;
mod scale;
mod webp;

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    str::FromStr,
};

pub use format::{PictureFormat, UnsupportedFormat};
pub use queue::ImageQueue;
pub use refusal::{JPEG_SIDE_MAX, PictureError, PictureRefusal, SIDE_MAX};

use crate::model::{FULL_SIDE_MAX, Fit, MediaType, NewImage, NewRendition, Rendition};
use animation::FrameSource;
use pixels::{Pixels, Region};

/// The most memory for decoding one picture, in bytes. Encoding the largest and hardest pictures takes more: the whole
/// program then uses at most 200 MB (docs/measurements.md).
pub const DECODING_BYTES_MAX: u64 = 128 << 20;

/// The size of the read buffer, in bytes.
const READ_BYTES: usize = 64 << 10;

/// The purpose of a picture, which decides its renditions.
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

/// The limits of the site for uploads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureLimits {
    /// The most bytes of the file, and of each moving rendition of an animation.
    pub bytes: u64,
    /// The most pixels that are decoded: width times height. Large JPEGs are decoded at a smaller scale.
    pub pixels: u64,
}

/// An encoded picture in all renditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedPicture {
    /// Width and height of [`Rendition::Full`] or of the largest avatar, in pixels.
    pub width: u32,
    pub height: u32,
    pub is_moving: bool,
    pub renditions: Vec<EncodedRendition>,
}

impl EncodedPicture {
    /// Returns the picture as it is stored.
    pub fn into_image(self) -> NewImage {
        let renditions = self.renditions.into_iter().map(|drawn| {
            let (name, kind) = (drawn.rendition, drawn.media_type);
            NewRendition::new(name, drawn.width, drawn.height, kind, drawn.bytes)
        });
        NewImage {
            width: self.width,
            height: self.height,
            is_moving: self.is_moving,
            renditions: renditions.collect(),
        }
    }
}

/// One encoded rendition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedRendition {
    pub rendition: Rendition,
    pub width: u32,
    pub height: u32,
    pub media_type: MediaType,
    pub bytes: Vec<u8>,
}

/// The purpose and limits that a decoder works with.
struct Task {
    purpose: Purpose,
    limits: PictureLimits,
}

impl Task {
    /// Refuses a picture with too many pixels or without any.
    fn measure(&self, width: u32, height: u32) -> Result<(), PictureRefusal> {
        measure_sides(width, height, SIDE_MAX)?;
        self.measure_pixels((width, height), (width, height))
    }

    /// Refuses a picture of which too many pixels are decoded. The message names its size in the file.
    fn measure_pixels(
        &self,
        (width, height): (u32, u32),
        decoded: (u32, u32),
    ) -> Result<(), PictureRefusal> {
        let max = self.limits.pixels;
        if u64::from(decoded.0) * u64::from(decoded.1) > max {
            return Err(PictureRefusal::TooManyPixels { width, height, max });
        }
        Ok(())
    }

    /// Returns the region of a picture that is used, and the size of its largest rendition, after measuring it.
    fn plan(&self, width: u32, height: u32) -> Result<(Region, (u32, u32)), PictureRefusal> {
        self.measure(width, height)?;
        Ok(self.target(width, height))
    }

    /// Returns the region of a picture that is used, and the size of its largest rendition.
    fn target(&self, width: u32, height: u32) -> (Region, (u32, u32)) {
        let (region, side) = match self.purpose {
            Purpose::Post => (Region::whole(width, height), FULL_SIDE_MAX),
            Purpose::Avatar => (Region::square(width, height), encode::avatar_side_max()),
        };
        let fit = Fit {
            width: side,
            height: side,
        };
        (region, fit.size(region.width, region.height))
    }

    /// Refuses a picture that takes too much memory to decode. The scaled picture counts as well, because it is created
    /// while the decoded one still exists.
    fn afford(
        &self,
        bytes: u64,
        (width, height): (u32, u32),
        format: PictureFormat,
    ) -> Result<(), PictureRefusal> {
        let (_, (wide, high)) = self.target(width, height);
        let scaled = 4 * u64::from(wide) * u64::from(high);
        if bytes + scaled > DECODING_BYTES_MAX {
            return Err(PictureRefusal::TooMuchMemory {
                width,
                height,
                format,
            });
        }
        Ok(())
    }
}

/// Refuses a picture with a side of more than `max` pixels, or of none.
fn measure_sides(width: u32, height: u32, max: u32) -> Result<(), PictureRefusal> {
    if width == 0 || height == 0 {
        return Err(PictureRefusal::Broken);
    }
    if width > max || height > max {
        return Err(PictureRefusal::TooLong { width, height, max });
    }
    Ok(())
}

/// Encodes a picture in all renditions. The same file always gives the same bytes.
fn convert(
    mut file: File,
    purpose: Purpose,
    limits: PictureLimits,
) -> Result<EncodedPicture, PictureError> {
    // The sandbox does not look at files, not even at this one.
    let bytes = file.seek(SeekFrom::End(0))?;
    if bytes > limits.bytes {
        let max = limits.bytes;
        return Err(PictureRefusal::TooManyBytes { max }.into());
    }
    file.seek(SeekFrom::Start(0))?;
    let mut start = Vec::with_capacity(format::MAGIC_BYTES);
    (&mut file)
        .take(format::MAGIC_BYTES as u64)
        .read_to_end(&mut start)
        .and_then(|_| file.seek(SeekFrom::Start(0)))?;
    let format = PictureFormat::of(&start).ok_or_else(|| {
        UnsupportedFormat::of(&start).map_or(PictureRefusal::NoPicture, PictureRefusal::Unsupported)
    })?;
    let file = BufReader::with_capacity(READ_BYTES, file);
    let task = Task { purpose, limits };
    match format {
        PictureFormat::Jpeg => encode_still(&jpeg::decode(file, &task)?, purpose),
        PictureFormat::Png => {
            let png = png::open(file, &task)?;
            match png.moving_size(purpose) {
                Some(size) => animation::convert(&mut png.animated(), size, limits.bytes),
                None => encode_still(&png.still(&task)?, purpose),
            }
        }
        PictureFormat::Gif => convert_animation(gif::open(file, &task)?, &task),
        PictureFormat::WebP => {
            let webp = webp::open(file, &task)?;
            if webp.is_animated() {
                convert_animation(webp.animated(), &task)
            } else {
                encode_still(&webp.still(&task)?, purpose)
            }
        }
    }
}

/// Encodes a GIF or WebP, as an animation if it has several frames.
fn convert_animation(
    mut source: impl FrameSource,
    task: &Task,
) -> Result<EncodedPicture, PictureError> {
    let moving = match task.purpose {
        Purpose::Post => animation::size(&source),
        Purpose::Avatar => None,
    };
    if let Some(size) = moving {
        return animation::convert(&mut source, size, task.limits.bytes);
    }
    let (region, to) = task.plan(source.canvas().width, source.canvas().height)?;
    encode_still(&animation::still(&mut source, region, to)?, task.purpose)
}

/// Encodes a still picture in the renditions for its purpose.
fn encode_still(picture: &Pixels, purpose: Purpose) -> Result<EncodedPicture, PictureError> {
    match purpose {
        Purpose::Avatar => encode::avatar(picture),
        Purpose::Post => encode::post(picture),
    }
}
