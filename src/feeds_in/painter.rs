//! Pictures of entries: received into a file and encoded like those that people upload.

use std::{
    io::{self, Read, Seek},
    path::PathBuf,
    sync::Arc,
    time::Instant,
};

use crate::{
    model::NewImage,
    pictures::{ImageQueue, PictureLimits, Purpose},
};

/// The queue that encodes pictures, and its limits.
pub(super) struct Painter {
    pub(super) queue: Arc<ImageQueue>,
    pub(super) limits: PictureLimits,
    /// The folder for files that are gone when they are closed.
    pub(super) directory: PathBuf,
}

impl Painter {
    /// Receives a picture and encodes it. None if it is none, or too large, or there is no time or room for it.
    pub(super) fn paint(&self, bytes: impl Read, deadline: Instant) -> Option<NewImage> {
        let mut file = tempfile::tempfile_in(&self.directory).ok()?;
        let received = io::copy(&mut bytes.take(self.limits.bytes + 1), &mut file).ok()?;
        if received > self.limits.bytes {
            return None;
        }
        file.rewind().ok()?;
        let encoded = self
            .queue
            .encode(file, Purpose::Post, self.limits, deadline);
        Some(encoded.ok()?.into_image())
    }
}
