//! `quartfeed backup`: makes, lists, checks, deletes and restores backups.

use std::{
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use clap::Subcommand;
use crossbeam_channel::{RecvTimeoutError, bounded};
use serde_json::json;

use super::{
    progress::Progress,
    site_file::CommandResult,
    table::{table, time},
};
use crate::{
    config::Config,
    model::{Bytes, Timestamp},
    store::{
        backups::{self, Backup, BackupError},
        files,
    },
};

/// The time between two looks at the size of the file.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Subcommand)]
pub(super) enum BackupCommand {
    /// Write a backup, also while the site runs, and print its path
    Create {
        /// Write it to this file instead of the directory of backups
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// List the backups, newest first
    List {
        /// Print a JSON array, for programs
        #[arg(long)]
        json: bool,
    },
    /// Read a whole backup and check that it is sound
    Verify {
        file: PathBuf,
        /// Print a JSON object, for programs
        #[arg(long)]
        json: bool,
    },
    /// Delete all but the newest backups, as many as backup.keep says, and print what was deleted
    Prune,
    /// Put a backup in the place of the database; stop the site first. The file that is there is kept beside it
    Restore { file: PathBuf },
}

/// Runs the command. Returns the text to print.
pub(super) fn run(config: &Config, now: Timestamp, what: BackupCommand) -> CommandResult<String> {
    let (database, directory) = (&config.database.path, config.backup_directory());
    let done = match what {
        BackupCommand::Create { to } => {
            let to = to.unwrap_or_else(|| backups::path(database, &directory, now, ""));
            with_progress(database, &to).map(|()| format!("{}\n", to.display()))
        }
        BackupCommand::List { json } => {
            backups::list(database, &directory).map(|all| listed(&all, json))
        }
        BackupCommand::Verify { file, json } => verified(&file, json),
        BackupCommand::Prune => {
            let deleted = backups::prune(database, &directory, config.backup.keep, now);
            deleted.map(|paths| {
                let lines = paths.iter().map(|path| format!("{}\n", path.display()));
                lines.collect()
            })
        }
        BackupCommand::Restore { file } => {
            backups::restore(database, &file, now).map(|kept| restored(database, kept.as_deref()))
        }
    };
    done.map_err(|error| error.to_string())
}

/// Makes a backup. On a terminal it says how far it is.
fn with_progress(database: &Path, to: &Path) -> Result<(), BackupError> {
    if !io::stderr().is_terminal() {
        return backups::create(database, to, Arc::default());
    }
    let whole = fs::metadata(database).map_or(0, |file| file.len());
    let part = files::unfinished(to);
    let (done, is_done) = bounded::<()>(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut progress = Progress::default();
            while is_done.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                let written = fs::metadata(&part).map_or(0, |file| file.len());
                let percent = (written * 100).checked_div(whole).unwrap_or(0).min(99);
                progress.show(&format!("{percent} %"));
            }
            progress.end();
        });
        let made = backups::create(database, to, Arc::default());
        drop(done);
        made
    })
}

fn listed(all: &[Backup], as_json: bool) -> String {
    if as_json {
        let all = all.iter().map(
            |backup| json!({ "path": backup.path, "made_at": time(backup.made_at), "bytes": backup.bytes }),
        );
        return format!("{:#}\n", all.collect::<serde_json::Value>());
    }
    let rows: Vec<_> = all
        .iter()
        .map(|backup| {
            let path = backup.path.display().to_string();
            [time(backup.made_at), Bytes(backup.bytes).to_string(), path]
        })
        .collect();
    table(["MADE AT", "SIZE", "PATH"], &rows)
}

fn verified(file: &Path, as_json: bool) -> Result<String, BackupError> {
    let found = backups::verify(file)?;
    if as_json {
        let found = json!({ "schema": found.schema, "people": found.people, "posts": found.posts });
        return Ok(format!("{found:#}\n"));
    }
    Ok(format!(
        "{} is sound: schema {}, {} accounts, {} posts\n",
        file.display(),
        found.schema,
        found.people,
        found.posts
    ))
}

fn restored(database: &Path, kept: Option<&Path>) -> String {
    let kept = kept.map(|kept| format!("; the file that was there is now {}", kept.display()));
    format!(
        "{} is restored{}\n",
        database.display(),
        kept.unwrap_or_default()
    )
}
