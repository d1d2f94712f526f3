//! Pictures as bytes, in all their sizes: WebP by libwebp, which is C and sees no bytes of strangers, only pixels that
//! decoders in safe Rust have made of them. What Rust itself has writes WebP without loss alone, and docs/measurements.md
//! says what loss saves.

use webpx::{Encoder, EncoderConfig, Unstoppable};

use super::{
    Drawn, Fault, Made,
    pixels::{Pixels, Region},
    scale::resized,
};
use crate::model::{AVATAR_SIDES, MediaType, ROW, Rendition};

/// Of photographs, from 0 to 100, for libwebp.
const QUALITY: f32 = 80.0;

/// Of frames that are there for a moment.
pub(super) const ANIMATION_QUALITY: f32 = 70.0;

/// A picture in which so many hundredths of the pixels are exactly like their neighbour on the left is drawn and not
/// photographed, and is tried without loss as well.
const GRAPHIC_HUNDREDTHS: usize = 40;

/// All sizes of a picture in a post, from its largest.
pub(super) fn post(full: &Pixels) -> Result<Made, Fault> {
    let sizes = [
        (Rendition::Row, ROW.size(full.width, full.height)),
        (
            Rendition::DoubleRow,
            ROW.twice().size(full.width, full.height),
        ),
        (Rendition::Full, (full.width, full.height)),
    ];
    made(full, sizes)
}

/// All sizes of a person's picture, from its largest.
pub(super) fn avatar(square: &Pixels) -> Result<Made, Fault> {
    let sizes = Rendition::avatars().filter_map(|rendition| match rendition {
        Rendition::Avatar(side) => {
            let side = side.min(square.width);
            Some((rendition, (side, side)))
        }
        _ => None,
    });
    made(square, sizes)
}

/// The side of the largest square that is kept, in pixels.
pub(super) fn avatar_side_max() -> u32 {
    AVATAR_SIDES.into_iter().max().unwrap_or(1) * 2
}

fn made(
    largest: &Pixels,
    sizes: impl IntoIterator<Item = (Rendition, (u32, u32))>,
) -> Result<Made, Fault> {
    let mut renditions: Vec<Drawn> = Vec::new();
    for (rendition, size) in sizes {
        let same = renditions
            .iter()
            .find(|drawn| (drawn.width, drawn.height) == size);
        let drawn = match same {
            Some(same) => Drawn {
                rendition,
                ..same.clone()
            },
            None if size == (largest.width, largest.height) => encoded(rendition, largest)?,
            None => encoded(rendition, &smaller(largest, size))?,
        };
        renditions.push(drawn);
    }
    Ok(Made {
        width: largest.width,
        height: largest.height,
        is_moving: false,
        renditions,
    })
}

pub(super) fn smaller(picture: &Pixels, size: (u32, u32)) -> Pixels {
    let region = Region::whole(picture.width, picture.height);
    resized(&picture.rgba, picture.width, region, size)
}

fn encoded(rendition: Rendition, picture: &Pixels) -> Result<Drawn, Fault> {
    let mut bytes = with_loss(picture)?;
    if is_graphic(picture) {
        // It takes more memory, which there may not be for the largest: then it stays as it is.
        match webp(picture, EncoderConfig::new_lossless()) {
            Ok(lossless) if lossless.len() <= bytes.len() => bytes = lossless,
            Ok(_) | Err(_) => {}
        }
    }
    Ok(Drawn {
        rendition,
        width: picture.width,
        height: picture.height,
        media_type: MediaType::WebP,
        bytes,
    })
}

/// The largest and hardest to write are written with less memory, which takes longer or makes them longer.
fn with_loss(picture: &Pixels) -> Result<Vec<u8>, Fault> {
    let usual = EncoderConfig::new().quality(QUALITY).method(4);
    let small = usual.clone().low_memory(true);
    webp(picture, usual)
        .or_else(|_| webp(picture, small.clone()))
        .or_else(|_| webp(picture, small.alpha_compression(false)))
}

fn webp(picture: &Pixels, config: EncoderConfig) -> Result<Vec<u8>, Fault> {
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

/// It has areas of one colour, or is cut out.
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

pub(super) fn failed(error: &impl std::fmt::Display) -> Fault {
    Fault::Failed(format!("encoding a picture: {error}"))
}
