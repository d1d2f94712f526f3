//! Sizes and similarity of encoded pictures, for the `pictures` benchmark.

use std::{fs, io::Cursor, path::Path, time::Instant};

use jpeg_encoder::SamplingFactor;
use quartfeed::{
    model::Rendition,
    pictures::{ImageQueue, Purpose},
};
use webpx::{Encoder, EncoderConfig, Unstoppable};

use crate::{
    common::median,
    make,
    photographs::{Jpeg, Rgb},
};

/// The shortest side of a photograph, in pixels. Smaller files are icons.
const SIDE_MIN: u32 = 256;

/// The share of pixels, in hundredths, that equal their left neighbour in a drawing or screenshot. The same number as
/// in `pictures::encode`.
const GRAPHIC_HUNDREDTHS: usize = 40;

/// Prints the bytes of each rendition of the photographs.
pub(crate) fn renditions(directory: &Path) {
    let queue = ImageQueue::open(crate::PROGRAM.into()).expect("a thread");
    let mut sizes: Vec<(Rendition, Vec<f64>)> = Vec::new();
    let mut add = |bytes: &[u8], purpose: Purpose| {
        for drawn in make(&queue, bytes, purpose).renditions {
            let bytes = f64::from(u32::try_from(drawn.bytes.len()).expect("few bytes"));
            match sizes.iter_mut().find(|(name, _)| *name == drawn.rendition) {
                Some((_, sizes)) => sizes.push(bytes),
                None => sizes.push((drawn.rendition, vec![bytes])),
            }
        }
    };
    let (photographs, _) = sorted(directory);
    for (file, _) in &photographs {
        add(file, Purpose::Avatar);
        add(file, Purpose::Post);
    }
    println!("bytes of {} photographs: median, most", photographs.len());
    for (rendition, bytes) in sizes {
        let most = bytes.iter().copied().fold(0.0, f64::max);
        println!("{rendition:12?} {:8.0} {most:8.0}", median(bytes));
    }
}

/// Compares JPEG in several qualities with WebP in the quality that has the same similarity to the original.
pub(crate) fn photographs(directory: &Path) {
    let (photographs, _) = sorted(directory);
    println!(
        "{} photographs at half their size: JPEG (progressive, 4:2:0), and WebP that is as like",
        photographs.len()
    );
    for quality in [70, 75, 80, 85] {
        let (mut bytes, mut times, mut alike, mut needed) = (vec![], vec![], vec![], vec![]);
        for (_, photograph) in &photographs {
            let photograph = halved(photograph);
            let how = Jpeg {
                quality,
                is_progressive: true,
                is_cmyk: false,
                sampling: SamplingFactor::F_2_2,
            };
            let (jpeg, jpeg_time) = timed(|| photograph.jpeg(&how));
            let likeness = ssim(&photograph, &from_jpeg(&jpeg));
            let (mut low, mut high) = (20.0_f32, 100.0_f32);
            while high - low > 0.5 {
                let middle = low.midpoint(high);
                let webp = photograph.webp(lossy(middle));
                if ssim(&photograph, &from_webp(&webp)) < likeness {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            let (webp, webp_time) = timed(|| photograph.webp(lossy(high)));
            bytes.push(ratio(webp.len(), jpeg.len()));
            times.push(webp_time / jpeg_time);
            alike.push(likeness);
            needed.push(f64::from(high));
        }
        println!(
            "JPEG {quality}: SSIM {:.3}; WebP {:.0} takes {:.2} of the bytes and {:.1} × the time (medians)",
            median(alike),
            median(needed),
            median(bytes),
            median(times)
        );
    }
}

fn lossy(quality: f32) -> EncoderConfig {
    EncoderConfig::new().quality(quality).method(4)
}

/// Compares PNG, with a palette if there are few colours, with lossless WebP.
pub(crate) fn graphics(directory: &Path) {
    let (_, graphics) = sorted(directory);
    let (mut bytes, mut times, mut all) = (vec![], vec![], (0, 0));
    for (rgba, width, height) in &graphics {
        let (png, png_time) = timed(|| to_png(rgba, *width, *height));
        let (webp, webp_time) = timed(|| {
            Encoder::new_rgba(rgba, *width, *height)
                .config(EncoderConfig::new_lossless())
                .encode(Unstoppable)
                .expect("memory")
        });
        all = (all.0 + webp.len(), all.1 + png.len());
        bytes.push(ratio(webp.len(), png.len()));
        times.push(webp_time / png_time);
    }
    println!(
        "{} graphics: WebP without loss takes {:.2} of a PNG's bytes (median; {:.2} of all) and {:.1} × the time",
        graphics.len(),
        median(bytes),
        ratio(all.0, all.1),
        median(times)
    );
}

fn ratio(a: usize, b: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).expect("few bytes"));
    number(a) / number(b)
}

