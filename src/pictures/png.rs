//! PNG (W3C, third edition), decoded row by row. Interlaced pictures must be decoded as a whole first. An animated PNG
//! is reduced to its still picture, which programs without support for animation also show.

use std::io::{BufRead, Seek};

use png::{ColorType, Decoder, DecodingError, Limits, Transformations};

use super::{
    PictureError, PictureRefusal, Task,
    colours::Colours,
    format::PictureFormat,
    pixels::{Orientation, PixelLayout, Pixels},
    scale::Scaler,
};

/// The memory for everything but pixels, such as palettes and profiles, in bytes. Profiles have about 3 kB, some 2 MB.
const CHUNK_BYTES_MAX: usize = 4 << 20;

/// Decodes a picture, scaled and upright.
pub(super) fn decode(file: impl BufRead + Seek, task: &Task) -> Result<Pixels, PictureError> {
    let mut decoder = Decoder::new_with_limits(
        file,
        Limits {
            bytes: CHUNK_BYTES_MAX,
        },
    );
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    // Checked before anything as long as a row is allocated.
    let (width, height) = {
        let header = decoder.read_header_info().map_err(refused)?;
        (header.width, header.height)
    };
    let (region, to) = task.plan(width, height)?;
    let mut reader = decoder.read_info().map_err(refused)?;
    let layout = match reader.output_color_type().0 {
        ColorType::Grayscale => PixelLayout::Grey,
        ColorType::GrayscaleAlpha => PixelLayout::GreyAlpha,
        ColorType::Rgb => PixelLayout::Rgb,
        ColorType::Rgba => PixelLayout::Rgba,
        ColorType::Indexed => return Err(PictureRefusal::Unusual.into()),
    };
    let info = reader.info();
    let is_interlaced = info.interlaced;
    let orientation = info
        .exif_metadata
        .as_deref()
        .map(Orientation::of)
        .unwrap_or_default();
    let profile = info.icc_profile.as_deref();
    let gamma = info
        .gama_chunk
        .filter(|_| profile.is_none() && info.srgb.is_none());
    let colours = match layout {
        _ if let Some(gamma) = gamma => Colours::of_gamma(gamma.into_value()),
        PixelLayout::Rgb | PixelLayout::Rgba => Colours::of_profile(profile),
        _ => Colours::of_grey_profile(profile),
    };
    let row_bytes = width as usize * layout.bytes();

    let mut scaler = Scaler::new(layout, &colours, region, to);
    if is_interlaced {
        let all = row_bytes as u64 * u64::from(height);
        task.afford(all, (width, height), PictureFormat::Png)?;
        let mut bytes = vec![0; row_bytes * height as usize];
        reader.next_frame(&mut bytes).map_err(refused)?;
        scaler.rows(&bytes, width);
    } else {
        let mut row = vec![0; row_bytes];
        for _ in 0..height {
            match reader.read_row(&mut row).map_err(refused)? {
                Some(_) => scaler.row(&row),
                None => return Err(PictureRefusal::CutOff.into()),
            }
        }
    }
    Ok(scaler.finish().turned(orientation))
}

fn refused(error: DecodingError) -> PictureError {
    match error {
        DecodingError::IoError(error) => error.into(),
        DecodingError::LimitsExceeded => PictureRefusal::Unusual.into(),
        DecodingError::Format(_) | DecodingError::Parameter(_) => PictureRefusal::Broken.into(),
    }
}
