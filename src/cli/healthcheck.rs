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
    let address = config::reachable(server.listen);
    if address.port() == 0 {
        return Err(
            "port 0 is another one at each start; set server.listen to an address with a port"
                .into(),
        );
    }
    let base = server.base_url.as_ref().map_or("", |url| url.path.as_str());
    let url = format!("http://{address}{base}/healthz");
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // The site is on this machine.
        .proxy(None)
        .timeout_global(Some(DEADLINE))
        .build();
    let answer = config.new_agent().get(&url).call();
    let answer = answer.map_err(|error| format!("{url}: {error}"))?;
    match answer.status().as_u16() {
        200 => Ok(String::new()),
        status => Err(format!("{url}: the answer is {status}, not 200")),
    }
}
