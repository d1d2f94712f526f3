//! Requests to other sites: the HTTP client for them, the guard of private addresses, and the words for what fails.
//! `feeds_in` and `webhooks` ask through it, and nothing else of the program asks anybody.

mod guard;

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use ureq::{Agent, Error, unversioned::transport::DefaultConnector};
use url::Url;

use crate::config::AddressRange;
use guard::{NotPublic, PublicResolver};

/// The private addresses that may be asked, and the public ones that may not.
pub(crate) struct OutgoingRules<'c> {
    pub(crate) allowed: &'c [AddressRange],
    pub(crate) refused: &'c [AddressRange],
}

/// The connections that a client keeps open for its next requests.
pub(crate) enum KeptConnections {
    Some,
    /// Each request looks for the address again.
    None,
}

/// Returns a client that reaches the internet alone, and what the operator allows beside it. It follows no redirects: the
/// caller looks at each address on the way. `purpose` stands in the name that other sites read.
pub(crate) fn client(
    rules: &OutgoingRules<'_>,
    purpose: &str,
    accept: &str,
    kept: &KeptConnections,
) -> Agent {
    let connections_max = match kept {
        KeptConnections::Some => 10,
        KeptConnections::None => 0,
    };
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // A proxy would resolve the names.
        .proxy(None)
        .user_agent(format!(
            "QuartFeed/{} ({purpose})",
            env!("CARGO_PKG_VERSION")
        ))
        .accept(accept)
        .max_idle_connections(connections_max)
        .build();
    let resolver = PublicResolver {
        allowed: rules.allowed.to_vec(),
        refused: rules.refused.to_vec(),
        inner: ureq::unversioned::resolver::DefaultResolver::default(),
    };
    Agent::with_parts(config, DefaultConnector::default(), resolver)
}

/// Returns the time up to a deadline. None at all would mean no limit.
pub(crate) fn left(deadline: Instant) -> Duration {
    deadline
        .saturating_duration_since(Instant::now())
        .max(Duration::from_millis(1))
}

/// Says why there is no answer. `only_public` says that this site asks the internet only, and for what.
pub(crate) fn reason(error: &Error, url: &Url, deadline: Duration, only_public: &str) -> String {
    let host = host(url);
    match error {
        Error::Other(other) if other.is::<NotPublic>() => {
            format!("{host} is in a private network, and {only_public}.")
        }
        Error::HostNotFound => {
            format!("{host} was not found: the name is wrong, or it cannot be looked up now.")
        }
        Error::Timeout(_) => {
            format!(
                "{host} did not answer within {} seconds.",
                deadline.as_secs()
            )
        }
        Error::Io(error) if error.kind() == ErrorKind::InvalidData => {
            format!("{host} gives no HTTPS that can be trusted.")
        }
        Error::Io(error) => match error.kind() {
            kind @ (ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::TimedOut) => format!("{host} cannot be reached: {kind}."),
            _ => format!("{host} cannot be reached."),
        },
        error => format!("{host} cannot be reached: {error}."),
    }
}

/// Returns the host of an address, as people call it.
pub(crate) fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}
