//! GIF 89a: frames of at most 256 colours, laid on a canvas.

mod blocks;

use std::io::{BufRead, Cursor, Seek, SeekFrom};

use gif::{
    ColorOutput, DecodeOptions, Decoder, DecodingError, DisposalMethod, MemoryLimit, Repeat,
};

use super::{
    PictureError, PictureRefusal, Task,
    animation::{FrameSource, Length},
    canvas::{Canvas, Disposal},
    format::PictureFormat,
    pixels::Region,
};

/// A file or a mended copy of it.
pub(super) trait GifBytes: BufRead + Seek {}

impl<T: BufRead + Seek> GifBytes for T {}

/// A GIF file that is being decoded frame by frame.
pub(super) struct Gif<R: BufRead + Seek> {
    decoder: Decoder<R>,
    canvas: Canvas,
    length: Length,
    /// The disposal of the last frame, due before the next one is laid.
    disposal: Disposal,
    indices: Vec<u8>,
}

/// Scans the file without decoding to learn its length, then starts decoding from the beginning.
pub(super) fn open(
    mut file: impl BufRead + Seek + 'static,
    task: &Task,
) -> Result<Gif<Box<dyn GifBytes>>, PictureError> {
    let mended = blocks::mended(&mut file)?;
    file.seek(SeekFrom::Start(0))?;
    let mut file: Box<dyn GifBytes> = match mended {
        Some(bytes) => Box::new(Cursor::new(bytes)),
        None => Box::new(file),
    };
    let mut options = DecodeOptions::new();
    options.skip_frame_decoding(true);
    options.set_memory_limit(MemoryLimit::Unlimited);
    let mut decoder = options.read_info(&mut file).map_err(refused)?;
    let (mut width, mut height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    let mut length = Length::default();
    let mut largest = 0;
    while let Some(frame) = decoder.next_frame_info().map_err(refused)? {
        if length.frames == 0 {
            // A screen without a size is as large as its first frame.
            width = if width == 0 {
                frame.width.into()
            } else {
                width
            };
            height = if height == 0 {
                frame.height.into()
            } else {
                height
            };
        }
        let pixels = u64::from(frame.width) * u64::from(frame.height);
        largest = largest.max(pixels);
        length.add(pixels, wait(frame.delay));
        if length.is_too_long() {
            break;
        }
    }
    length.loops = match decoder.repeat() {
        Repeat::Infinite => 0,
        // The file says how often the animation repeats after the first time.
        Repeat::Finite(again) => u32::from(again) + 1,
    };
    drop(decoder);
    if length.frames == 0 {
        return Err(PictureRefusal::Broken.into());
    }
    task.measure(width, height)?;
    let canvas = u64::from(width) * u64::from(height);
    // The canvas, a copy of it for restoring, and the colour indices of a frame.
    let kept = if length.frames > 1 { 4 * canvas } else { 0 };
    task.afford(
        4 * canvas + kept + largest,
        (width, height),
        PictureFormat::Gif,
    )?;

    file.seek(SeekFrom::Start(0))?;
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Unlimited);
    Ok(Gif {
        decoder: options.read_info(file).map_err(refused)?,
        canvas: Canvas::new(width, height),
        length,
        disposal: Disposal::Keep,
        indices: Vec::new(),
    })
}

/// Converts a delay from hundredths of a second to milliseconds.
fn wait(delay: u16) -> u32 {
    u32::from(delay) * 10
}

impl<R: BufRead + Seek> FrameSource for Gif<R> {
    fn length(&self) -> &Length {
        &self.length
    }

    fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    fn next(&mut self) -> Result<Option<u32>, PictureError> {
        let Some(frame) = self.decoder.next_frame_info().map_err(refused)? else {
            return Ok(None);
        };
        let (left, top) = (u32::from(frame.left), u32::from(frame.top));
        let (width, height) = (u32::from(frame.width), u32::from(frame.height));
        let (transparent, dispose, delay) = (frame.transparent, frame.dispose, frame.delay);
        self.canvas.dispose(&mut self.disposal);
        let region = self.canvas.within(Region {
            x: left,
            y: top,
            width,
            height,
        });
        self.disposal = match dispose {
            DisposalMethod::Any | DisposalMethod::Keep => Disposal::Keep,
            DisposalMethod::Background => Disposal::Clear(region),
            DisposalMethod::Previous => Disposal::Restore(self.canvas.keep(region)),
        };
        self.indices
            .resize(width as usize * height as usize, transparent.unwrap_or(0));
        self.decoder
            .read_into_buffer(&mut self.indices)
            .map_err(refused)?;
        let palette = self.decoder.palette().map_err(refused)?;
        for y in 0..region.height {
            let first = y as usize * width as usize;
            let indices = &self.indices[first..first + region.width as usize];
            let row = self.canvas.row(region, y);
            for (index, pixel) in indices.iter().zip(row.chunks_exact_mut(4)) {
                if Some(*index) == transparent {
                    continue;
                }
                let first = usize::from(*index) * 3;
                // An index without a colour in the palette leaves the pixel unchanged.
                if let Some(colour) = palette.get(first..first + 3) {
                    pixel[..3].copy_from_slice(colour);
                    pixel[3] = 255;
                }
            }
        }
        Ok(Some(wait(delay)))
    }
}

fn refused(error: DecodingError) -> PictureError {
    match error {
        DecodingError::Io(error) => error.into(),
        DecodingError::UnexpectedEof => PictureRefusal::CutOff.into(),
        DecodingError::OutOfMemory | DecodingError::MemoryLimit => PictureRefusal::Unusual.into(),
        _ => PictureRefusal::Broken.into(),
    }
}