fn timed(act: impl Fn() -> Vec<u8>) -> (Vec<u8>, f64) {
    let times = (0..3).map(|_| {
        let started = Instant::now();
        act();
        started.elapsed().as_secs_f64()
    });
    let time = median(times.collect());
    (act(), time)
}

type Photographs = Vec<(Vec<u8>, Rgb)>;
type Graphics = Vec<(Vec<u8>, u32, u32)>;

/// Reads the photographs of a directory with their files, and the drawings and screenshots: large enough JPEG and PNG
/// files, each once.
fn sorted(directory: &Path) -> (Photographs, Graphics) {
    let entries = fs::read_dir(directory).expect("a directory of pictures");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("it is read").path())
        .collect();
    paths.sort();
    let (mut photographs, mut graphics, mut seen) = (vec![], vec![], vec![]);
    for path in paths {
        let Ok(file) = fs::read(&path) else { continue };
        let Some((rgba, width, height)) = jpeg_pixels(&file).or_else(|| png_pixels(&file)) else {
            continue;
        };
        if width < SIDE_MIN || height < SIDE_MIN || seen.contains(&rgba) {
            continue;
        }
        if is_graphic(&rgba, width) {
            graphics.push((rgba.clone(), width, height));
        } else if rgba.chunks_exact(4).all(|pixel| pixel[3] == 255) {
            let pixels = rgba.chunks_exact(4);
            let bytes = pixels
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
                .collect();
            photographs.push((
                file,
                Rgb {
                    width,
                    height,
                    bytes,
                },
            ));
        }
        seen.push(rgba);
    }
    (photographs, graphics)
}

fn is_graphic(rgba: &[u8], width: u32) -> bool {
    let rows = rgba.chunks_exact(width as usize * 4);
    let same: usize = rows
        .map(|row| {
            let pixels = row.chunks_exact(4);
            pixels
                .clone()
                .zip(pixels.skip(1))
                .filter(|(a, b)| a == b)
                .count()
        })
        .sum();
    same * 100 >= rgba.len() / 4 * GRAPHIC_HUNDREDTHS
}

fn jpeg_pixels(file: &[u8]) -> Option<(Vec<u8>, u32, u32)> {
    let mut decoder = jpeg_decoder::Decoder::new(file);
    let bytes = decoder.decode().ok()?;
    let info = decoder.info()?;
    let is_rgb = info.pixel_format == jpeg_decoder::PixelFormat::RGB24;
    let pixels = bytes.chunks_exact(3);
    let rgba = pixels
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
        .collect();
    is_rgb.then_some((rgba, info.width.into(), info.height.into()))
}

fn png_pixels(file: &[u8]) -> Option<(Vec<u8>, u32, u32)> {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    let all = png::Transformations::normalize_to_color8() | png::Transformations::ALPHA;
    decoder.set_transformations(all);
    let mut reader = decoder.read_info().ok()?;
    let mut bytes = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut bytes).ok()?;
    let is_rgba = info.color_type == png::ColorType::Rgba;
    is_rgba.then_some((bytes, info.width, info.height))
}

