//! `quartfeed serve`: serves the site until a signal.

use std::{io, net::SocketAddr, path::Path, process::ExitCode};

use jiff::tz::TimeZone;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::{Handle, Signals},
};

use super::{STATUS_CUT_SHORT, say, service_manager};
use crate::{
    app::{App, StartError},
    clock::Clock,
    config::{AccountSettings, Config, Inviters, Loaded, Registration, directory_of},
    log::Log,
    model::CheckupState,
    pictures::sandbox,
    server::Server,
    store::checkups,
};

/// Serves the site until SIGTERM or SIGINT.
pub(super) fn serve(loaded: Loaded, clock: Clock) -> Result<ExitCode, StartError> {
    // Signals are caught before any thread starts, so that an early one is not lost.
    let signals = Signals::new([SIGTERM, SIGINT])?;
    let Loaded { config, origins } = loaded;
    let accounts = config.accounts.clone();
    let database =
        std::path::absolute(&config.database.path).unwrap_or_else(|_| config.database.path.clone());
    let app = open(config, clock)?.with_origins(origins);
    let (log, db, clock) = (app.log.clone(), app.db.clone(), app.clock.clone());
    let mut server = Server::start(app)?;
    let address = server.address();
    warn_of_newcomers(&log, address, &accounts);
    warn_of_file_system(&log, &database);
    log.info(
        "started",
        &[
            ("version", &env!("CARGO_PKG_VERSION")),
            ("database", &database.display()),
        ],
    );
    say(&format!("listening on http://{address}\n"));
    let watchdog = service_manager::ready(&db, &clock)?;

    let handle = until_signal(signals, &log, || ());
    service_manager::stopping(watchdog);
    server.stop();
    handle.close();
    log.info("stopped", &[]);
    Ok(ExitCode::SUCCESS)
}

/// Opens a site that logs to standard error, in the time zone of the system.
pub(super) fn open(config: Config, clock: Clock) -> Result<App, StartError> {
    let log = Log::new(config.log.level, config.log.format, Box::new(io::stderr()));
    let program = sandbox::this_program()?;
    warn_of_open_sandbox(&log, &program);
    App::open(config, clock, log, TimeZone::system(), program)
}

/// Waits for a signal. A second one ends the program at once, after `last`. Close the handle when the stop is complete.
pub(super) fn until_signal(
    mut signals: Signals,
    log: &Log,
    last: impl FnOnce() + Send + 'static,
) -> Handle {
    signals.forever().next();
    log.info("stopping; a second signal stops at once", &[]);
    let handle = signals.handle();
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            last();
            std::process::exit(STATUS_CUT_SHORT);
        }
    });
    handle
}

/// Logs what is known against the file system of the database.
fn warn_of_file_system(log: &Log, database: &Path) {
    let judged = checkups::file_system(&directory_of(database));
    if judged.state != CheckupState::Good {
        log.warn(
            "the database is on a file system that may lose or show it",
            &[("file_system", &judged.found), ("fix", &judged.advice)],
        );
    }
}

/// Logs what a process that decodes pictures could do on this system although it must not.
fn warn_of_open_sandbox(log: &Log, program: &Path) {
    let fix = "a kernel with Landlock or seccomp (Linux 5.13 or later)";
    match sandbox::still_allowed(program) {
        Ok(allowed) if allowed.is_empty() => {}
        Ok(allowed) => log.warn(
            "the sandbox of pictures is open on this system",
            &[("allowed", &allowed.join(", ")), ("fix", &fix)],
        ),
        Err(error) => log.warn(
            "the sandbox of pictures cannot be checked",
            &[("cause", &error)],
        ),
    }
}

/// Logs who may register, if others can reach the address.
fn warn_of_newcomers(log: &Log, address: SocketAddr, accounts: &AccountSettings) {
    if address.ip().is_loopback() {
        return;
    }
    match (accounts.registration, accounts.invitations_by) {
        (Registration::Open, _) => log.warn(
            "anybody who can reach this address can register",
            &[
                ("address", &address),
                (
                    "fix",
                    &"registration = \"invite\" or \"closed\" under [accounts]",
                ),
            ],
        ),
        (Registration::Invite, Inviters::Members) => log.info(
            "registration is by invitation, and every member can invite",
            &[
                ("address", &address),
                (
                    "alternative",
                    &"invitations_by = \"admins\" under [accounts]",
                ),
            ],
        ),
        (Registration::Invite, Inviters::Admins) | (Registration::Closed, _) => {}
    }
}
