//! Scaling, row by row. Each source row is used once and dropped, so that a 40-megapixel picture that is decoded in
//! rows takes no more memory than its scaled result.
//!
//! The filter is the Catmull–Rom cubic, stretched over the source pixels of each result pixel. It is sharp, without the
//! rings that Lanczos leaves around letters. It works on linear light instead of sRGB codes, because fine bright
//! patterns would turn dark otherwise, and transparent pixels contribute no colour.

use std::collections::VecDeque;

use super::{
    colours::{Colours, encode, linearise},
    pixels::{Light, PixelLayout, Pixels, Region},
};

/// Half the width of the filter, in pixels of the result.
const SUPPORT: f64 = 2.0;

/// A picture that is being scaled. It takes all rows of its source, from the top.
pub(super) struct Scaler<'c> {
    colours: &'c Colours,
    layout: PixelLayout,
    region: Region,
    width: u32,
    height: u32,
    across: Taps,
    down: Taps,
    /// The number of the next source row.
    y: u32,
    /// A row of the source's region, and the same row scaled horizontally.
    line: Vec<Light>,
    narrow: Vec<Light>,
    /// Unfinished rows of the result. The first of them follows the rows in `done`.
    open: VecDeque<Vec<Light>>,
    complete: u32,
    done: Vec<u8>,
}

/// Scales a region of an sRGB picture of this width to a size that is not larger.
pub(super) fn resized(rgba: &[u8], width: u32, region: Region, to: (u32, u32)) -> Pixels {
    let colours = Colours::srgb();
    let mut scaler = Scaler::new(PixelLayout::Rgba, &colours, region, to);
    scaler.rows(rgba, width);
    scaler.finish()
}

impl<'c> Scaler<'c> {
    /// Creates a scaler for a region of a source, to a size that is not larger.
    pub(super) fn new(
        layout: PixelLayout,
        colours: &'c Colours,
        region: Region,
        (width, height): (u32, u32),
    ) -> Scaler<'c> {
        Scaler {
            colours,
            layout,
            region,
            width,
            height,
            across: Taps::new(region.width, width),
            down: Taps::new(region.height, height),
            y: 0,
            line: vec![[0.0; 4]; region.width as usize],
            narrow: vec![[0.0; 4]; width as usize],
            open: VecDeque::new(),
            complete: 0,
            done: Vec::with_capacity(width as usize * height as usize * 4),
        }
    }

    /// Takes the next whole row of the source.
    pub(super) fn row(&mut self, row: &[u8]) {
        let y = self.y;
        self.y += 1;
        let Some(y) = y
            .checked_sub(self.region.y)
            .filter(|y| *y < self.region.height)
        else {
            return;
        };
        let bytes = self.layout.bytes();
        let first = self.region.x as usize * bytes;
        let row = &row[first..first + self.region.width as usize * bytes];
        if self.region.width == self.width {
            linearise(self.colours, self.layout, row, &mut self.narrow);
        } else {
            linearise(self.colours, self.layout, row, &mut self.line);
            for (tap, light) in self.across.each().zip(&mut self.narrow) {
                *light = weighed(tap.weights, &self.line[tap.first..]);
            }
        }
        self.add(y as usize);
    }

    /// Takes all rows of a source of this width.
    pub(super) fn rows(&mut self, bytes: &[u8], width: u32) {
        for row in bytes.chunks_exact(width as usize * self.layout.bytes()) {
            self.row(row);
        }
    }

    /// Returns the result. Rows that are missing from the source are transparent black.
    pub(super) fn finish(mut self) -> Pixels {
        let all = self.width as usize * self.height as usize * 4;
        self.done.resize(all, 0);
        Pixels {
            width: self.width,
            height: self.height,
            rgba: self.done,
        }
    }

    /// Adds a scaled row to all rows of the result that it contributes to, and encodes those that are complete.
    fn add(&mut self, y: usize) {
        for row in self.complete..self.height {
            let tap = self.down.at(row as usize);
            if tap.first > y {
                break;
            }
            let place = (row - self.complete) as usize;
            if place == self.open.len() {
                self.open.push_back(vec![[0.0; 4]; self.width as usize]);
            }
            let Some(weight) = tap.weights.get(y - tap.first).copied() else {
                continue;
            };
            for (sum, light) in self.open[place].iter_mut().zip(&self.narrow) {
                *sum = plus(*sum, weight, *light);
            }
        }
        while self.complete < self.height {
            let tap = self.down.at(self.complete as usize);
            if tap.first + tap.weights.len() > y + 1 {
                return;
            }
            if let Some(row) = self.open.pop_front() {
                encode(self.colours, self.layout.has_alpha(), &row, &mut self.done);
            }
            self.complete += 1;
        }
    }
}

/// Returns the weighted sum of pixels.
fn weighed(weights: &[f32], line: &[Light]) -> Light {
    let pairs = weights.iter().zip(line);
    pairs.fold([0.0; 4], |sum, (weight, light)| plus(sum, *weight, *light))
}

/// Adds a weighed pixel to a sum. It is written without a loop, which the compiler would keep when it optimises for size.
#[inline]
fn plus(sum: Light, weight: f32, light: Light) -> Light {
    [
        sum[0] + weight * light[0],
        sum[1] + weight * light[1],
        sum[2] + weight * light[2],
        sum[3] + weight * light[3],
    ]
}

