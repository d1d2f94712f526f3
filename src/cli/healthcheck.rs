//! `quartfeed healthcheck`: asks the running site whether it answers, for containers and timers.

use std::time::Duration;

use ureq::Agent;

use super::site_file::CommandResult;
use crate::config::{self, ServerSettings};

/// The time within which a healthy site answers.
const DEADLINE: Duration = Duration::from_secs(5);

/// Asks `/healthz` of the address that the configuration names.
///
/// # Errors
/// Says what the site answered, or that it did not.
pub(super) fn run(server: &ServerSettings) -> CommandResult<String> {
    let url = url(server, "/healthz").ok_or(
        "port 0 is another one at each start; set server.listen to an address with a port",
    )?;
    let answer = local_agent(DEADLINE).get(&url).call();
    let answer = answer.map_err(|error| format!("{url}: {error}"))?;
    match answer.status().as_u16() {
        200 => Ok(String::new()),
        status => Err(format!("{url}: the answer is {status}, not 200")),
    }
}

/// Returns the address of a path of the site on this machine; none if its port is not known.
pub(super) fn url(server: &ServerSettings, path: &str) -> Option<String> {
    let address = config::reachable(server.listen);
    let base = server.base_url.as_ref().map_or("", |url| url.path.as_str());
    (address.port() != 0).then(|| format!("http://{address}{base}{path}"))
}

/// Returns a client for the site on this machine, which no proxy of the environment stands before.
pub(super) fn local_agent(deadline: Duration) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(deadline))
        .build()
        .new_agent()
}
