//! `quartfeed doctor`: looks at the database, its surroundings and the way to the site, and says what to do.

use std::{fs::File, io::ErrorKind, process::ExitCode, time::Duration};

use clap::Args;
use serde_json::json;
use ureq::Agent;

use super::{
    STATUS_FAILED,
    healthcheck::{self, local_agent},
    remote::RemoteSite,
    say,
    site_file::{CommandResult, SiteFile},
};
use crate::{
    arrivals::{self, Neighbour},
    auth::{FormKey, doctors_name},
    config::Config,
    model::{Checkup, CheckupState, Timestamp},
    pictures::sandbox,
    store::checkups,
};

/// The time within which a site must answer.
const DEADLINE: Duration = Duration::from_secs(10);

/// The most bytes of an answer: a line for each of 64 neighbours.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

#[derive(Args)]
pub(super) struct DoctorCommand {
    /// Print a JSON array, for programs
    #[arg(long)]
    json: bool,
}

/// Looks at everything and prints it. The exit status is 1 if something is bad.
pub(super) fn run(config: &Config, now: Timestamp, how: &DoctorCommand) -> ExitCode {
    let all = look(config, now);
    let printed = say(&if how.json {
        as_json(&all)
    } else {
        as_text(&all)
    });
    let is_bad = all.iter().any(|one| one.state == CheckupState::Bad);
    if is_bad {
        ExitCode::from(STATUS_FAILED)
    } else {
        printed
    }
}

fn look(config: &Config, now: Timestamp) -> Vec<Checkup> {
    let mut all = checkups::quick(config, now);
    all.push(picture_sandbox());
    if !config.database.path.exists() {
        return all;
    }
    match inside(config, now) {
        Ok((checkups, secret)) => {
            all.extend(checkups);
            let token = FormKey::new(&secret).token(&doctors_name(now));
            all.extend(the_way_in(config, token.as_str()));
        }
        Err(why) if is_of_another_user(config) => all.push(Checkup::bad(
            "Integrity",
            why.trim_end().replace('\n', ". "),
            "Run this as the user of the site.",
        )),
        Err(why) => all.push(Checkup::bad(
            "Integrity",
            why.trim_end().replace('\n', ". "),
            "Keep a copy of the file, and restore the newest backup that `quartfeed backup verify` finds sound.",
        )),
    }
    all
}

/// Looks at what a process that decodes pictures can do on this system.
fn picture_sandbox() -> Checkup {
    let what = "Pictures";
    let allowed = sandbox::this_program().and_then(|program| sandbox::still_allowed(&program));
    match allowed {
        Ok(allowed) if allowed.is_empty() => Checkup::good(
            what,
            "what decodes them can open no file and no socket, signal nobody and start nothing",
        ),
        Ok(allowed) => Checkup::look(
            what,
            format!("a flaw in what decodes them could {}", allowed.join(", ")),
            "Use a kernel with Landlock or seccomp: Linux 5.13 or later. Some containers forbid both.",
        ),
        Err(error) => Checkup::look(
            what,
            format!("the sandbox cannot be checked: {error}"),
            "Is the program still where it was?",
        ),
    }
}

fn is_of_another_user(config: &Config) -> bool {
    let mut options = File::options();
    let opened = options.read(true).write(true).open(&config.database.path);
    opened.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
}

/// Looks at the content of the database. Returns also the key of its tokens.
fn inside(config: &Config, now: Timestamp) -> CommandResult<(Vec<Checkup>, Vec<u8>)> {
    let file = SiteFile::open(config, now)?;
    let newest = file.read(checkups::newest_event_at)?;
    let integrity = file.read(checkups::soundness)?;
    Ok((
        vec![checkups::clock(newest, now), integrity],
        file.read(checkups::secret)?,
    ))
}

/// Asks the site on this machine, and then by its own address, how the requests arrived.
fn the_way_in(config: &Config, token: &str) -> Vec<Checkup> {
    let what = "Server";
    let path = format!("/healthz?arrivals={token}");
    let Some(url) = healthcheck::url(&config.server, &path) else {
        let found = "the port is another one at each start, so it is not asked";
        return vec![Checkup::good(what, found)];
    };
    let ask_here = || ask(&local_agent(DEADLINE), &url);
    let here = ask_here();
    if let Err(why) = here {
        let found = format!("it does not answer: {why}");
        return vec![Checkup::look(
            what,
            found,
            "Start it, or name the address on which it listens with --listen.",
        )];
    }
    let mut all = vec![Checkup::good(
        what,
        format!("it answers at {}", config.server.listen),
    )];
    let base_url = config.server.base_url.as_ref();
    if let Some(base_url) = base_url {
        let agent = RemoteSite::agent(DEADLINE);
        let there = agent.and_then(|agent| ask(&agent, &base_url.url(&path)));
        all.push(match there {
            Ok(_) => Checkup::good("Address", format!("{} leads here", base_url.as_text())),
            Err(why) => Checkup::look(
                "Address",
                format!("{} does not lead here: {why}", base_url.as_text()),
                "Look at the proxy and the name, or set base_url under [server] to the address in the browser. Some networks \
                 cannot reach their own public address; then try it from elsewhere.",
            ),
        });
    }
    // Asked again after the request by the address, so that it is among them.
    let here = if base_url.is_some() { ask_here() } else { here };
    match here {
        Ok(neighbours) => all.extend(arrivals::advice(&neighbours, base_url)),
        Err(why) => all.push(Checkup::look(what, why, "Look at its log.")),
    }
    all
}

/// Asks a site for the neighbours that have connected.
fn ask(agent: &Agent, url: &str) -> CommandResult<Vec<Neighbour>> {
    let mut answer = agent.get(url).call().map_err(|error| error.to_string())?;
    let status = answer.status();
    if status != 200 {
        return Err(format!("the answer is {status}"));
    }
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX);
    let text = body.read_to_string().map_err(|error| error.to_string())?;
    serde_json::from_str(&text)
        .map_err(|_| "another site, or another database, answers there".to_owned())
}

fn as_text(all: &[Checkup]) -> String {
    let width = all.iter().map(|one| one.what.len()).max().unwrap_or(0);
    let lines = all.iter().map(|one| {
        let line = format!(
            "{:<4}  {:<width$}  {}\n",
            one.state.word(),
            one.what,
            one.found
        );
        if one.advice.is_empty() {
            return line;
        }
        format!("{line}      {:<width$}  {}\n", "", one.advice)
    });
    lines.collect()
}

fn as_json(all: &[Checkup]) -> String {
    let all = all.iter().map(|one| {
        json!({ "what": one.what, "state": one.state.word(), "found": one.found, "advice": one.advice })
    });
    format!("{:#}\n", all.collect::<serde_json::Value>())
}
