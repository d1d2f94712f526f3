//! `quartfeed demo`: a site in a temporary file with people who go on writing, until a signal.

use std::{
    fs,
    io::{self, ErrorKind},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

use super::{STATUS_MISTAKE, complain, progress::Progress, say, serve};
use crate::{
    app::StartError,
    clock::Clock,
    config::Config,
    demo::{self, Demo, DemoDirectory, PEOPLE_MAX, PEOPLE_MIN, SPEED_MAX},
    server::Server,
};

#[derive(Args)]
pub(super) struct DemoCommand {
    /// The number that people, texts and pictures follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The pace at which people go on: 1 is about one act in a minute, 0 is none; up to 1000
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=i64::from(SPEED_MAX)))]
    speed: u32,
    /// The number of people, from 2 to 200
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(i64::from(PEOPLE_MIN)..=i64::from(PEOPLE_MAX)))]
    people: u32,
}

/// The flags that the demo looks at, as they were typed.
pub(super) struct DemoFlags {
    pub(super) listens: bool,
    pub(super) database: bool,
}

/// Serves a demo until SIGTERM or SIGINT, and deletes it.
pub(super) fn run(
    command: &DemoCommand,
    flags: &DemoFlags,
    given: &Config,
    clock: Clock,
) -> ExitCode {
    if flags.database {
        return complain(
            "the demo keeps its site in a temporary file, which is deleted at the end; leave out --database",
            STATUS_MISTAKE,
        );
    }
    if flags.listens && !given.server.listen.ip().is_loopback() {
        let address = given.server.listen;
        let why = format!(
            "the demo prints links that sign anybody in, so it listens on this machine only: not on {address}, but for \
             example on 127.0.0.1:{}",
            address.port()
        );
        return complain(&why, STATUS_MISTAKE);
    }
    serve_demo(command, flags, given, clock)
        .unwrap_or_else(|error| complain(&error.to_string(), super::STATUS_FAILED))
}

fn serve_demo(
    command: &DemoCommand,
    flags: &DemoFlags,
    given: &Config,
    clock: Clock,
) -> Result<ExitCode, StartError> {
    // Signals are caught before there is a directory that one of them could leave behind.
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let directory = DemoDirectory::new()?;
    let config = demo::config(given, directory.path(), address(given, flags)?);
    let app = serve::open(config, clock)?;
    let began = Instant::now();
    let mut progress = Progress::default();
    let filled = Demo::begin(&app, command.seed, command.people, &mut |percent| {
        progress.show(&format!(
            "painting and writing two years of posts: {percent} %"
        ));
        signals.pending().next().is_none()
    });
    progress.end();
    let Some(demo) = filled? else {
        app.close();
        return Ok(ExitCode::SUCCESS);
    };
    let log = app.log.clone();
    let mut server = Server::start(app)?;
    let (people, posts, comments) = demo.counts();
    let seconds = format!("{:.1}", began.elapsed().as_secs_f32());
    log.info(
        "the demo is made; it is deleted when it ends",
        &[
            ("people", &people),
            ("posts", &posts),
            ("comments", &comments),
            ("seconds", &seconds),
        ],
    );
    say(&listing(server.address(), &demo));
    let mut players = demo.play(command.speed)?;
    // What is deleted while the server still writes may be incomplete; the next demo deletes the rest.
    let path = directory.path().to_owned();
    let handle = serve::until_signal(signals, &log, move || drop(fs::remove_dir_all(path)));
    players.leave();
    server.stop();
    drop(players);
    handle.close();
    log.info("stopped", &[]);
    Ok(ExitCode::SUCCESS)
}

/// Returns the address to listen on: the one that was typed, or a port of this machine, the usual one if it is free.
fn address(given: &Config, flags: &DemoFlags) -> io::Result<SocketAddr> {
    let wanted = given.server.listen;
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, wanted.port()));
    let (first, may_differ) = if flags.listens {
        (wanted, false)
    } else {
        (usual, true)
    };
    // The port is needed before the server has it: it is part of the names of cookies.
    match TcpListener::bind(first) {
        Ok(listener) => listener.local_addr(),
        Err(error) if may_differ && error.kind() == ErrorKind::AddrInUse => {
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
        }
        // The server says what is wrong with it.
        Err(_) => Ok(first),
    }
}

/// Returns the lines for the visitor.
fn listing(address: SocketAddr, demo: &Demo) -> String {
    let people = demo.links();
    let width = people.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines = people
        .iter()
        .map(|(name, path)| format!("{name:<width$}  http://{address}{path}\n"));
    format!(
        "listening on http://{address}\n{}Each link signs you in as that person. Pages that ask for a password accept {}\n",
        lines.collect::<String>(),
        demo.password()
    )
}
