//! Archives that people take with them: one ZIP file with data for programs, pages that read without a site, and
//! pictures. A person downloads their own from Settings. The command `quartfeed export` writes one into a file, or that of
//! a whole site.

mod file;
mod person;
mod pictures;
mod site;
mod writer;

use std::fs::File;

use jiff::tz::TimeZone;

use crate::{
    config::Config,
    error::Result,
    model::{BasePath, OwnImage, Timestamp, UserId},
    store::{
        Snapshot,
        exports::{self, Take},
        images::{self, Blob},
    },
    views::exports::{Document, Export},
};

pub(crate) use file::write_file;
use pictures::ArchivedPicture;
pub(crate) use pictures::append;

/// The properties of a site that its archives repeat.
pub(crate) struct ArchivedSite<'a> {
    document: Document<'a>,
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
            document: Document {
                site_name: &config.site.name,
                origin: config.server.origin(),
                base,
                zone,
                now,
            },
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
            document: self.document,
            account: &exports::account(conn, user, self.document.now)?,
        };
        let pictures = list(|take| images::each_own(conn, user, take))?;
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

    /// Writes the archive of the whole site into `file`, which is empty. `progress` is told how many posts are written,
    /// and then how many pictures.
    ///
    /// # Errors
    /// `Invalid` if it is too large; `StorageUnavailable` if the disk does not take it.
    pub(crate) fn write_site(
        &self,
        conn: &Snapshot,
        file: File,
        progress: &mut dyn FnMut(SiteProgress),
    ) -> Result<()> {
        let text = site::pack(conn, &self.document, file, &mut |posts| {
            progress(SiteProgress::Posts(posts));
        })?;
        let pictures = list(|take| images::each_used(conn, take))?;
        pictures::write(conn, text, pictures, &mut |written| {
            progress(SiteProgress::Pictures(written));
        })
    }
}

/// Lists the pictures that `each` reads.
fn list(
    each: impl FnOnce(Take<'_, (OwnImage, Blob)>) -> Result<()>,
) -> Result<Vec<ArchivedPicture>> {
    let mut pictures = Vec::new();
    each(&mut |(image, blob)| {
        let name = image.file();
        pictures.push(ArchivedPicture { name, blob });
        Ok(())
    })?;
    Ok(pictures)
}

/// The part of a site that is written so far.
pub(crate) enum SiteProgress {
    Posts(u64),
    Pictures(usize),
}
