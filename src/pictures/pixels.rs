//! Pictures as pixels, between decoders and encoders.

/// A picture in sRGB with eight bits per channel: red, green, blue, and opacity, which is not premultiplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgba: Vec<u8>,
}

/// One pixel: red, green and blue in linear light, premultiplied by opacity, then the opacity.
pub(super) type Light = [f32; 4];

/// The order of channels in a decoded row, with eight bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PixelLayout {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Amounts of ink, from 0 (none) to 255 (full).
    Cmyk,
}

/// A rectangle of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The way a camera was held, as the change that brings the pixels upright (EXIF 2.32 §4.6.4, tag 0x0112).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Orientation {
    #[default]
    Upright,
    Mirrored,
    UpsideDown,
    MirroredUpsideDown,
    Transposed,
    Clockwise,
    Transversed,
    CounterClockwise,
}

impl PixelLayout {
    /// Returns the number of bytes of one pixel.
    pub(super) const fn bytes(self) -> usize {
        match self {
            PixelLayout::Grey => 1,
            PixelLayout::GreyAlpha => 2,
            PixelLayout::Rgb => 3,
            PixelLayout::Rgba | PixelLayout::Cmyk => 4,
        }
    }

    pub(super) const fn has_alpha(self) -> bool {
        matches!(self, PixelLayout::GreyAlpha | PixelLayout::Rgba)
    }
}

impl Region {
    pub(super) const fn whole(width: u32, height: u32) -> Region {
        Region {
            x: 0,
            y: 0,
            width,
            height,
        }
    }

    /// Returns the largest square in the middle of a picture.
    pub(super) fn square(width: u32, height: u32) -> Region {
        let side = width.min(height);
        Region {
            x: (width - side) / 2,
            y: (height - side) / 2,
            width: side,
            height: side,
        }
    }
}

impl Pixels {
    pub(super) fn is_opaque(&self) -> bool {
        self.rgba.chunks_exact(4).all(|pixel| pixel[3] == 255)
    }

    /// Returns the pixels without opacity.
    pub(super) fn rgb(&self) -> Vec<u8> {
        let mut rgb = Vec::with_capacity(self.rgba.len() / 4 * 3);
        for pixel in self.rgba.chunks_exact(4) {
            rgb.extend_from_slice(&pixel[..3]);
        }
        rgb
    }

    /// Turns and mirrors the picture so that it is upright.
    pub(super) fn turned(self, orientation: Orientation) -> Pixels {
        use Orientation::{
            Clockwise, CounterClockwise, Mirrored, MirroredUpsideDown, Transposed, Transversed,
            Upright, UpsideDown,
        };

        if orientation == Upright {
            return self;
        }
        let (right, bottom) = (self.width - 1, self.height - 1);
        let (width, height) = match orientation {
            Transposed | Clockwise | Transversed | CounterClockwise => (self.height, self.width),
            _ => (self.width, self.height),
        };
        let mut rgba = Vec::with_capacity(self.rgba.len());
        for y in 0..height {
            for x in 0..width {
                let (x, y) = match orientation {
                    Upright => (x, y),
                    Mirrored => (right - x, y),
                    UpsideDown => (right - x, bottom - y),
                    MirroredUpsideDown => (x, bottom - y),
                    Transposed => (y, x),
                    Clockwise => (y, bottom - x),
                    Transversed => (right - y, bottom - x),
                    CounterClockwise => (right - y, x),
                };
                let place = (y as usize * self.width as usize + x as usize) * 4;
                rgba.extend_from_slice(&self.rgba[place..place + 4]);
            }
        }
        Pixels {
            width,
            height,
            rgba,
        }
    }
}

impl Orientation {
    /// Reads the orientation from EXIF data, which is a TIFF file (TIFF 6.0 §2). Invalid data counts as upright.
    pub(super) fn of(exif: &[u8]) -> Orientation {
        read(exif).unwrap_or_default()
    }
}

fn read(exif: &[u8]) -> Option<Orientation> {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let is_little = match tiff.get(..4)? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    };
    let long = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    };
    let directory = long(4)? as usize;
    for entry in 0..usize::from(short(directory)?) {
        let at = directory.checked_add(2 + 12 * entry)?;
        if short(at)? == 0x0112 {
            return Some(match short(at + 8)? {
                2 => Orientation::Mirrored,
                3 => Orientation::UpsideDown,
                4 => Orientation::MirroredUpsideDown,
                5 => Orientation::Transposed,
                6 => Orientation::Clockwise,
                7 => Orientation::Transversed,
                8 => Orientation::CounterClockwise,
                _ => Orientation::Upright,
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uses the letter L as a camera held in each way stores it (EXIF 2.32, figure of tag 0x0112).
    #[test]
    fn every_camera_orientation_comes_out_upright() {
        // The L is two pixels wide and three high when upright.
        let upright = [1, 0, 1, 0, 1, 1];
        let kept: [(Orientation, u32, [u8; 6]); 8] = [
            (Orientation::Upright, 2, [1, 0, 1, 0, 1, 1]),
            (Orientation::Mirrored, 2, [0, 1, 0, 1, 1, 1]),
            (Orientation::UpsideDown, 2, [1, 1, 0, 1, 0, 1]),
            (Orientation::MirroredUpsideDown, 2, [1, 1, 1, 0, 1, 0]),
            (Orientation::Transposed, 3, [1, 1, 1, 0, 0, 1]),
            (Orientation::Clockwise, 3, [0, 0, 1, 1, 1, 1]),
            (Orientation::Transversed, 3, [1, 0, 0, 1, 1, 1]),
            (Orientation::CounterClockwise, 3, [1, 1, 1, 1, 0, 0]),
        ];
        for (orientation, width, bits) in kept {
            let picture = Pixels {
                width,
                height: 6 / width,
                rgba: bits.iter().flat_map(|bit| [*bit; 4]).collect(),
            };
            let turned = picture.turned(orientation);
            let bits: Vec<u8> = turned.rgba.chunks_exact(4).map(|pixel| pixel[0]).collect();
            assert_eq!((turned.width, turned.height), (2, 3), "{orientation:?}");
            assert_eq!(bits, upright, "{orientation:?}");
        }
    }

    #[test]
    fn orientation_is_read_in_both_byte_orders_and_garbage_is_upright() {
        let little = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let big = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0";
        assert_eq!(Orientation::of(little), Orientation::Clockwise);
        assert_eq!(Orientation::of(big), Orientation::CounterClockwise);
        for garbage in [
            &b""[..],
            b"II\x2a\0\xff\xff\xff\xff",
            b"II\x2a\0\x08\0\0\0\xff\xff",
            &little[..22],
        ] {
            assert_eq!(Orientation::of(garbage), Orientation::Upright);
        }
    }
}
