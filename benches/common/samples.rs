//! Generated pictures for the benchmarks, identical in every run.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};
use webpx::{AnimationEncoder, EncoderConfig, Unstoppable};

use crate::photographs::{Rgb, hash, noisy, photograph};

/// Draws a [`photograph`] whose upper part is white.
pub(crate) fn overexposed(width: u32, height: u32) -> Rgb {
    let mut picture = photograph(width, height);
    let white = picture.bytes.len() / 5 * 3;
    picture.bytes[..white].fill(252);
    picture
}

/// Draws windows with lines of text-like marks.
pub(crate) fn screenshot(width: u32, height: u32) -> Rgb {
    let mut bytes = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            let is_letter = y % 18 < 11 && x % 700 > 40 && hash(x / 2, y / 2).is_multiple_of(3);
            let is_bar = y % 500 < 40;
            let pixel = match (is_bar, is_letter) {
                (true, _) => [52, 86, 139],
                (_, true) => [34, 34, 34],
                _ if x / 700 % 2 == 0 => [255, 255, 255],
                _ => [243, 244, 246],
            };
            bytes.extend_from_slice(&pixel);
        }
    }
    Rgb {
        width,
        height,
        bytes,
    }
}

impl Rgb {
    pub(crate) fn png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().expect("memory");
        writer.write_image_data(&self.bytes).expect("memory");
        writer.finish().expect("memory");
        bytes
    }

    pub(crate) fn webp(&self, config: EncoderConfig) -> Vec<u8> {
        webpx::Encoder::new_rgb(&self.bytes, self.width, self.height)
            .config(config)
            .encode(Unstoppable)
            .expect("memory")
    }
}

/// Encodes a half-transparent PNG with 16 bits per channel, which has the longest possible rows.
pub(crate) fn deep_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().expect("memory");
    let mut stream = writer.stream_writer().expect("memory");
    for y in 0..height {
        let row: Vec<u8> = (0..width).flat_map(|x| soft(x, y)).collect();
        stream.write_all(&row).expect("memory");
    }
    stream.finish().expect("memory");
    drop(writer);
    bytes
}

/// Encodes a PNG with pairs of equal pixels in all colours and opacities, which are the hardest for the encoder.
pub(crate) fn cut_out_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("memory");
    let places = (0..height).flat_map(|y| (0..width).map(move |x| hash(x / 2, y) % 64));
    let parts = places.flat_map(|n| [n * 4, n * 2, 255 - n, 128 + n]);
    let bits: Vec<u8> = parts.map(|part| part.to_le_bytes()[0]).collect();
    writer.write_image_data(&bits).expect("memory");
    writer.finish().expect("memory");
    bytes
}

fn soft(x: u32, y: u32) -> [u8; 8] {
    let [_, _, x1, x0] = (x * 4).to_be_bytes();
    let [_, _, y1, y0] = (y * 4).to_be_bytes();
    [x1, x0, y1, y0, x1, y0, 0x80, 0]
}

/// Encodes an interlaced PNG with opacity by hand, because the `png` crate only reads such files (W3C PNG §8.1).
pub(crate) fn interlaced_png(width: u32, height: u32) -> Vec<u8> {
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::fast());
    for (left, top, across, down) in [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ] {
        for y in (top..height).step_by(down) {
            let part = |x: u32| [x.to_le_bytes()[0], (x / 4 + y / 4).to_le_bytes()[0], 9, 128];
            let pixels = (left..width).step_by(across).map(|x| part(x / 16));
            let mut row = vec![0];
            pixels.for_each(|pixel| row.extend_from_slice(&pixel));
            rows.write_all(&row).expect("memory");
        }
    }
    let rows = rows.finish().expect("memory");
    let mut png = Vec::from(*b"\x89PNG\r\n\x1a\n");
    let mut chunk = |name: &[u8; 4], data: &[u8]| {
        png.extend_from_slice(&u32::try_from(data.len()).expect("few").to_be_bytes());
        let named = [name, data].concat();
        let mut crc = Crc::new();
        crc.update(&named);
        png.extend_from_slice(&named);
        png.extend_from_slice(&crc.sum().to_be_bytes());
    };
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(b"IHDR", &[&sides[..], &[8, 6, 0, 0, 1]].concat());
    chunk(b"IDAT", &rows);
    chunk(b"IEND", &[]);
    png
}

/// Encodes an animation of a photograph that moves to the left, with a palette of 216 colours. Each frame restores what
/// was there before.
pub(crate) fn gif(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let palette: Vec<u8> = (0..216_u32)
        .flat_map(|n| [n / 36, n / 6 % 6, n % 6].map(|part| u8::try_from(part * 51).unwrap_or(255)))
        .collect();
    let scene = noisy(width + 4 * frames, height, 0);
    let side = |side| u16::try_from(side).expect("few pixels");
    let mut bytes = Vec::new();
    let mut encoder =
        gif::Encoder::new(&mut bytes, side(width), side(height), &palette).expect("memory");
    for number in 0..frames {
        let rows = scene.bytes.chunks_exact(scene.width as usize * 3);
        let first = number as usize * 4 * 3;
        let pixels = rows.flat_map(|row| row[first..first + width as usize * 3].chunks_exact(3));
        let code = |part: u8| (part / 43).min(5);
        let buffer: Vec<u8> = pixels
            .map(|p| code(p[0]) * 36 + code(p[1]) * 6 + code(p[2]))
            .collect();
        let frame = gif::Frame {
            width: side(width),
            height: side(height),
            delay: 5,
            dispose: gif::DisposalMethod::Previous,
            buffer: buffer.into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).expect("memory");
    }
    drop(encoder);
    bytes
}

/// Encodes the animation as lossy WebP, half transparent.
pub(crate) fn moving_webp(width: u32, height: u32, frames: u32) -> Vec<u8> {
    let scene = noisy(width + 4 * frames, height, 0);
    let mut encoder = AnimationEncoder::new(width, height).expect("memory");
    encoder.set_quality(30.0);
    let mut at = 0;
    for number in 0..frames {
        let rows = scene.bytes.chunks_exact(scene.width as usize * 3);
        let first = number as usize * 4 * 3;
        let pixels = rows.flat_map(|row| row[first..first + width as usize * 3].chunks_exact(3));
        let rgba: Vec<u8> = pixels.flat_map(|p| [p[0], p[1], p[2], 128]).collect();
        encoder.add_frame_rgba(&rgba, at).expect("memory");
        at += 50;
    }
    encoder.finish(at).expect("memory")
}
