//! `quartfeed token`: manages the tokens of programs.

use clap::Subcommand;

use super::site_file::{CommandResult, SiteFile};
use crate::{
    config::Config,
    model::{Actor, Timestamp},
    store::tokens,
};

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Replace the signing key: all programs that are signed in with a password must sign in again
    RotateSecret,
}

/// Runs the command. Returns the text to print.
pub(super) fn run(config: &Config, now: Timestamp, what: &TokenCommand) -> CommandResult<String> {
    let TokenCommand::RotateSecret = what;
    let mut site = SiteFile::open(config, now)?;
    site.write(|tx| tokens::rotate_secret(tx, &Actor::CommandLine))?;
    let kept = if config.api.jwt_secret.is_empty() {
        "The signing key is replaced"
    } else {
        "Change api.jwt_secret as well: it is the key in use"
    };
    Ok(format!(
        "{kept}. All programs that were signed in with a password are signed out.\n"
    ))
}
