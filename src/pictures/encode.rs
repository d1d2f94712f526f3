//! Encoding in all sizes, as WebP by libwebp. libwebp is C, but it only sees pixels that decoders in safe Rust
//! produced, never untrusted bytes. The encoders written in Rust are lossless only; docs/measurements.md says how much
//! lossy encoding saves.

use webpx::{Encoder, EncoderConfig, Unstoppable};

use super::{
    EncodedPicture, EncodedRendition, PictureError,
    pixels::{Pixels, Region},
    scale::resized,
};
use crate::model::{AVATAR_SIDES, MediaType, ROW, Rendition};

/// The quality of still pictures for libwebp, from 0 to 100.
const QUALITY: f32 = 80.0;

/// The quality of animation frames, which are visible only for a moment.
pub(super) const ANIMATION_QUALITY: f32 = 70.0;

/// The share of pixels, in hundredths, that equal their left neighbour in a drawing or screenshot. Such pictures are
/// also tried with lossless encoding.
const GRAPHIC_HUNDREDTHS: usize = 40;

/// The most times that the quickest lossless encoding may be as large as the lossy one, so that the slow one is worth a
/// try. In drawings and screenshots it is at most twice as large, in photographs with flat areas more than three times.
const LOSSLESS_TRY_MAX: usize = 3;

/// Encodes all renditions for a post from the largest one.
pub(super) fn post(full: &Pixels) -> Result<EncodedPicture, PictureError> {
    let sizes = [
        (Rendition::Row, ROW.size(full.width, full.height)),
        (
            Rendition::DoubleRow,
            ROW.twice().size(full.width, full.height),
        ),
        (Rendition::Full, (full.width, full.height)),
    ];
    encode_sizes(full, sizes)
}

/// Encodes all renditions of an avatar from the largest square.
pub(super) fn avatar(square: &Pixels) -> Result<EncodedPicture, PictureError> {
    let sizes = Rendition::avatars().filter_map(|rendition| match rendition {
        Rendition::Avatar(side) => {
            let side = side.min(square.width);
            Some((rendition, (side, side)))
        }
        _ => None,
    });
    encode_sizes(square, sizes)
}

/// Returns the side of the largest stored square, in pixels.
pub(super) fn avatar_side_max() -> u32 {
    AVATAR_SIDES.into_iter().max().unwrap_or(1) * 2
}

/// Encodes a picture in the given sizes, each size once.
fn encode_sizes(
    largest: &Pixels,
    sizes: impl IntoIterator<Item = (Rendition, (u32, u32))>,
) -> Result<EncodedPicture, PictureError> {
    let mut renditions: Vec<EncodedRendition> = Vec::new();
    for (rendition, size) in sizes {
        let same = renditions
            .iter()
            .find(|encoded| (encoded.width, encoded.height) == size);
        let encoded = match same {
            Some(same) => EncodedRendition {
                rendition,
                ..same.clone()
            },
            None if size == (largest.width, largest.height) => encode_one(rendition, largest)?,
            None => encode_one(rendition, &smaller(largest, size))?,
        };
        renditions.push(encoded);
    }
    Ok(EncodedPicture {
        width: largest.width,
        height: largest.height,
        is_moving: false,
        renditions,
    })
}

/// Scales a picture down.
pub(super) fn smaller(picture: &Pixels, size: (u32, u32)) -> Pixels {
    let region = Region::whole(picture.width, picture.height);
    resized(&picture.rgba, picture.width, region, size)
}

/// Encodes one rendition: lossy, or lossless if that is smaller.
fn encode_one(rendition: Rendition, picture: &Pixels) -> Result<EncodedRendition, PictureError> {
    let mut bytes = with_loss(picture)?;
    if is_graphic(picture) && is_worth_lossless(picture, bytes.len()) {
        // Lossless encoding needs more memory, and may fail for the largest pictures. They stay lossy then.
        match webp(picture, EncoderConfig::new_lossless()) {
            Ok(lossless) if lossless.len() <= bytes.len() => bytes = lossless,
            Ok(_) | Err(_) => {}
        }
    }
    Ok(EncodedRendition {
        rendition,
        width: picture.width,
        height: picture.height,
        media_type: MediaType::WebP,
        bytes,
    })
}

/// Checks by the quickest lossless encoding whether a better one can be smaller than the lossy one, which has `lossy` bytes.
/// It takes a tenth of the time, and photographs with an overexposed sky or a black night look like drawings.
fn is_worth_lossless(picture: &Pixels, lossy: usize) -> bool {
    webp(picture, EncoderConfig::new_lossless_level(0))
        .is_ok_and(|quick| quick.len() <= LOSSLESS_TRY_MAX * lossy)
}

/// Encodes lossily. Retries with settings that need less memory, which is slower and may give a larger result.
fn with_loss(picture: &Pixels) -> Result<Vec<u8>, PictureError> {
    let usual = EncoderConfig::new().quality(QUALITY).method(4);
    let small = usual.clone().low_memory(true);
    webp(picture, usual)
        .or_else(|_| webp(picture, small.clone()))
        .or_else(|_| webp(picture, small.alpha_compression(false)))
}

fn webp(picture: &Pixels, config: EncoderConfig) -> Result<Vec<u8>, PictureError> {
    let (width, height) = (picture.width, picture.height);
    let bytes = if picture.is_opaque() {
        Encoder::new_rgb(&picture.rgb(), width, height)
            .config(config)
            .encode(Unstoppable)
    } else {
        Encoder::new_rgba(&picture.rgba, width, height)
            .config(config)
            .encode(Unstoppable)
    };
    bytes.map_err(|error| failed(&error))
}

/// Checks for large areas of one colour or full transparency, which are typical of drawings and screenshots.
pub(super) fn is_graphic(picture: &Pixels) -> bool {
    let row_bytes = picture.width as usize * 4;
    let mut same = 0;
    for row in picture.rgba.chunks_exact(row_bytes) {
        let pixels = row.chunks_exact(4);
        same += pixels
            .clone()
            .zip(pixels.skip(1))
            .filter(|(left, right)| left == right)
            .count();
    }
    same * 100 >= picture.rgba.len() / 4 * GRAPHIC_HUNDREDTHS
}

/// Wraps an error of the encoder.
pub(super) fn failed(error: &impl std::fmt::Display) -> PictureError {
    PictureError::Failed(format!("encoding a picture: {error}"))
}
