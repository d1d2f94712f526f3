//! The pixels of a rendition, as a browser shows them.

use std::io::Cursor;

use image_webp::{LoopCount, WebPDecoder};
use quartfeed::{model::MediaType, pictures::EncodedRendition};

pub(crate) const RED: [u8; 4] = [255, 0, 0, 255];
pub(crate) const GREEN: [u8; 4] = [0, 255, 0, 255];
pub(crate) const BLUE: [u8; 4] = [0, 0, 255, 255];
pub(crate) const WHITE: [u8; 4] = [255; 4];
pub(crate) const CLEAR: [u8; 4] = [0; 4];

/// A rendition as a browser shows it.
pub(crate) struct Shown {
    pub(crate) width: u32,
    pub(crate) height: u32,
    rgba: Vec<u8>,
}

impl Shown {
    pub(crate) fn of(drawn: &EncodedRendition) -> Shown {
        assert_eq!(drawn.media_type, MediaType::WebP);
        let mut decoder = WebPDecoder::new(Cursor::new(&drawn.bytes)).expect("a WebP");
        let mut bytes = vec![0; decoder.output_buffer_size().expect("a size")];
        decoder.read_image(&mut bytes).expect("it is whole");
        let (width, height) = decoder.dimensions();
        let rgba = if decoder.has_alpha() {
            bytes
        } else {
            opaque(&bytes)
        };
        Shown {
            width,
            height,
            rgba,
        }
    }

    pub(crate) fn at(&self, x: u32, y: u32) -> [u8; 4] {
        let place = (y * self.width + x) as usize * 4;
        self.rgba[place..place + 4].try_into().expect("four")
    }

    /// Returns the pixel in the middle of each quarter.
    pub(crate) fn quarters(&self) -> [[u8; 4]; 4] {
        let (x, y) = (self.width / 4, self.height / 4);
        [(x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y)].map(|(x, y)| self.at(x, y))
    }
}

/// The frames of an animation.
pub(crate) struct Film {
    pub(crate) frames: Vec<Shown>,
    /// Milliseconds before each next frame.
    pub(crate) waits: Vec<u32>,
    /// None: for ever.
    pub(crate) loops: Option<u16>,
}

impl Film {
    pub(crate) fn of(drawn: &EncodedRendition) -> Film {
        let mut decoder = WebPDecoder::new(Cursor::new(&drawn.bytes)).expect("a WebP");
        assert!(decoder.is_animated());
        decoder.set_background_color([0; 4]).expect("it is one");
        let (width, height) = decoder.dimensions();
        let mut film = Film {
            frames: Vec::new(),
            waits: Vec::new(),
            loops: match decoder.loop_count() {
                LoopCount::Forever => None,
                LoopCount::Times(times) => Some(times.get()),
            },
        };
        for _ in 0..decoder.num_frames() {
            let mut bytes = vec![0; decoder.output_buffer_size().expect("a size")];
            film.waits
                .push(decoder.read_frame(&mut bytes).expect("a frame"));
            let rgba = if decoder.has_alpha() {
                bytes
            } else {
                opaque(&bytes)
            };
            film.frames.push(Shown {
                width,
                height,
                rgba,
            });
        }
        film
    }
}

fn opaque(rgb: &[u8]) -> Vec<u8> {
    rgb.chunks_exact(3)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
        .collect()
}

/// Asserts that the quarters are red, green, blue and white, as in most checked-in pictures.
pub(crate) fn assert_quarters(shown: &Shown, name: &str) {
    assert!(
        alike(shown.quarters(), [RED, GREEN, BLUE, WHITE]),
        "{name}: {:?}",
        shown.quarters()
    );
}

pub(crate) fn alike<const N: usize>(places: [[u8; 4]; N], expected: [[u8; 4]; N]) -> bool {
    places.into_iter().zip(expected).all(|(a, b)| near(a, b))
}

/// Checks whether two pixels are as near to each other as encoding with loss leaves them.
pub(crate) fn near(a: [u8; 4], b: [u8; 4]) -> bool {
    a[3].abs_diff(b[3]) < 6 && (b[3] == 0 || (0..3).all(|n| a[n].abs_diff(b[n]) < 12))
}
