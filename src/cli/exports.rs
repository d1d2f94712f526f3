//! `quartfeed export`: writes an archive.

use std::path::PathBuf;

use clap::Args;
use jiff::tz::TimeZone;

use super::{
    progress::Progress,
    site_file::{CommandResult, SiteFile},
};
use crate::{
    archives::{self, ArchivedSite},
    config::Config,
    model::{Bytes, Timestamp},
};

#[derive(Args)]
pub(super) struct ExportCommand {
    /// The new file, which ends in .zip
    file: PathBuf,
    /// Write the archive of this member, as the member downloads it
    #[arg(long, value_name = "NAME")]
    user: String,
}

/// Writes the archive. Returns the text to print.
pub(super) fn run(config: &Config, now: Timestamp, given: &ExportCommand) -> CommandResult<String> {
    let site = SiteFile::open(config, now)?;
    let base_url = config.server.base_url.as_ref();
    // Without an address of its own the site is at the root.
    let base = base_url.map(|url| url.path.clone()).unwrap_or_default();
    let zone = TimeZone::system();
    let archived = ArchivedSite::of(config, &base, &zone, now);
    let member = site.member(&given.user)?;
    let mut progress = Progress::default();
    archives::write_file(&given.file, |file| {
        let written = site.read(|conn| {
            archived.write_person(conn, member.user.id, file, &mut |done, all| {
                progress.show(&format!("{done} of {all} pictures"));
            })
        });
        progress.end();
        written
    })?;
    let bytes = given.file.metadata().map_or(0, |file| file.len());
    Ok(format!("{} ({})\n", given.file.display(), Bytes(bytes)))
}
