//! The check of the sandbox: a process that gives up the same rights as one that decodes a picture, tries what it must not
//! do, and reports what was refused. It takes no picture and no arguments, so it is no way around the sandbox.

use std::{
    fs::File,
    io::{self, Write},
    net::UdpSocket,
    os::unix::{net::UnixDatagram, process::CommandExt},
    path::Path,
    process::{Command, Stdio},
};

use rustix::process::{Resource, Rlimit, getppid, setrlimit, test_kill_process};

use super::{confinement, this_program};

/// The hidden subcommand that [`still_allowed`] calls and that runs [`check`].
pub const CHECK_COMMAND: &str = "check-sandbox";

/// Everything that is tried. The last one replaces the process if it is allowed, and then nothing reports a refusal.
const ATTEMPTS: [&str; 4] = [
    "open files",
    "open sockets",
    "signal other processes",
    "start programs",
];

/// The limit of descriptors that the check tries to get back: more than it needs.
const DESCRIPTORS: u64 = 64;

/// Runs inside the process: writes what was refused to standard output, each on a line.
///
/// # Errors
/// If the report cannot be written.
pub fn check() -> io::Result<()> {
    let program = this_program()?;
    let parent = getppid();
    confinement::confine();
    // Root may raise a limit again, and so could a decoder.
    let raised = Rlimit {
        current: Some(DESCRIPTORS),
        maximum: Some(DESCRIPTORS),
    };
    let _ = setrlimit(Resource::Nofile, raised);
    let mut out = io::stdout().lock();
    let [files, sockets, signals, programs] = ATTEMPTS;
    let tried = [
        (files, File::open("/").is_ok()),
        (
            sockets,
            UdpSocket::bind("127.0.0.1:0").is_ok() || UnixDatagram::unbound().is_ok(),
        ),
        (
            signals,
            parent.is_some_and(|parent| test_kill_process(parent).is_ok()),
        ),
    ];
    for (attempt, _) in tried.iter().filter(|(_, is_allowed)| !is_allowed) {
        writeln!(out, "{attempt}")?;
    }
    out.flush()?;
    // Returns only if it fails.
    let _ = Command::new(program).arg("version").exec();
    writeln!(out, "{programs}")?;
    out.flush()
}

/// Returns what a process that decodes pictures could do although it must not.
///
/// # Errors
/// If the process cannot be started.
pub fn still_allowed(program: &Path) -> io::Result<Vec<&'static str>> {
    let checked = Command::new(program)
        .arg0("quartfeed")
        .arg(CHECK_COMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    let refused = String::from_utf8_lossy(&checked.stdout);
    let is_refused = |attempt: &str| refused.lines().any(|line| line == attempt);
    let mut allowed = ATTEMPTS.to_vec();
    allowed.retain(|attempt| !is_refused(attempt));
    Ok(allowed)
}
