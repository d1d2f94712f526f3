//! Generated photographs for the benchmarks, identical in every run.

use jpeg_encoder::{ColorType, SamplingFactor};

/// A picture with red, green and blue, row by row.
pub(crate) struct Rgb {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bytes: Vec<u8>,
}

/// The settings for encoding a JPEG.
pub(crate) struct Jpeg {
    pub(crate) quality: u8,
    pub(crate) is_progressive: bool,
    pub(crate) is_cmyk: bool,
    pub(crate) sampling: SamplingFactor,
}

/// Settings like those of phones.
pub(crate) const PHONE: Jpeg = Jpeg {
    quality: 90,
    is_progressive: false,
    is_cmyk: false,
    sampling: SamplingFactor::F_2_2,
};

/// Draws soft and hard shapes of every size with the noise of a sensor, so that it compresses like a photograph.
pub(crate) fn photograph(width: u32, height: u32) -> Rgb {
    noisy(width, height, 12)
}

/// Draws the shapes of [`photograph`] with noise from 0 to `noise` codes.
pub(crate) fn noisy(width: u32, height: u32, noise: u32) -> Rgb {
    let mut bytes = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            let coarse = wave(x, y, 640) / 2 + wave(x, y, 160) / 4;
            let fine = wave(x, y, 40) / 8 + wave(x, y, 10) / 16;
            // An edge that runs through the whole picture, like a horizon.
            let below = if wave(x, 7, 320) + y / 4 > 160 { 24 } else { 0 };
            let grain = if noise == 0 { 0 } else { hash(x, y) % noise };
            let light = coarse + fine + below + grain;
            let tint = wave(x + 5_000, y, 900) / 8;
            let channels = [light + tint, light + 16, light + 31 - tint];
            bytes.extend(channels.map(|channel| u8::try_from(channel.min(255)).unwrap_or(255)));
        }
    }
    Rgb {
        width,
        height,
        bytes,
    }
}

impl Rgb {
    pub(crate) fn jpeg(&self, how: &Jpeg) -> Vec<u8> {
        let mut jpeg = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, how.quality);
        encoder.set_sampling_factor(how.sampling);
        encoder.set_progressive(how.is_progressive);
        encoder.set_optimized_huffman_tables(how.is_progressive);
        let side = |side| u16::try_from(side).expect("few pixels");
        let (width, height) = (side(self.width), side(self.height));
        if how.is_cmyk {
            let inks = self.bytes.chunks_exact(3);
            let inks: Vec<u8> = inks.flat_map(|p| [p[0], p[1], p[2], 255]).collect();
            encoder.encode(&inks, width, height, ColorType::Cmyk)
        } else {
            encoder.encode(&self.bytes, width, height, ColorType::Rgb)
        }
        .expect("memory");
        jpeg
    }
}

/// Returns a value from 0 to 255 that changes softly with a period of `period` pixels.
fn wave(x: u32, y: u32, period: u32) -> u32 {
    let (left, top) = (x / period, y / period);
    let (right, down) = (x % period, y % period);
    let corner = |x, y| hash(x, y) % 256;
    let upper = corner(left, top) * (period - right) + corner(left + 1, top) * right;
    let lower = corner(left, top + 1) * (period - right) + corner(left + 1, top + 1) * right;
    (upper / period * (period - down) + lower / period * down) / period
}

pub(crate) fn hash(x: u32, y: u32) -> u32 {
    let mut bits = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x2c1b_3c6d);
    bits ^ bits >> 13
}
