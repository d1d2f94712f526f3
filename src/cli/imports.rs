//! `quartfeed import`: reads an archive of another site: into the feed of a member, or all of it.

use std::{
    fs::{self, File},
    path::PathBuf,
};

use clap::Args;

use super::{
    progress::Progress,
    site_file::{CommandResult, SiteFile},
};
use crate::{
    config::Config,
    imports::{ArchiveImporter, ImportError, ImportRules},
    model::{ImportReport, Timestamp},
    pictures::{ImageQueue, sandbox},
};

#[derive(Args)]
pub(super) struct ImportCommand {
    /// The archive: a ZIP file of QuartFeed, Mastodon, Twitter, Bluesky or FriendFeed
    file: PathBuf,
    /// Import the posts into the feed of this member; not with the archive of a whole QuartFeed
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Follow the people here who have the names of those whom the member followed elsewhere
    #[arg(long, requires = "user")]
    follow: bool,
    /// Write the addresses of what is left out because it is on other sites to this file
    #[arg(long, value_name = "FILE", requires = "user")]
    elsewhere: Option<PathBuf>,
    /// Say what would be imported, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Imports the archive. Returns the text to print.
pub(super) fn run(config: &Config, now: Timestamp, given: &ImportCommand) -> CommandResult<String> {
    let failed = |why: &str| format!("{}: {why}", given.file.display());
    let file = File::open(&given.file).map_err(|error| failed(&error.to_string()))?;
    // A whole site may come into a new file.
    let may_create = given.user.is_none() && !given.dry_run;
    let mut site = SiteFile::open_or_create(config, now, may_create)?;
    let user = match &given.user {
        Some(name) => Some(site.member(name)?.user.id),
        None => None,
    };
    let program = sandbox::this_program().map_err(|error| error.to_string())?;
    let queue = ImageQueue::open(program).map_err(|error| error.to_string())?;
    let mut progress = Progress::default();
    let mut done = 0;
    let imported = ArchiveImporter {
        site: site.visit(),
        user,
        now,
        rules: ImportRules {
            is_dry: given.dry_run,
            follows: given.follow,
            ..ImportRules::of(config)
        },
        queue: &queue,
        progress: &mut |report| {
            done = report.posts;
            let figure = match report.comments {
                0 => format!("{} posts", report.looked_at()),
                comments => format!("{} posts, {comments} comments", report.looked_at()),
            };
            progress.show(&figure);
        },
    }
    .import(file);
    progress.end();
    let report = imported.map_err(|error| failed(&ended(&error, done)))?;
    if let Some(path) = &given.elsewhere {
        let lines: String = report
            .elsewhere
            .iter()
            .flat_map(|line| [line, "\n"])
            .collect();
        fs::write(path, lines).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(format!("{report}{}", passwords(&report)))
}

/// Returns how the people of a site get in. They have no passwords here.
fn passwords(report: &ImportReport) -> &'static str {
    if report.people == 0 || report.is_dry {
        return "";
    }
    "Nobody of them has a password here yet: `quartfeed user reset NAME` prints a link that sets one.\n"
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
