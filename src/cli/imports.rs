//! `quartfeed import`: reads an archive of another site into the feed of a member.

use std::{fs::File, path::PathBuf};

use clap::Args;

use super::{
    progress::Progress,
    site_file::{CommandResult, SiteFile},
};
use crate::{
    config::Config,
    imports::{ArchiveImporter, ImportError, ImportRules},
    model::Timestamp,
    pictures::{ImageQueue, sandbox},
};

#[derive(Args)]
pub(super) struct ImportCommand {
    /// The archive: a ZIP file of QuartFeed, Mastodon, Twitter or FriendFeed
    file: PathBuf,
    /// Import the posts into the feed of this member
    #[arg(long, value_name = "NAME")]
    user: String,
    /// Say what would be imported, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Imports the archive. Returns the text to print.
pub(super) fn run(config: &Config, now: Timestamp, given: &ImportCommand) -> CommandResult<String> {
    let failed = |why: &str| format!("{}: {why}", given.file.display());
    let file = File::open(&given.file).map_err(|error| failed(&error.to_string()))?;
    let mut site = SiteFile::open(config, now)?;
    let member = site.member(&given.user)?;
    let program = sandbox::this_program().map_err(|error| error.to_string())?;
    let queue = ImageQueue::open(program).map_err(|error| error.to_string())?;
    let mut progress = Progress::default();
    let mut done = 0;
    let imported = ArchiveImporter {
        site: site.visit(),
        user: member.user.id,
        now,
        rules: ImportRules {
            is_dry: given.dry_run,
            ..ImportRules::of(config)
        },
        queue: &queue,
        progress: &mut |report| {
            done = report.posts;
            progress.show(&format!("{} posts", report.looked_at()));
        },
    }
    .import(file);
    progress.end();
    imported
        .map(|report| report.to_string())
        .map_err(|error| failed(&ended(&error, done)))
}

/// Returns why an import ended early, and how to go on.
fn ended(error: &ImportError, done: u64) -> String {
    match done {
        0 => error.to_string(),
        _ => format!(
            "{error}; {done} posts were imported before that, and a second run goes on after them"
        ),
    }
}
