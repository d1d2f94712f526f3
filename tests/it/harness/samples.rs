//! Pictures as people send them: checked-in ones, and others that are made for a test.

use std::{fs, io::Write, path::Path};

/// Reads a checked-in picture, which `tests/pictures/make` has made.
pub(crate) fn picture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pictures")
        .join(name);
    fs::read(path).expect("it is there")
}

/// Returns a photograph of so many bytes: what stands behind its end is not looked at.
pub(crate) fn photograph(bytes: usize) -> Vec<u8> {
    let mut photograph = picture("photograph.jpg");
    assert!(photograph.len() <= bytes);
    photograph.resize(bytes, 0);
    photograph
}

pub(crate) fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

pub(crate) fn find(bytes: &[u8], what: &[u8]) -> usize {
    let mut parts = bytes.windows(what.len());
    parts.position(|part| part == what).expect("it is there")
}

/// Returns a PNG of soft colours.
pub(crate) fn big_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().expect("memory");
    let mut rows = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let part = |n: u32, of: u32| u8::try_from(n * 255 / of).expect("a part");
            rows.extend_from_slice(&[
                part(x, width),
                part(y, height),
                part(x / 2 + y / 2, width + height),
            ]);
        }
    }
    writer.write_image_data(&rows).expect("memory");
    writer.finish().expect("memory");
    bytes
}

/// Returns a JPEG as phones write them, of four quarters: red, green, blue and white.
pub(crate) fn phone_jpeg(width: u16, height: u16) -> Vec<u8> {
    let half = usize::from(width / 2);
    let row = |left: [u8; 3], right: [u8; 3]| [left.repeat(half), right.repeat(half)].concat();
    let rows = usize::from(height / 2);
    let pixels = [
        row([255, 0, 0], [0, 255, 0]).repeat(rows),
        row([0, 0, 255], [255; 3]).repeat(rows),
    ];
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 85);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder
        .encode(
            &pixels.concat(),
            width,
            height,
            jpeg_encoder::ColorType::Rgb,
        )
        .expect("memory");
    bytes
}

/// Returns a PNG of 9,000 × 9,000 pixels that are all the same.
pub(crate) fn bomb() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 9_000, 9_000);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("memory");
    let mut stream = writer.stream_writer().expect("memory");
    let row = vec![0; 27_000];
    for _ in 0..9_000 {
        stream.write_all(&row).expect("memory");
    }
    stream.finish().expect("memory");
    drop(writer);
    bytes
}

/// Returns a PNG that is no more than its header: a decoder that believes it makes room for all of it.
pub(crate) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    drop(encoder.write_header().expect("memory"));
    bytes
}

/// Returns an animated PNG of 32 × 32 pixels that plays three times. On red it shows green, which is cleared; then blue,
/// which is taken back; then half of white. With `has_own_still`, other programs show green instead of the first frame.
pub(crate) fn animated_png(has_own_still: bool) -> Vec<u8> {
    use png::{BlendOp, DisposeOp};
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 32, 32);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_animated(4, 3).expect("frames");
    encoder.set_sep_def_img(has_own_still).expect("it moves");
    let mut writer = encoder.write_header().expect("memory");
    let square = |pixel: [u8; 4], side: usize| pixel.repeat(side * side);
    if has_own_still {
        let green = square([0, 255, 0, 255], 32);
        writer.write_image_data(&green).expect("memory");
    }
    // Place, side, colour, delay as a fraction of a second, disposal and blending.
    let frames = [
        (
            0,
            32,
            [255, 0, 0, 255],
            (1, 5),
            DisposeOp::None,
            BlendOp::Source,
        ),
        (
            5,
            10,
            [0, 255, 0, 255],
            (20, 100),
            DisposeOp::Background,
            BlendOp::Source,
        ),
        (
            20,
            8,
            [0, 0, 255, 255],
            (10, 0),
            DisposeOp::Previous,
            BlendOp::Source,
        ),
        (
            24,
            8,
            [255, 255, 255, 128],
            (300, 1_000),
            DisposeOp::None,
            BlendOp::Over,
        ),
    ];
    for (place, side, pixel, (numerator, denominator), disposal, blending) in frames {
        writer.reset_frame_position().expect("it moves");
        writer.set_frame_dimension(side, side).expect("it fits");
        writer.set_frame_position(place, place).expect("it fits");
        writer
            .set_frame_delay(numerator, denominator)
            .expect("it moves");
        writer.set_dispose_op(disposal).expect("it moves");
        writer.set_blend_op(blending).expect("it moves");
        let pixels = square(pixel, side as usize);
        writer.write_image_data(&pixels).expect("memory");
    }
    writer.finish().expect("memory");
    bytes
}

