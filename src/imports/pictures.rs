//! The pictures of an archive, encoded like those that somebody uploads.

use std::{
    io::{self, Read, Seek},
    time::{Duration, Instant},
};

use super::{ImportError, archive::ForeignArchive, foreign::ForeignPicture, importer::ImportRules};
use crate::{
    model::{AltText, ImportReport, LeftOut, NewImage},
    pictures::{ImageQueue, PictureError, PictureRefusal, Purpose},
};

/// The longest time for a picture, its wait for those of others included.
const PICTURE_DEADLINE: Duration = Duration::from_mins(5);

/// The encoder of the pictures of an archive.
pub(super) struct PictureEncoder<'e> {
    pub(super) archive: &'e ForeignArchive,
    pub(super) rules: &'e ImportRules,
    pub(super) queue: &'e ImageQueue,
}

impl PictureEncoder<'_> {
    /// Encodes the pictures of a post, and reports what is left out. Returns none if they cannot be encoded now.
    pub(super) fn of_post(
        &self,
        pictures: &[ForeignPicture],
        report: &mut ImportReport,
    ) -> Option<Vec<(NewImage, AltText)>> {
        let max = self.rules.images_per_post as usize;
        let surplus = pictures.len().saturating_sub(max);
        report.leave_out(LeftOut::SurplusPicture, surplus as u64);
        let mut encoded = Vec::new();
        for picture in pictures.iter().take(max) {
            match self.one(picture.file, Purpose::Post, report) {
                Ok(Some(image)) => encoded.push((image, alt(&picture.alt))),
                Ok(None) => {}
                Err(()) => return None,
            }
        }
        Some(encoded)
    }

    /// Encodes a picture, and reports why there is none. A dry run only counts it.
    ///
    /// # Errors
    /// It cannot be encoded now.
    pub(super) fn one(
        &self,
        file: Option<usize>,
        purpose: Purpose,
        report: &mut ImportReport,
    ) -> Result<Option<NewImage>, ()> {
        let Some(file) = file else {
            report.leave_out(LeftOut::MissingPicture, 1);
            return Ok(None);
        };
        if self.rules.is_dry {
            report.pictures += 1;
            return Ok(None);
        }
        match self.encoded(file, purpose) {
            Ok(image) => Ok(Some(image)),
            Err(PictureError::Refused(_)) => {
                report.leave_out(LeftOut::RefusedPicture, 1);
                Ok(None)
            }
            Err(PictureError::Busy | PictureError::Failed(_)) => {
                report.leave_out(LeftOut::NotDrawn, 1);
                Err(())
            }
        }
    }

    /// Encodes a picture like one that somebody uploads.
    fn encoded(&self, place: usize, purpose: Purpose) -> Result<NewImage, PictureError> {
        let limits = self.rules.picture;
        let failed = |error: io::Error| PictureError::Failed(error.to_string());
        let mut file = tempfile::tempfile_in(&self.rules.spool_directory).map_err(failed)?;
        // One byte more makes a file that is too large be refused as such.
        let copied = self.archive.read(place, u64::MAX, |bytes| {
            let copied = io::copy(&mut bytes.take(limits.bytes + 1), &mut file);
            copied.map_err(|error| ImportError::Archive(error.to_string()))
        });
        if copied.is_err() {
            return Err(PictureError::Refused(PictureRefusal::Broken));
        }
        file.rewind().map_err(failed)?;
        let deadline = Instant::now() + PICTURE_DEADLINE;
        let encoded = self.queue.encode(file, purpose, limits, deadline)?;
        Ok(encoded.into_image())
    }
}

/// Returns the alternative text of a picture, cut where it is too long.
fn alt(text: &str) -> AltText {
    let chars_max = AltText::CHARS_MAX as usize;
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(chars_max).collect();
    AltText::parse(&text).unwrap_or_default()
}