/// The source pixels and weights of each pixel of the result, in one direction.
struct Taps {
    /// The first source pixel and the start of the weights, for each pixel.
    starts: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

/// The source pixels and weights of one pixel of the result.
#[derive(Clone, Copy)]
struct Tap<'t> {
    first: usize,
    weights: &'t [f32],
}

impl Taps {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places in a picture: from 0 to 65,535"
    )]
    fn new(from: u32, to: u32) -> Taps {
        let scale = f64::from(from) / f64::from(to);
        let reach = SUPPORT * scale;
        let mut taps = Taps {
            starts: Vec::with_capacity(to as usize + 1),
            weights: Vec::new(),
        };
        for place in 0..to {
            let centre = (f64::from(place) + 0.5) * scale;
            let first = (centre - reach).max(0.0) as u32;
            let last = ((centre + reach).ceil() as u32).min(from);
            let weigh = |n: u32| cubic((f64::from(n) + 0.5 - centre) / scale);
            // Weights of zero at the ends are left out. A picture that keeps its size has one weight left per pixel.
            let first = (first..last).find(|n| weigh(*n) != 0.0).unwrap_or(first);
            let last = (first..last)
                .rev()
                .find(|n| weigh(*n) != 0.0)
                .map_or(last, |n| n + 1);
            let sum: f64 = (first..last).map(weigh).sum();
            taps.starts.push((first as usize, taps.weights.len()));
            taps.weights
                .extend((first..last).map(|n| (weigh(n) / sum) as f32));
        }
        taps.starts.push((from as usize, taps.weights.len()));
        taps
    }

    fn at(&self, place: usize) -> Tap<'_> {
        let (first, begin) = self.starts[place];
        let (_, end) = self.starts[place + 1];
        Tap {
            first,
            weights: &self.weights[begin..end],
        }
    }

    fn each(&self) -> impl Iterator<Item = Tap<'_>> {
        (0..self.starts.len() - 1).map(|place| self.at(place))
    }
}

/// Computes the Catmull–Rom cubic (Mitchell and Netravali's family with B = 0, C = ½).
fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < SUPPORT {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(
        layout: PixelLayout,
        width: u32,
        height: u32,
        to: (u32, u32),
        bytes: &[u8],
    ) -> Pixels {
        let colours = Colours::srgb();
        let mut scaler = Scaler::new(layout, &colours, Region::whole(width, height), to);
        for row in bytes.chunks(width as usize * layout.bytes()) {
            scaler.row(row);
        }
        scaler.finish()
    }

    #[test]
    fn a_picture_that_keeps_its_size_keeps_every_pixel() {
        let bytes: Vec<u8> = (0..=255).flat_map(|n| [n, 255 - n, n / 2]).collect();
        let same = scaled(PixelLayout::Rgb, 16, 16, (16, 16), &bytes);
        let expected: Vec<u8> = (0..=255).flat_map(|n| [n, 255 - n, n / 2, 255]).collect();
        assert_eq!(same.rgba, expected);
    }

    #[test]
    fn a_single_colour_keeps_its_code_in_every_size() {
        for (width, height, to) in [
            (100, 70, (33, 23)),
            (8_192, 1, (640, 1)),
            (1, 8_192, (1, 200)),
            (7, 7, (1, 1)),
        ] {
            let bytes = [9_u8, 77, 200].repeat((width * height) as usize);
            let small = scaled(PixelLayout::Rgb, width, height, to, &bytes);
            assert_eq!((small.width, small.height), to);
            assert!(
                small
                    .rgba
                    .chunks_exact(4)
                    .all(|pixel| pixel == [9, 77, 200, 255]),
                "{width} × {height}"
            );
        }
    }

    #[test]
    fn scaling_averages_light_and_not_codes() {
        // Black and white lines average to half of the light, which is 188 in sRGB. Half of the code would be 128.
        let bytes: Vec<u8> = (0..64 * 64)
            .map(|n| if n % 2 == 0 { 0 } else { 255 })
            .collect();
        let grey = scaled(PixelLayout::Grey, 64, 64, (8, 8), &bytes);
        let middle = grey.rgba[4 * (8 * 4 + 4)];
        assert!((186..=190).contains(&middle), "{middle}");
    }

    #[test]
    fn transparent_pixels_contribute_no_colour() {
        // Green next to transparent red.
        let bytes = [[0, 255, 0, 255], [255, 0, 0, 0]].concat().repeat(32);
        let small = scaled(PixelLayout::Rgba, 2, 32, (1, 16), &bytes);
        for pixel in small.rgba.chunks_exact(4) {
            assert_eq!(&pixel[..3], [0, 255, 0]);
            assert!((126..=129).contains(&pixel[3]), "{pixel:?}");
        }
    }

    #[test]
    fn pixels_outside_the_region_do_not_count() {
        let colours = Colours::srgb();
        let region = Region {
            x: 1,
            y: 1,
            width: 2,
            height: 2,
        };
        let mut scaler = Scaler::new(PixelLayout::Grey, &colours, region, (1, 1));
        for row in [[9, 9, 9, 9], [9, 50, 50, 9], [9, 50, 50, 9], [9, 9, 9, 9]] {
            scaler.row(&row);
        }
        assert_eq!(scaler.finish().rgba, [50, 50, 50, 255]);
    }
}
