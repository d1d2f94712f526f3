//! A sheet to paint on: soft and hard shapes, one over the other, with smooth edges.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels are few, and their places are cut to the sheet"
)]

use std::{fs::File, io, path::Path};

/// A place on the sheet. The height of the sheet is 1, and its width is [`Painting::wide`].
pub(super) type Spot = (f32, f32);

/// A colour, each part from 0 to 1, and how much it covers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    rgb: [f32; 3],
    alpha: f32,
}

/// A sheet with its pixels, row by row.
pub(super) struct Painting {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 3]>,
}

impl Ink {
    /// Reads a colour such as `0xff8800`.
    pub(super) fn of(code: u32) -> Ink {
        let part = |shift: u32| ((code >> shift) & 0xff) as f32 / 255.0;
        Ink {
            rgb: [part(16), part(8), part(0)],
            alpha: 1.0,
        }
    }

    /// Returns the colour between two others.
    pub(super) fn mix(self, other: Ink, share: f32) -> Ink {
        let part = |nth: usize| self.rgb[nth] + (other.rgb[nth] - self.rgb[nth]) * share;
        Ink {
            rgb: [part(0), part(1), part(2)],
            alpha: self.alpha + (other.alpha - self.alpha) * share,
        }
    }

    /// Returns the colour as it covers less.
    pub(super) fn thin(self, alpha: f32) -> Ink {
        Ink { alpha, ..self }
    }

    pub(super) fn darker(self, share: f32) -> Ink {
        self.mix(Ink::of(0x10_141c).thin(self.alpha), share)
    }

    pub(super) fn lighter(self, share: f32) -> Ink {
        self.mix(Ink::of(0xff_fcf0).thin(self.alpha), share)
    }
}

impl Painting {
    pub(super) fn new(width: usize, height: usize) -> Painting {
        Painting {
            width,
            height,
            pixels: vec![[0.0; 3]; width * height],
        }
    }

    /// Returns the width of the sheet, in its heights.
    pub(super) fn wide(&self) -> f32 {
        self.width as f32 / self.height as f32
    }

    fn dot(&mut self, x: usize, y: usize, ink: Ink, cover: f32) {
        let share = (cover * ink.alpha).clamp(0.0, 1.0);
        let pixel = &mut self.pixels[y * self.width + x];
        pixel[0] += (ink.rgb[0] - pixel[0]) * share;
        pixel[1] += (ink.rgb[1] - pixel[1]) * share;
        pixel[2] += (ink.rgb[2] - pixel[2]) * share;
    }

    /// Paints the pixels in a box. `cover` says how much of each is covered, for a place in pixels.
    fn within(&mut self, from: Spot, to: Spot, ink: Ink, cover: impl Fn(f32, f32) -> f32) {
        let high = self.height as f32;
        let cut = |at: f32, end: usize| (at * high).clamp(0.0, end as f32) as usize;
        for y in cut(from.1, self.height)..cut(to.1 + 2.0 / high, self.height) {
            for x in cut(from.0, self.width)..cut(to.0 + 2.0 / high, self.width) {
                let covered = cover(x as f32 + 0.5, y as f32 + 0.5);
                if covered > 0.0 {
                    self.dot(x, y, ink, covered);
                }
            }
        }
    }

    /// Paints a band over the whole width, from one colour to another.
    pub(super) fn band(&mut self, from: f32, to: f32, top: Ink, bottom: Ink) {
        self.ground(|_| from, to, top, bottom);
    }

    /// Paints all below a line, from one colour at the line to another at `to`.
    pub(super) fn ground(&mut self, line: impl Fn(f32) -> f32, to: f32, top: Ink, bottom: Ink) {
        let high = self.height as f32;
        let end = ((to * high).ceil().max(0.0) as usize).min(self.height);
        for x in 0..self.width {
            let start = line((x as f32 + 0.5) / high) * high;
            let depth = (to * high - start).max(1.0);
            for y in (start.floor().max(0.0) as usize)..end {
                let below = y as f32 + 1.0 - start;
                let ink = top.mix(bottom, (below / depth).clamp(0.0, 1.0));
                self.dot(x, y, ink, below.min(1.0));
            }
        }
    }

