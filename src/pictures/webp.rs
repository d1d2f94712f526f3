//! WebP (RFC 9649). The container is parsed here, so that all sizes are known and consistent before anything is
//! decoded. Each frame is then decoded as a separate picture and laid on the canvas here.

use std::io::{BufRead, Cursor, Read, Seek, SeekFrom};

use image_webp::{DecodingError, WebPDecoder};

use super::{
    PictureError, PictureRefusal, Task,
    animation::{FrameSource, Length},
    canvas::{Canvas, Disposal, blend},
    colours::Colours,
    format::PictureFormat,
    pixels::{Orientation, PixelLayout, Pixels, Region},
    scale::Scaler,
};

mod container;

use container::{EncodedImage, WebPContainer, WebPFrame};

/// A WebP file with a valid container.
pub(super) struct WebP<R> {
    file: R,
    container: WebPContainer,
}

/// An animation that is being decoded frame by frame.
pub(super) struct AnimatedWebP<R> {
    webp: WebP<R>,
    canvas: Canvas,
    length: Length,
    place: usize,
    /// The disposal of the last frame, due before the next one is laid.
    disposal: Disposal,
}

/// Parses the container and checks it against the limits.
pub(super) fn open<R: BufRead + Seek>(mut file: R, task: &Task) -> Result<WebP<R>, PictureError> {
    let container = container::read(&mut file)?;
    task.measure(container.width, container.height)?;
    let size = (container.width, container.height);
    let canvas = if container.is_animated {
        4 * u64::from(size.0) * u64::from(size.1)
    } else {
        0
    };
    let largest = container.frames.iter().map(|frame| frame.image.memory());
    task.afford(
        canvas + largest.max().unwrap_or(0),
        size,
        PictureFormat::WebP,
    )?;
    Ok(WebP { file, container })
}

impl<R: BufRead + Seek> WebP<R> {
    pub(super) fn is_animated(&self) -> bool {
        self.container.is_animated
    }

    /// Decodes a still picture.
    pub(super) fn still(mut self, task: &Task) -> Result<Pixels, PictureError> {
        let (region, to) = task.plan(self.container.width, self.container.height)?;
        let Some(frame) = self.container.frames.first().cloned() else {
            return Err(PictureRefusal::Broken.into());
        };
        let profile = self.container.profile.take();
        let colours = Colours::of_profile(profile.as_deref());
        let (layout, bytes) = self.decode(&frame.image)?;
        let mut scaler = Scaler::new(layout, &colours, region, to);
        scaler.rows(&bytes, self.container.width);
        drop(bytes);
        let orientation = self.container.exif.as_deref().map(Orientation::of);
        Ok(scaler.finish().turned(orientation.unwrap_or_default()))
    }

    /// Starts decoding an animation.
    pub(super) fn animated(self) -> AnimatedWebP<R> {
        let mut length = Length::looping(self.container.loops);
        for frame in &self.container.frames {
            let pixels = u64::from(frame.image.width) * u64::from(frame.image.height);
            length.add(pixels, frame.wait);
        }
        AnimatedWebP {
            canvas: Canvas::new(self.container.width, self.container.height),
            webp: self,
            length,
            place: 0,
            disposal: Disposal::Keep,
        }
    }

    /// Decodes one image, wrapped in a minimal container of its own.
    fn decode(&mut self, image: &EncodedImage) -> Result<(PixelLayout, Vec<u8>), PictureError> {
        let file = image.alone(&mut self.file)?;
        let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(refused)?;
        let layout = if decoder.has_alpha() {
            PixelLayout::Rgba
        } else {
            PixelLayout::Rgb
        };
        let pixels = image.width as usize * image.height as usize;
        let mut bytes = vec![0; pixels * layout.bytes()];
        decoder.read_image(&mut bytes).map_err(refused)?;
        if image.is_opaque_lossless() {
            // Opaque pixels were decoded as RGBA, which saves a copy. Their opacity is meaningless.
            bytes.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
        }
        Ok((layout, bytes))
    }
}

impl<R: BufRead + Seek> FrameSource for AnimatedWebP<R> {
    fn length(&self) -> &Length {
        &self.length
    }

    fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    fn next(&mut self) -> Result<Option<u32>, PictureError> {
        let Some(frame) = self.webp.container.frames.get(self.place).cloned() else {
            return Ok(None);
        };
        self.place += 1;
        self.canvas.dispose(&mut self.disposal);
        let (layout, bytes) = self.webp.decode(&frame.image)?;
        let WebPFrame { x, y, .. } = frame;
        let region = Region {
            x,
            y,
            width: frame.image.width,
            height: frame.image.height,
        };
        if frame.is_cleared {
            self.disposal = Disposal::Clear(region);
        }
        let rows = bytes.chunks_exact(region.width as usize * layout.bytes());
        for (row, y) in rows.zip(0..) {
            let pixels = row.chunks_exact(layout.bytes());
            let canvas = self.canvas.row(region, y).chunks_exact_mut(4);
            for (pixel, under) in pixels.zip(canvas) {
                match pixel {
                    [red, green, blue] => under.copy_from_slice(&[*red, *green, *blue, 255]),
                    _ if frame.is_blended => blend(pixel, under),
                    _ => under.copy_from_slice(pixel),
                }
            }
        }
        Ok(Some(frame.wait))
    }
}

fn refused(error: DecodingError) -> PictureError {
    match error {
        DecodingError::IoError(error) => error.into(),
        DecodingError::UnsupportedFeature(_) | DecodingError::MemoryLimitExceeded => {
            PictureRefusal::Unusual.into()
        }
        _ => PictureRefusal::Broken.into(),
    }
}

/// Reads a part of the file. `start` is in bytes from its beginning.
fn read_part(
    file: &mut (impl Read + Seek),
    start: u64,
    bytes: u32,
    to: &mut Vec<u8>,
) -> Result<(), PictureError> {
    file.seek(SeekFrom::Start(start))?;
    let got = file.take(u64::from(bytes)).read_to_end(to)?;
    if got == bytes as usize {
        Ok(())
    } else {
        Err(PictureRefusal::CutOff.into())
    }
}
