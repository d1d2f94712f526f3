//! The frames of an animated PNG, laid on a canvas (PNG third edition, §11.3.6).

use std::io::{BufRead, Seek};

use png::{BlendOp, DisposeOp, Reader};

use super::{chunks::wait, refused};
use crate::pictures::{
    PictureError, PictureRefusal,
    animation::{FrameSource, Length},
    canvas::{Canvas, Disposal, blend},
    colours::{Colours, encode, linearise},
    pixels::{PixelLayout, Region},
};

/// An animated PNG that is being decoded frame by frame.
pub(in crate::pictures) struct AnimatedPng<R: BufRead + Seek> {
    pub(super) reader: Reader<R>,
    pub(super) layout: PixelLayout,
    pub(super) colours: Colours,
    pub(super) canvas: Canvas,
    pub(super) length: Length,
    /// The number of frames that were laid.
    pub(super) place: u32,
    /// The disposal of the last frame, due before the next one is laid.
    pub(super) disposal: Disposal,
}

impl<R: BufRead + Seek> FrameSource for AnimatedPng<R> {
    fn length(&self) -> &Length {
        &self.length
    }

    fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    fn next(&mut self) -> Result<Option<u32>, PictureError> {
        if self.place == self.length.frames {
            return Ok(None);
        }
        // The reader stands before the first image. If that is no frame, it is only for programs that do not animate.
        let is_first = self.place == 0;
        if !is_first || self.reader.info().frame_control.is_none() {
            self.reader.next_frame_info().map_err(refused)?;
        }
        self.place += 1;
        let frame = self.reader.info().frame_control;
        let frame = frame.ok_or(PictureError::Refused(PictureRefusal::Broken))?;
        let whole = Region {
            x: frame.x_offset,
            y: frame.y_offset,
            width: frame.width,
            height: frame.height,
        };
        let region = self.canvas.within(whole);
        if region != whole {
            return Err(PictureRefusal::Broken.into());
        }
        self.canvas.dispose(&mut self.disposal);
        self.disposal = match frame.dispose_op {
            DisposeOp::None => Disposal::Keep,
            // There is nothing to restore before the first frame.
            DisposeOp::Previous if !is_first => Disposal::Restore(self.canvas.keep(region)),
            DisposeOp::Previous | DisposeOp::Background => Disposal::Clear(region),
        };

        let mut row = vec![0; region.width as usize * self.layout.bytes()];
        let mut line = vec![[0.0; 4]; region.width as usize];
        let mut rgba = Vec::with_capacity(region.width as usize * 4);
        for y in 0..region.height {
            if self.reader.read_row(&mut row).map_err(refused)?.is_none() {
                return Err(PictureRefusal::CutOff.into());
            }
            linearise(&self.colours, self.layout, &row, &mut line);
            rgba.clear();
            encode(&self.colours, self.layout.has_alpha(), &line, &mut rgba);
            let under = self.canvas.row(region, y);
            match frame.blend_op {
                BlendOp::Source => under.copy_from_slice(&rgba),
                BlendOp::Over => rgba
                    .chunks_exact(4)
                    .zip(under.chunks_exact_mut(4))
                    .for_each(|(pixel, under)| blend(pixel, under)),
            }
        }
        Ok(Some(wait(frame.delay_num, frame.delay_den)))
    }
}