/// Returns a PNG whose orientation, upside down, stands behind its pixels. `picture` is one without.
pub(crate) fn with_late_orientation(picture: &[u8]) -> Vec<u8> {
    let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0";
    let mut chunk = b"eXIf".to_vec();
    chunk.extend_from_slice(exif);
    let mut hasher = flate2::Crc::new();
    hasher.update(&chunk);
    let (before, end) = picture.split_at(picture.len() - 12);
    let length = u32::try_from(exif.len()).expect("it is short");
    [
        before,
        &length.to_be_bytes(),
        &chunk,
        &hasher.sum().to_be_bytes(),
        end,
    ]
    .concat()
}

/// Returns an animation of a square that changes its colour from frame to frame.
pub(crate) fn long_gif(frames: u16, side: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let palette: Vec<u8> = (0..=255).flat_map(|n| [n, 255 - n, n / 2]).collect();
    let mut encoder = gif::Encoder::new(&mut bytes, side, side, &palette).expect("memory");
    for number in 0..frames {
        let index = u8::try_from(number % 256).expect("a byte");
        let pixels = vec![index; usize::from(side) * usize::from(side)];
        let frame = gif::Frame {
            width: side,
            height: side,
            delay: 5,
            buffer: pixels.into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).expect("memory");
    }
    drop(encoder);
    bytes
}

/// Returns a picture of noise, which stays large however it is encoded, and is slow to encode.
pub(crate) fn noise(side: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let pixels: Vec<u8> = (0..side * side * 3)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("in memory");
    writer.write_image_data(&pixels).expect("in memory");
    drop(writer);
    file
}

/// Bits that are written from the lowest on, as WebP has them.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        for n in 0..bits {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= u8::from(value >> n & 1 == 1) << (self.count % 8);
            self.count += 1;
        }
    }

    fn put_all(&mut self, fields: &[(u32, u32)]) {
        for (value, bits) in fields {
            self.put(*value, *bits);
        }
    }
}

/// Returns a WebP of four by four pixels without loss that names so many groups of prefix codes, each of them with
/// five large tables (RFC 9649 §3.7.2).
pub(crate) fn webp_of_groups(groups: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put_all(&[(0x2f, 8), (3, 14), (3, 14), (0, 1), (0, 3)]);
    // No transform, no cache; groups, in blocks of four pixels, by an image of one colour: the last group.
    bits.put_all(&[(0, 1), (0, 1), (1, 1), (0, 3), (0, 1)]);
    for byte in [(groups - 1) & 255, (groups - 1) >> 8, 0, 0, 0] {
        bits.put_all(&[(1, 1), (0, 1), (1, 1), (byte, 8)]);
    }
    // Lengths of 1 to 10, one symbol each, and two of 10: the longest table that the format has.
    let order = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10];
    let length = |symbol| match symbol {
        1..=6 => 3,
        7..=10 => 4,
        _ => 0,
    };
    let mut tree = Bits::default();
    tree.put_all(&[(0, 1), (10, 4)]);
    for symbol in order {
        tree.put(length(symbol), 3);
    }
    tree.put_all(&[(1, 1), (1, 3), (9, 4)]);
    for symbol in [1_u32, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10] {
        let (code, bits) = if symbol <= 6 {
            (symbol - 1, 3)
        } else {
            (symbol + 5, 4)
        };
        tree.put(code.reverse_bits() >> (32 - bits), bits);
    }
    let tree: Vec<(u32, u32)> = (0..tree.count)
        .map(|n| (u32::from(tree.bytes[n / 8] >> (n % 8) & 1), 1))
        .collect();
    for _ in 0..groups * 5 {
        bits.put_all(&tree);
    }
    bits.put_all(&[(0, 32), (0, 32), (0, 32), (0, 32)]);
    if !bits.bytes.len().is_multiple_of(2) {
        bits.bytes.push(0);
    }
    let size = u32::try_from(bits.bytes.len()).expect("small");
    let mut file = b"RIFF".to_vec();
    file.extend((size + 12).to_le_bytes());
    file.extend(b"WEBPVP8L");
    file.extend(size.to_le_bytes());
    file.extend(bits.bytes);
    file
}
