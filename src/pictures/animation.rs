//! Animations. GIF and WebP animations are encoded as WebP, which stores only the changes between frames. Frames are
//! scaled and encoded one by one, so that only one is in memory.
//!
//! An animation that exceeds the limits here, or takes a slow machine too long, is reduced to its first frame, which is
//! better than nothing. One that is long, but not too long, is scaled down so that it still moves.

use webpx::AnimationEncoder;

use super::{
    EncodedPicture, EncodedRendition, PictureError, PictureRefusal,
    canvas::Canvas,
    encode::{self, ANIMATION_QUALITY},
    pixels::{Pixels, Region},
    sandbox,
    scale::resized,
};
use crate::model::{Fit, MediaType, ROW, Rendition};

/// The most frames of an animation: a minute at 20 frames a second.
const FRAMES_MAX: u32 = 1_200;

/// The most pixels of all frames together. Each frame counts as the pixels it carries, and also as the whole canvas,
/// because the canvas is scaled again for each frame however little changes.
const SOURCE_PIXELS_MAX: u64 = 200_000_000;

/// The most pixels of a canvas. It keeps all that is held of an animation under 40 MB.
const CANVAS_PIXELS_MAX: u64 = 4_194_304;

/// The box that animations are scaled down to. Larger ones take a second to encode ten frames.
const MOVING: Fit = Fit {
    width: 1_024,
    height: 1_024,
};

/// The most pixels of all frames of one rendition together. Longer animations are scaled down further.
const ENCODED_PIXELS_MAX: u64 = 40_000_000;

/// The shorter side, in pixels, below which only the first frame of an animation is kept.
const MOVING_SIDE_MIN: u32 = 64;

/// The shortest delay that is taken literally, in milliseconds. Browsers treat shorter ones as "as fast as possible"
/// and use `WAIT_USUAL` instead.
const WAIT_MIN: u32 = 11;
const WAIT_USUAL: u32 = 100;

/// A decoder that yields an animation frame by frame.
pub(super) trait FrameSource {
    /// Returns the length, which is known before the first frame is decoded.
    fn length(&self) -> &Length;

    /// Returns the canvas as it is after the last call of `next`.
    fn canvas(&self) -> &Canvas;

    /// Lays the next frame on the canvas. Returns its delay in milliseconds, or `None` at the end.
    fn next(&mut self) -> Result<Option<u32>, PictureError>;
}

/// The length of an animation, as far as it was scanned.
#[derive(Debug, Clone, Default)]
pub(super) struct Length {
    pub(super) frames: u32,
    /// The number of times it plays; 0 means forever.
    pub(super) loops: u32,
    pixels: u64,
    milliseconds: u64,
}

impl Length {
    /// Creates a length without frames that loops this often.
    pub(super) fn looping(loops: u32) -> Length {
        Length {
            loops,
            ..Length::default()
        }
    }

    /// Adds a frame with this many pixels and this delay in milliseconds.
    pub(super) fn add(&mut self, pixels: u64, wait: u32) {
        self.frames += 1;
        self.pixels += pixels;
        self.milliseconds += u64::from(longer(wait));
    }

    /// Checks whether the animation is over a limit already, so that scanning on is pointless.
    pub(super) fn is_too_long(&self) -> bool {
        self.frames > FRAMES_MAX
            || self.pixels > SOURCE_PIXELS_MAX
            || i32::try_from(self.milliseconds).is_err()
    }
}

/// Replaces delays that browsers do not take literally.
fn longer(wait: u32) -> u32 {
    if wait < WAIT_MIN { WAIT_USUAL } else { wait }
}

/// Decodes the first frame and scales it.
pub(super) fn still(
    source: &mut impl FrameSource,
    region: Region,
    to: (u32, u32),
) -> Result<Pixels, PictureError> {
    source
        .next()?
        .ok_or(PictureError::Refused(PictureRefusal::Broken))?;
    Ok(scaled(source.canvas(), region, to))
}

/// Returns the size in which the animation is encoded. Returns `None` for a still picture and for an animation over a
/// limit.
pub(super) fn size(source: &impl FrameSource) -> Option<(u32, u32)> {
    moving_size(
        source.length(),
        source.canvas().width,
        source.canvas().height,
    )
}

/// Returns the size in which an animation of this length is encoded, or `None` as [`size`] does.
pub(super) fn moving_size(length: &Length, width: u32, height: u32) -> Option<(u32, u32)> {
    let canvas = u64::from(width) * u64::from(height);
    if length.frames < 2
        || length.is_too_long()
        || canvas > CANVAS_PIXELS_MAX
        || canvas * u64::from(length.frames) > SOURCE_PIXELS_MAX
    {
        return None;
    }
    let (mut wide, mut high) = MOVING.size(width, height);
    let is_large = wide.min(high) >= MOVING_SIDE_MIN;
    // Shrink by sixteenths until all frames together are within the limit.
    while u64::from(wide) * u64::from(high) * u64::from(length.frames) > ENCODED_PIXELS_MAX {
        let smaller = Fit {
            width: wide * 15 / 16,
            height: high * 15 / 16,
        };
        (wide, high) = smaller.size(width, height);
        if is_large && wide.min(high) < MOVING_SIDE_MIN {
            return None;
        }
    }
    Some((wide, high))
}

