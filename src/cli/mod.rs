//! The command line: the commands and flags, their output, and their exit status.

mod backups;
mod demo;
mod doctor;
mod exports;
mod healthcheck;
mod imports;
mod invitations;
mod manual;
mod progress;
mod remote;
mod serve;
mod service_manager;
mod site_file;
mod table;
mod tokens;
mod users;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, CommandFactory, Parser, Subcommand};

use site_file::CommandResult;

use crate::{
    clock::Clock,
    config::Sources,
    pictures::{PictureLimits, Purpose, sandbox},
};

/// Exit status of a mistake in the configuration or the command line.
const STATUS_MISTAKE: u8 = 2;
/// Exit status if the program could not start or a command failed.
const STATUS_FAILED: u8 = 1;
/// Exit status after a second signal, which cuts the stop short.
const STATUS_CUT_SHORT: i32 = 130;

#[derive(Parser)]
#[command(
    name = "quartfeed",
    version,
    about = "Your own FriendFeed: a live, shared river of posts, in one binary and one file.",
    after_help = "\
Start it and open the address that it prints:
  quartfeed
Look around in a site that is full already, and gone when you stop it:
  quartfeed demo
Listen for other machines as well, with the database somewhere else:
  quartfeed --listen 0.0.0.0:5000 --database /var/lib/quartfeed/quartfeed.db
Make the first admin, and reset a forgotten password (both work while the site runs):
  quartfeed user add alice --admin
  quartfeed user reset bob
Read and write from a terminal, with a token from Settings, Tokens:
  export QUARTFEED_SITE=https://feed.example QUARTFEED_TOKEN=...
  quartfeed tail
  date | quartfeed post

Everything else is set in quartfeed.toml or in the environment (QUARTFEED_SERVER_LISTEN: section and key in
capitals). `quartfeed config show` prints every key with its value and origin.",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site (the default without a command)
    Serve,
    /// Serve a site with people, posts and pictures in a temporary file, to look around; nothing of it stays
    Demo(demo::DemoCommand),
    /// Manage members; works while the site runs
    User {
        #[command(subcommand)]
        what: users::UserCommand,
    },
    /// Create an invitation and print its link; works while the site runs
    Invite(invitations::Invite),
    /// Manage the tokens of programs; works while the site runs
    Token {
        #[command(subcommand)]
        what: tokens::TokenCommand,
    },
    /// Make, list, check, delete and restore backups
    Backup {
        #[command(subcommand)]
        what: backups::BackupCommand,
    },
    /// Write an archive: data, pages that read without a site, and pictures, in one ZIP file; works while the site runs
    Export(exports::ExportCommand),
    /// Read an archive of QuartFeed, Mastodon, Twitter or FriendFeed into the feed of a member; works while the site runs
    Import(imports::ImportCommand),
    /// Print the newest posts of a site, and each new post and comment as it comes
    Tail(remote::TailCommand),
    /// Write a post on a site
    Post(remote::PostCommand),
    /// Check or show the configuration
    Config {
        #[command(subcommand)]
        what: ConfigCommand,
    },
    /// Look at the database, the disk, the clock and the way to the site, and say what to do
    Doctor(doctor::DoctorCommand),
    /// Ask the running site whether it answers; exits with 0 or 1
    Healthcheck,
    /// Print a script that completes commands in a shell
    Completions(manual::CompletionsCommand),
    /// Print the manual page of the program or of a command
    Man(manual::ManualCommand),
    /// Print the version
    Version,
    /// Render the picture on standard input; the site runs this itself
    #[command(name = sandbox::COMMAND, hide = true)]
    Draw {
        purpose: Purpose,
        bytes_max: u64,
        pixels_max: u64,
    },
    /// Report what a process that renders pictures cannot do; the site and `doctor` run this themselves
    #[command(name = sandbox::CHECK_COMMAND, hide = true)]
    CheckSandbox,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Check for mistakes; prints nothing if there are none
    Check,
    /// Print every key with its value and origin
    Show,
}

#[derive(Args)]
struct Options {
    /// Read this file instead of quartfeed.toml in the working directory
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Listen on this address; port 0 picks a free one [default: 127.0.0.1:5000]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Keep the database in this file [default: quartfeed.db]
    #[arg(long, global = true, value_name = "FILE")]
    database: Option<String>,
}

