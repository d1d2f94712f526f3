//! `quartfeed export`: writes an archive.

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;
use jiff::tz::TimeZone;

use super::site_file::{CommandResult, SiteFile, name, unknown_name};
use crate::{
    archives::{self, ArchivedSite},
    config::Config,
    model::{Bytes, Timestamp},
    store::members,
};

/// The time between two figures of the progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

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
    let (site, user) = (SiteFile::open(config, now)?, name(&given.user)?);
    let base_url = config.server.base_url.as_ref();
    let (base, zone) = (
        base_url.map(|url| url.path.clone()).unwrap_or_default(),
        TimeZone::system(),
    );
    let archived = ArchivedSite {
        name: &config.site.name,
        origin: base_url.map(|url| url.origin.as_str()),
        base: &base,
        zone: &zone,
        now,
    };
    let member = site
        .read(|conn| members::find(conn, &user))
        .map_err(|why| unknown_name(&user, why))?;
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

/// A line on the terminal that says how far a command is.
#[derive(Default)]
pub(super) struct Progress {
    shown_at: Option<Instant>,
    width: usize,
}

impl Progress {
    /// Shows a figure, unless one was shown a moment ago or nobody looks.
    pub(super) fn show(&mut self, figure: &str) {
        let is_soon = self
            .shown_at
            .is_some_and(|at| at.elapsed() < PROGRESS_EVERY);
        if is_soon || !io::stderr().is_terminal() {
            return;
        }
        self.width = self.width.max(figure.chars().count());
        eprint!("\r{figure:<width$}", width = self.width);
        // A terminal that takes no figure takes the next one, or none.
        let _ = io::stderr().flush();
        self.shown_at = Some(Instant::now());
    }

    /// Clears the line.
    pub(super) fn end(&self) {
        if self.shown_at.is_some() {
            eprint!("\r{:width$}\r", "", width = self.width);
        }
    }
}