/// Encodes all renditions. The moving ones are left out if one of them is larger than `bytes_max` bytes, or if no frame
/// differs from another.
pub(super) fn convert(
    source: &mut impl FrameSource,
    size: (u32, u32),
    bytes_max: u64,
) -> Result<EncodedPicture, PictureError> {
    let mut first: Option<Pixels> = None;
    let row_size = ROW.twice().size(size.0, size.1);
    let mut full: Option<Track> = None;
    let mut row: Option<Track> = None;
    let whole = Region::whole(source.canvas().width, source.canvas().height);
    let mut at = 0;
    while let Some(wait) = source.next()? {
        let frame = scaled(source.canvas(), whole, size);
        let small = (row_size != size).then(|| encode::smaller(&frame, row_size));
        if first.is_none() {
            let is_graphic = encode::is_graphic(&frame);
            full = Some(Track::new(size, source.length().loops, is_graphic)?);
            if small.is_some() {
                row = Some(Track::new(row_size, source.length().loops, is_graphic)?);
            }
        }
        if let Some(full) = &mut full {
            full.add(&frame, at)?;
        }
        if let (Some(row), Some(small)) = (&mut row, &small) {
            row.add(small, at)?;
        }
        if first.is_none() {
            first = Some(frame);
        }
        at += i32::try_from(longer(wait)).unwrap_or(0);
        if sandbox::is_late() {
            return first
                .as_ref()
                .map_or(Err(PictureRefusal::Broken.into()), encode::post);
        }
    }
    let (Some(first), Some(full)) = (first, full) else {
        return Err(PictureRefusal::Broken.into());
    };
    let full = full.finish(Rendition::Moving, at)?;
    let row = match row {
        Some(row) => row.finish(Rendition::MovingRow, at)?,
        None => EncodedRendition {
            rendition: Rendition::MovingRow,
            ..full.clone()
        },
    };
    let mut picture = encode::post(&first)?;
    let fits = [&full, &row]
        .iter()
        .all(|encoded| encoded.bytes.len() as u64 <= bytes_max && moves(&encoded.bytes));
    if fits {
        picture.is_moving = true;
        picture.renditions.extend([row, full]);
    }
    Ok(picture)
}

/// One moving rendition that is being encoded.
struct Track {
    encoder: AnimationEncoder,
    size: (u32, u32),
}

impl Track {
    fn new(
        (width, height): (u32, u32),
        loops: u32,
        is_graphic: bool,
    ) -> Result<Track, PictureError> {
        let mut encoder =
            AnimationEncoder::with_options(width, height, is_graphic, loops.min(65_535))
                .map_err(|error| encode::failed(&error))?;
        encoder.set_quality(ANIMATION_QUALITY);
        Ok(Track {
            encoder,
            size: (width, height),
        })
    }

    fn add(&mut self, frame: &Pixels, at: i32) -> Result<(), PictureError> {
        self.encoder
            .add_frame_rgba(&frame.rgba, at)
            .map_err(|error| encode::failed(&error))
    }

    fn finish(self, rendition: Rendition, at: i32) -> Result<EncodedRendition, PictureError> {
        let bytes = self
            .encoder
            .finish(at)
            .map_err(|error| encode::failed(&error))?;
        Ok(EncodedRendition {
            rendition,
            width: self.size.0,
            height: self.size.1,
            media_type: MediaType::WebP,
            bytes,
        })
    }
}

/// Checks whether the encoder wrote an animation. It writes a still picture if all frames are equal.
fn moves(webp: &[u8]) -> bool {
    // The animation flag of the `VP8X` chunk, which every animation begins with (RFC 9649 §2.7.1).
    webp.get(12..16) == Some(b"VP8X") && webp.get(20).is_some_and(|flags| flags & 2 != 0)
}

fn scaled(canvas: &Canvas, region: Region, to: (u32, u32)) -> Pixels {
    resized(&canvas.rgba, canvas.width, region, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of(frames: u32, width: u32, height: u32) -> Option<(u32, u32)> {
        let mut length = Length::default();
        for _ in 0..frames {
            length.add(u64::from(width * height), 100);
        }
        moving_size(&length, width, height)
    }

    #[test]
    fn a_long_animation_is_scaled_down_and_a_longer_one_does_not_move() {
        for (frames, width, height, size) in [
            (1, 300, 200, None),
            (2, 300, 200, Some((300, 200))),
            (20, 2_000, 1_000, Some((1_024, 512))),
            (20, 2_049, 2_048, None),
            (600, 400, 300, Some((287, 215))),
            (1_200, 10, 8, Some((10, 8))),
            (1_201, 10, 8, None),
            (100, 1_400, 1_450, None),
            (1_000, 700, 64, None),
        ] {
            assert_eq!(
                size_of(frames, width, height),
                size,
                "{frames} of {width} × {height}"
            );
        }
    }

    #[test]
    fn the_whole_canvas_counts_for_every_small_frame() {
        let mut length = Length::default();
        for _ in 0..1_200 {
            length.add(1, 100);
        }
        assert_eq!(moving_size(&length, 2_048, 2_048), None);
        assert!(moving_size(&length, 400, 400).is_some());
    }

    #[test]
    fn very_short_delays_are_replaced_as_browsers_do() {
        assert_eq!([0, 10, 11, 40].map(longer), [100, 100, 11, 40]);
    }
}