/// Runs the command that was typed. `clock` gives the current time.
pub fn run(clock: Clock) -> ExitCode {
    // clap explains a wrong command line itself and exits with status 2.
    let cli = Cli::parse();
    match cli.command {
        Some(Command::Version) => {
            return say(&format!("quartfeed {}\n", env!("CARGO_PKG_VERSION")));
        }
        Some(Command::Draw {
            purpose,
            bytes_max,
            pixels_max,
        }) => {
            let limits = PictureLimits {
                bytes: bytes_max,
                pixels: pixels_max,
            };
            let answered = sandbox::answer(purpose, limits);
            return answered.map_or(ExitCode::from(STATUS_FAILED), |()| ExitCode::SUCCESS);
        }
        Some(Command::CheckSandbox) => {
            return sandbox::check().map_or(ExitCode::from(STATUS_FAILED), |()| ExitCode::SUCCESS);
        }
        // These two speak to a site, which need not be on this machine.
        Some(Command::Tail(tail)) => return finish(remote::tail(&tail)),
        Some(Command::Post(post)) => return finish(remote::post(&post)),
        Some(Command::Completions(what)) => {
            return finish(manual::completions(&what, for_people()));
        }
        Some(Command::Man(what)) => return finish(manual::page(&what, for_people())),
        _ => {}
    }
    let demo_flags = demo::DemoFlags {
        listens: cli.options.listen.is_some(),
        database: cli.options.database.is_some(),
    };
    let loaded = match cli.options.into_sources().load() {
        Ok(loaded) => loaded,
        Err(mistake) => return complain(&mistake.to_string(), STATUS_MISTAKE),
    };
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(loaded, clock)
            .unwrap_or_else(|error| complain(&error.to_string(), STATUS_FAILED)),
        Command::Demo(command) => demo::run(&command, &demo_flags, &loaded.config, clock),
        Command::User { what } => finish(users::run(&loaded.config, clock(), what)),
        Command::Invite(invite) => finish(invitations::run(&loaded.config, clock(), &invite)),
        Command::Backup { what } => finish(backups::run(&loaded.config, clock(), what)),
        Command::Doctor(how) => doctor::run(&loaded.config, clock(), &how),
        Command::Healthcheck => finish(healthcheck::run(&loaded.config.server)),
        Command::Export(export) => finish(exports::run(&loaded.config, clock(), &export)),
        Command::Import(import) => finish(imports::run(&loaded.config, clock(), &import)),
        Command::Token { what } => finish(tokens::run(&loaded.config, clock(), &what)),
        Command::Config {
            what: ConfigCommand::Check,
        }
        | Command::Tail(_)
        | Command::Post(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Version
        | Command::CheckSandbox
        | Command::Draw { .. } => ExitCode::SUCCESS,
        Command::Config {
            what: ConfigCommand::Show,
        } => say(&loaded.show()),
    }
}

/// Returns the program without the commands that it only runs itself.
fn for_people() -> clap::Command {
    let whole = Cli::command();
    let shown = whole.get_subcommands().filter(|one| !one.is_hide_set());
    let shown: Vec<_> = shown.cloned().collect();
    let about = whole.get_about().cloned().unwrap_or_default();
    let examples = whole.get_after_help().cloned().unwrap_or_default();
    let program = clap::Command::new("quartfeed").version(env!("CARGO_PKG_VERSION"));
    let program = program.about(about).after_help(examples);
    Options::augment_args(program.subcommands(shown))
}

impl Options {
    /// Returns the sources of the configuration.
    fn into_sources(self) -> Sources {
        let flags = [
            ("--listen", "server.listen", self.listen),
            ("--database", "database.path", self.database),
        ];
        let given = flags
            .into_iter()
            .filter_map(|(flag, key, value)| Some((flag, key, value?)));
        // A variable that is not Unicode cannot be ours: our values are.
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Sources {
            file: self.config,
            environment: environment.collect(),
            flags: given.collect(),
        }
    }
}

/// Prints the result of a command.
fn finish(result: CommandResult<String>) -> ExitCode {
    result.map_or_else(|text| complain(&text, STATUS_FAILED), |text| say(&text))
}

/// Prints to standard output.
fn say(text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has closed its end.
        Err(_) => ExitCode::from(STATUS_FAILED),
    }
}

/// Prints an error. Returns its exit status.
fn complain(text: &str, status: u8) -> ExitCode {
    eprintln!("quartfeed: {text}");
    ExitCode::from(status)
}
