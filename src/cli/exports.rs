//! `quartfeed export`: writes an archive.

use std::path::PathBuf;

use clap::Args;
use jiff::tz::TimeZone;

use super::{
    progress::Progress,
    site_file::{CommandResult, SiteFile},
};
use crate::{
    archives::{self, ArchivedSite, SiteProgress},
    config::Config,
    model::{Bytes, Timestamp},
};

#[derive(Args)]
pub(super) struct ExportCommand {
    /// The new file, which ends in .zip
    file: PathBuf,
    /// Write the archive of this member, as the member downloads it, and not that of the whole site
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

/// Writes the archive. Returns the text to print.
pub(super) fn run(config: &Config, now: Timestamp, given: &ExportCommand) -> CommandResult<String> {
    let site = SiteFile::open(config, now)?;
    let base_url = config.server.base_url.as_ref();
    // Without an address of its own the site is at the root.
    let base = base_url.map(|url| url.path.clone()).unwrap_or_default();
    let zone = TimeZone::system();
    let archived = ArchivedSite::of(config, &base, &zone, now);
    let user = match &given.user {
        Some(name) => Some(site.member(name)?.user.id),
        None => None,
    };
    let mut progress = Progress::default();
    archives::write_file(&given.file, |file| {
        let written = site.read(|conn| match user {
            Some(user) => archived.write_person(conn, user, file, &mut |done, all| {
                progress.show(&format!("{done} of {all} pictures"));
            }),
            None => archived.write_site(conn, file, &mut |done| {
                progress.show(&match done {
                    SiteProgress::Posts(posts) => format!("{posts} posts"),
                    SiteProgress::Pictures(pictures) => format!("{pictures} pictures"),
                });
            }),
        });
        progress.end();
        written
    })?;
    let bytes = given.file.metadata().map_or(0, |file| file.len());
    Ok(format!("{} ({})\n", given.file.display(), Bytes(bytes)))
}
