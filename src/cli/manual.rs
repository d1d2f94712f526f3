//! `quartfeed completions` and `quartfeed man`: completions and manual pages, made from the commands.

use clap::{Args, Command};
use clap_complete::Shell;

use super::site_file::CommandResult;

#[derive(Args)]
pub(super) struct CompletionsCommand {
    shell: Shell,
}

#[derive(Args)]
pub(super) struct ManualCommand {
    /// Print the page of this command, such as `backup create`; without it that of the program
    command: Vec<String>,
}

/// Returns the script that completes commands and flags in a shell.
pub(super) fn completions(
    what: &CompletionsCommand,
    mut program: Command,
) -> CommandResult<String> {
    let mut script = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(what.shell, &mut program, name, &mut script);
    String::from_utf8(script).map_err(|error| error.to_string())
}

/// Returns a manual page in the format of `man`.
///
/// # Errors
/// If there is no such command.
pub(super) fn page(what: &ManualCommand, mut program: Command) -> CommandResult<String> {
    // The flags of the program also belong to its commands.
    program.build();
    let mut command = program;
    for name in &what.command {
        let found = command
            .get_subcommands()
            .find(|known| known.get_name() == name);
        command = found
            .cloned()
            .ok_or_else(|| format!("there is no command {}", what.command.join(" ")))?;
    }
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|error| error.to_string())?;
    String::from_utf8(page).map_err(|error| error.to_string())
}