fn to_png(rgba: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut colours: Vec<[u8; 4]> = Vec::new();
    let mut numbers = Vec::new();
    for pixel in rgba.chunks_exact(4) {
        let place = colours.iter().position(|colour| colour == pixel);
        if place.is_none() {
            if colours.len() == 256 {
                break;
            }
            colours.push([pixel[0], pixel[1], pixel[2], pixel[3]]);
        }
        numbers.push(u8::try_from(place.unwrap_or(colours.len() - 1)).expect("256"));
    }
    let has_palette = numbers.len() * 4 == rgba.len();
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_compression(png::Compression::High);
    if has_palette {
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(
            colours
                .iter()
                .flat_map(|c| [c[0], c[1], c[2]])
                .collect::<Vec<_>>(),
        );
        if colours.iter().any(|colour| colour[3] != 255) {
            encoder.set_trns(colours.iter().map(|colour| colour[3]).collect::<Vec<_>>());
        }
    } else {
        encoder.set_color(png::ColorType::Rgba);
    }
    let mut writer = encoder.write_header().expect("memory");
    let bytes = if has_palette { &numbers[..] } else { rgba };
    writer.write_image_data(bytes).expect("memory");
    writer.finish().expect("memory");
    png
}

/// Halves a picture by averaging four pixels each, which removes traces of earlier encoding.
fn halved(picture: &Rgb) -> Rgb {
    let (width, height) = (picture.width / 2, picture.height / 2);
    let row = picture.width as usize * 3;
    let mut bytes = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height as usize {
        for x in 0..width as usize {
            for channel in 0..3 {
                let first = 2 * y * row + 6 * x + channel;
                let four = [first, first + 3, first + row, first + row + 3];
                let sum: u16 = four
                    .iter()
                    .map(|place| u16::from(picture.bytes[*place]))
                    .sum();
                bytes.push(u8::try_from((sum + 2) / 4).unwrap_or(255));
            }
        }
    }
    Rgb {
        width,
        height,
        bytes,
    }
}

fn from_jpeg(jpeg: &[u8]) -> Vec<u8> {
    jpeg_decoder::Decoder::new(jpeg)
        .decode()
        .expect("it is one")
}

fn from_webp(webp: &[u8]) -> Vec<u8> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(webp)).expect("it is one");
    let mut bytes = vec![0; decoder.output_buffer_size().expect("memory")];
    decoder.read_image(&mut bytes).expect("it is one");
    bytes
}

/// Computes the structural similarity of the brightness (Wang, Bovik, Sheikh and Simoncelli, 2004), in windows of 8 ×
/// 8.
fn ssim(picture: &Rgb, other: &[u8]) -> f64 {
    let bright = |bytes: &[u8]| -> Vec<f64> {
        let pixels = bytes.chunks_exact(3);
        let weighed =
            |p: &[u8]| 0.299 * f64::from(p[0]) + 0.587 * f64::from(p[1]) + 0.114 * f64::from(p[2]);
        pixels.map(weighed).collect()
    };
    let (one, two) = (bright(&picture.bytes), bright(other));
    let (width, height) = (picture.width as usize, picture.height as usize);
    let (mut sum, mut windows) = (0.0, 0.0);
    for top in (0..height - 7).step_by(4) {
        for left in (0..width - 7).step_by(4) {
            let [mut a, mut b, mut aa, mut bb, mut ab] = [0.0; 5];
            for y in top..top + 8 {
                for place in y * width + left..y * width + left + 8 {
                    let (p, q) = (one[place], two[place]);
                    a += p / 64.0;
                    b += q / 64.0;
                    aa += p * p / 64.0;
                    bb += q * q / 64.0;
                    ab += p * q / 64.0;
                }
            }
            let (c1, c2) = (6.5025, 58.5225);
            sum += (2.0 * a * b + c1) * (2.0 * (ab - a * b) + c2)
                / ((a * a + b * b + c1) * (aa - a * a + bb - b * b + c2));
            windows += 1.0;
        }
    }
    sum / windows
}