    /// Paints an ellipse that is turned by an angle, in radians. `soft` is the share of it that fades out.
    pub(super) fn ellipse(&mut self, at: Spot, radii: Spot, angle: f32, soft: f32, ink: Ink) {
        let high = self.height as f32;
        let reach = radii.0.max(radii.1);
        let (sin, cos) = angle.sin_cos();
        let edge = (soft * radii.0.min(radii.1) * high).max(1.0);
        let small = radii.0.min(radii.1) * high;
        self.within(
            (at.0 - reach, at.1 - reach),
            (at.0 + reach, at.1 + reach),
            ink,
            |x, y| {
                let (x, y) = (x / high - at.0, y / high - at.1);
                let (along, across) =
                    ((x * cos + y * sin) / radii.0, (y * cos - x * sin) / radii.1);
                let inside = (1.0 - distance(along, across)) * small;
                let cover = (inside / edge + if soft > 0.0 { 0.0 } else { 0.5 }).clamp(0.0, 1.0);
                cover * cover * (3.0 - 2.0 * cover)
            },
        );
    }

    pub(super) fn disc(&mut self, at: Spot, radius: f32, ink: Ink) {
        self.ellipse(at, (radius, radius), 0.0, 0.0, ink);
    }

    /// Paints light around a place.
    pub(super) fn glow(&mut self, at: Spot, radius: f32, ink: Ink) {
        self.ellipse(at, (radius, radius), 0.0, 1.0, ink);
    }

    /// Paints a stroke with round ends.
    pub(super) fn stroke(&mut self, from: Spot, to: Spot, thick: f32, ink: Ink) {
        let high = self.height as f32;
        let half = thick / 2.0;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).max(1e-9);
        let low = (from.0.min(to.0) - half, from.1.min(to.1) - half);
        let far = (from.0.max(to.0) + half, from.1.max(to.1) + half);
        self.within(low, far, ink, |x, y| {
            let (x, y) = (x / high - from.0, y / high - from.1);
            let along = ((x * dx + y * dy) / length).clamp(0.0, 1.0);
            let away = distance(x - along * dx, y - along * dy);
            ((half - away) * high + 0.5).clamp(0.0, 1.0)
        });
    }

    /// Paints a ring.
    pub(super) fn ring(&mut self, at: Spot, radius: f32, thick: f32, ink: Ink) {
        let high = self.height as f32;
        let reach = radius + thick;
        let (low, far) = ((at.0 - reach, at.1 - reach), (at.0 + reach, at.1 + reach));
        self.within(low, far, ink, |x, y| {
            let away = (distance(x / high - at.0, y / high - at.1) - radius).abs();
            ((thick / 2.0 - away) * high + 0.5).clamp(0.0, 1.0)
        });
    }

    /// Paints a shape with straight sides. Its corners go clockwise, and it has no dents.
    pub(super) fn shape(&mut self, corners: &[Spot], ink: Ink) {
        let high = self.height as f32;
        let mut low = (f32::MAX, f32::MAX);
        let mut far = (f32::MIN, f32::MIN);
        for corner in corners {
            low = (low.0.min(corner.0), low.1.min(corner.1));
            far = (far.0.max(corner.0), far.1.max(corner.1));
        }
        let next = corners.iter().cycle().skip(1);
        let sides: Vec<(Spot, Spot)> = corners
            .iter()
            .zip(next)
            .map(|(from, to)| {
                let (dx, dy) = (to.0 - from.0, to.1 - from.1);
                let length = distance(dx, dy).max(1e-9);
                (*from, (-dy / length, dx / length))
            })
            .collect();
        self.within(low, far, ink, |x, y| {
            let (x, y) = (x / high, y / high);
            let inside = sides
                .iter()
                .map(|(from, normal)| (x - from.0) * normal.0 + (y - from.1) * normal.1);
            (inside.fold(f32::MAX, f32::min) * high + 0.5).clamp(0.0, 1.0)
        });
    }

    /// Writes the picture as a PNG.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn save(&self, directory: &Path) -> io::Result<File> {
        let file = tempfile::tempfile_in(directory)?;
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        let mut encoder = png::Encoder::new(&file, side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fastest);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.bytes())?;
        writer.finish()?;
        Ok(file)
    }

    /// Returns red, green and blue of each pixel. A little grain keeps wide skies from showing steps.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(3 * self.pixels.len());
        let mut seed = 0x9e37_79b9_u32;
        for pixel in &self.pixels {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (seed >> 24) as f32 / 64.0 - 2.0;
            bytes.extend(pixel.map(|part| (part * 255.0 + grain).clamp(0.0, 255.0) as u8));
        }
        bytes
    }
}

/// Returns the length of a line with these two parts. `f32::hypot` would need glibc 2.35, and nothing else of the program
/// needs more than 2.34, which Red Hat Enterprise Linux 9 has.
fn distance(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}
