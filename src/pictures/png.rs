//! PNG (W3C, third edition), decoded row by row. Interlaced pictures must be decoded as a whole first.
//!
//! An animation that cannot move here is reduced to the picture that programs without support for animation show. This
//! concerns animations over a limit and the rare ones that are interlaced or turned.

mod chunks;
mod frames;

use std::io::{BufRead, Seek};

use png::{ColorType, Decoder, DecodingError, Limits, Reader, Transformations};

use self::{chunks::Chunks, frames::AnimatedPng};
use super::{
    PictureError, PictureRefusal, Purpose, Task, animation,
    canvas::{Canvas, Disposal},
    colours::Colours,
    format::PictureFormat,
    pixels::{Orientation, PixelLayout, Pixels},
    scale::Scaler,
};

/// The memory for everything but pixels, such as palettes and profiles, in bytes. Profiles have about 3 kB, some 2 MB.
const CHUNK_BYTES_MAX: usize = 4 << 20;

/// A file that is being decoded.
pub(super) struct Png<R: BufRead + Seek> {
    reader: Reader<R>,
    chunks: Chunks,
    layout: PixelLayout,
    colours: Colours,
    width: u32,
    height: u32,
}

/// Reads everything before the pixels and checks it against the limits.
pub(super) fn open<R: BufRead + Seek>(mut file: R, task: &Task) -> Result<Png<R>, PictureError> {
    let chunks = chunks::scan(&mut file)?;
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
    task.measure(width, height)?;
    let reader = decoder.read_info().map_err(refused)?;
    let layout = match reader.output_color_type().0 {
        ColorType::Grayscale => PixelLayout::Grey,
        ColorType::GrayscaleAlpha => PixelLayout::GreyAlpha,
        ColorType::Rgb => PixelLayout::Rgb,
        ColorType::Rgba => PixelLayout::Rgba,
        ColorType::Indexed => return Err(PictureRefusal::Unusual.into()),
    };
    let info = reader.info();
    let profile = info.icc_profile.as_deref();
    let gamma = info
        .gama_chunk
        .filter(|_| profile.is_none() && info.srgb.is_none());
    let colours = match layout {
        _ if let Some(gamma) = gamma => Colours::of_gamma(gamma.into_value()),
        PixelLayout::Rgb | PixelLayout::Rgba => Colours::of_profile(profile),
        _ => Colours::of_grey_profile(profile),
    };
    Ok(Png {
        reader,
        chunks,
        layout,
        colours,
        width,
        height,
    })
}

impl<R: BufRead + Seek> Png<R> {
    /// Returns the size of the animation for this purpose, or `None` if the picture does not move.
    pub(super) fn moving_size(&self, purpose: Purpose) -> Option<(u32, u32)> {
        let can_move = purpose == Purpose::Post
            && !self.reader.info().interlaced
            && self.chunks.orientation == Orientation::Upright;
        can_move
            .then(|| animation::moving_size(&self.chunks.length, self.width, self.height))
            .flatten()
    }

    /// Decodes the still picture, scaled and upright.
    pub(super) fn still(mut self, task: &Task) -> Result<Pixels, PictureError> {
        let (region, to) = task.target(self.width, self.height);
        let row_bytes = self.width as usize * self.layout.bytes();
        let mut scaler = Scaler::new(self.layout, &self.colours, region, to);
        if self.reader.info().interlaced {
            let all = row_bytes as u64 * u64::from(self.height);
            task.afford(all, (self.width, self.height), PictureFormat::Png)?;
            let mut bytes = vec![0; row_bytes * self.height as usize];
            self.reader.next_frame(&mut bytes).map_err(refused)?;
            scaler.rows(&bytes, self.width);
        } else {
            let mut row = vec![0; row_bytes];
            for _ in 0..self.height {
                match self.reader.read_row(&mut row).map_err(refused)? {
                    Some(_) => scaler.row(&row),
                    None => return Err(PictureRefusal::CutOff.into()),
                }
            }
        }
        Ok(scaler.finish().turned(self.chunks.orientation))
    }

    /// Starts decoding an animation.
    pub(super) fn animated(self) -> AnimatedPng<R> {
        AnimatedPng {
            canvas: Canvas::new(self.width, self.height),
            reader: self.reader,
            layout: self.layout,
            colours: self.colours,
            length: self.chunks.length,
            place: 0,
            disposal: Disposal::Keep,
        }
    }
}

fn refused(error: DecodingError) -> PictureError {
    match error {
        DecodingError::IoError(error) => error.into(),
        DecodingError::LimitsExceeded => PictureRefusal::Unusual.into(),
        DecodingError::Format(_) | DecodingError::Parameter(_) => PictureRefusal::Broken.into(),
    }
}
