//! The canvas that animation frames are laid on. GIF, PNG and WebP use it alike, and it stays transparent where no frame was
//! laid: like browsers, it ignores the background colour of a file.

use super::pixels::Region;

/// The current picture of an animation.
pub(super) struct Canvas {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgba: Vec<u8>,
}

/// A copy of a region of the canvas, for restoring it later.
pub(super) struct SavedRegion {
    region: Region,
    rgba: Vec<u8>,
}

/// The ways of disposing of a frame before the next one is laid.
pub(super) enum Disposal {
    Keep,
    Clear(Region),
    Restore(SavedRegion),
}

impl Canvas {
    /// Creates a transparent canvas.
    pub(super) fn new(width: u32, height: u32) -> Canvas {
        Canvas {
            width,
            height,
            rgba: vec![0; width as usize * height as usize * 4],
        }
    }

    /// Clips a region to the canvas.
    pub(super) fn within(&self, region: Region) -> Region {
        let (x, y) = (region.x.min(self.width), region.y.min(self.height));
        Region {
            x,
            y,
            width: region.width.min(self.width - x),
            height: region.height.min(self.height - y),
        }
    }

    /// Returns the pixels of row `y` of a region, which must be clipped to the canvas.
    pub(super) fn row(&mut self, region: Region, y: u32) -> &mut [u8] {
        let first = ((region.y + y) as usize * self.width as usize + region.x as usize) * 4;
        &mut self.rgba[first..first + region.width as usize * 4]
    }

    /// Makes a region transparent.
    fn clear(&mut self, region: Region) {
        for y in 0..region.height {
            self.row(region, y).fill(0);
        }
    }

    /// Copies a region.
    pub(super) fn keep(&mut self, region: Region) -> SavedRegion {
        let mut rgba = Vec::with_capacity(region.width as usize * region.height as usize * 4);
        for y in 0..region.height {
            rgba.extend_from_slice(self.row(region, y));
        }
        SavedRegion { region, rgba }
    }

    /// Disposes of the last frame, and keeps the next one by default.
    pub(super) fn dispose(&mut self, disposal: &mut Disposal) {
        match std::mem::replace(disposal, Disposal::Keep) {
            Disposal::Keep => {}
            Disposal::Clear(region) => self.clear(region),
            Disposal::Restore(kept) => self.restore(&kept),
        }
    }

    /// Puts a copied region back.
    fn restore(&mut self, kept: &SavedRegion) {
        let row_bytes = kept.region.width as usize * 4;
        for y in 0..kept.region.height {
            let first = y as usize * row_bytes;
            self.row(kept.region, y)
                .copy_from_slice(&kept.rgba[first..first + row_bytes]);
        }
    }
}

/// Blends a pixel over another (WebP container specification, "Alpha-blending").
pub(super) fn blend(over: &[u8], under: &mut [u8]) {
    match over[3] {
        255 => under.copy_from_slice(over),
        0 => {}
        opacity => {
            let (above, below) = (u32::from(opacity), u32::from(under[3]));
            // In units of 1/255².
            let rest = below * (255 - above);
            let whole = above * 255 + rest;
            for channel in 0..3 {
                let sum = u32::from(over[channel]) * above * 255 + u32::from(under[channel]) * rest;
                under[channel] = u8::try_from((sum + whole / 2) / whole).unwrap_or(255);
            }
            under[3] = u8::try_from((whole + 127) / 255).unwrap_or(255);
        }
    }
}
