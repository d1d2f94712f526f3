//! Archives that people take with them: one ZIP file with data for programs, pages that read without a site, and
//! pictures. A person downloads their own from Settings, and the command `quartfeed export` writes one into a file.

mod file;
mod person;
mod pictures;
mod writer;

use std::fs::File;

use jiff::tz::TimeZone;

use crate::{
    config::Config,
    error::Result,
    model::{BasePath, Timestamp, UserId},
    store::{Snapshot, exports, images},
    views::exports::Export,
};

pub(crate) use file::write_file;
use pictures::ArchivedPicture;
pub(crate) use pictures::append;

/// The properties of a site that its archives repeat.
pub(crate) struct ArchivedSite<'a> {
    name: &'a str,
    /// Public origin of the site, if it is known.
    origin: Option<&'a str>,
    base: &'a BasePath,
    zone: &'a TimeZone,
    now: Timestamp,
}

impl<'a> ArchivedSite<'a> {
    /// Returns what archives repeat of a site with this configuration.
    pub(crate) fn of(
        config: &'a Config,
        base: &'a BasePath,
        zone: &'a TimeZone,
        now: Timestamp,
    ) -> ArchivedSite<'a> {
        ArchivedSite {
            name: &config.site.name,
            origin: config.server.origin(),
            base,
            zone,
            now,
        }
    }
}

impl ArchivedSite<'_> {
    /// Packs all text that is kept of a person into `file`, which is empty. Returns it with the pictures that come
    /// after the text.
    ///
    /// # Errors
    /// `Invalid` if it is too large; `StorageUnavailable` if the disk does not take it.
    pub(crate) fn person(
        &self,
        conn: &Snapshot,
        user: UserId,
        file: File,
    ) -> Result<(File, Vec<ArchivedPicture>)> {
        let export = Export {
            site_name: self.name,
            origin: self.origin,
            base: self.base,
            zone: self.zone,
            now: self.now,
            account: &exports::account(conn, user, self.now)?,
        };
        let mut pictures = Vec::new();
        images::each_own(conn, user, &mut |(image, blob)| {
            let name = image.file();
            pictures.push(ArchivedPicture { name, blob });
            Ok(())
        })?;
        let text = person::pack(conn, &export, file, person::BYTES_MAX)?;
        Ok((text, pictures))
    }

    /// Writes the whole archive of a person into `file`, which is empty. `progress` is told how many of how many
    /// pictures are written.
    ///
    /// # Errors
    /// Those of [`ArchivedSite::person`].
    pub(crate) fn write_person(
        &self,
        conn: &Snapshot,
        user: UserId,
        file: File,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<()> {
        let (text, pictures) = self.person(conn, user, file)?;
        let all = pictures.len();
        pictures::write(conn, text, pictures, &mut |written| progress(written, all))
    }
}
