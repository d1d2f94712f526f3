//! Advice about the proxy in front and the address of the site, from the ways by which requests arrive.

use super::Neighbour;
use crate::model::{BaseUrl, Checkup};

/// The connections from one neighbour alone that look like a proxy which does not say for whom it asks.
const CONNECTIONS_OF_PROXY: u64 = 20;

/// Judges how requests arrive: whether visitors can be told apart, and whether the site knows its own address.
pub fn advice(neighbours: &[Neighbour], base_url: Option<&BaseUrl>) -> Vec<Checkup> {
    let what = "Proxy";
    let mut found = Vec::new();
    for neighbour in neighbours {
        let peer = neighbour.peer;
        if neighbour.names_client && !neighbour.is_trusted && neighbour.is_near() {
            found.push(Checkup::bad(
                what,
                format!("requests from {peer} say for whom they come, and it is not trusted: all visitors count as one"),
                format!("If {peer} is your proxy, add it: trusted_proxies = [\"{peer}\"] under [server]."),
            ));
        }
        if neighbour.is_trusted && !neighbour.names_client {
            found.push(Checkup::look(
                what,
                format!("the trusted proxy {peer} does not say for whom it asks: its visitors count as one"),
                "Let it send X-Forwarded-For; docs/proxies.md has a sample for each proxy.",
            ));
        }
        if neighbour.is_trusted
            && neighbour.scheme == "http"
            && base_url.is_some_and(|url| url.https)
        {
            found.push(Checkup::look(
                what,
                format!("the proxy {peer} says that browsers reach it by http, and base_url begins with https"),
                "Cookies of an https site do not work there. Lead http to https in the proxy.",
            ));
        }
        let is_behind = neighbour.is_trusted || neighbour.names_client;
        if is_behind && let Some(base_url) = base_url.filter(|url| !url.is_at(&neighbour.host)) {
            found.push(Checkup::look(
                "Address",
                format!(
                    "{peer} asks for {}, and base_url is {}",
                    neighbour.host,
                    base_url.as_text()
                ),
                "Let the proxy pass Host on, or set base_url to the address in the browser.",
            ));
        }
        if is_behind && base_url.is_none() {
            found.push(Checkup::look(
                "Address",
                "the site is behind a proxy and does not know its own address".to_owned(),
                "Set base_url under [server] to the address in the browser, so that links in feeds and invitations are whole.",
            ));
        }
    }
    if let [only] = neighbours
        && !only.names_client
        && !only.is_trusted
        && only.is_near()
        && !only.peer.is_loopback()
        && only.connections >= CONNECTIONS_OF_PROXY
    {
        let peer = only.peer;
        found.push(Checkup::look(
            what,
            format!("all {} connections came from {peer}: all visitors count as one", only.connections),
            format!(
                "If that is a proxy or the network of a container, let it send X-Forwarded-For and add it: trusted_proxies \
                 = [\"{peer}\"] under [server]."
            ),
        ));
    }
    found.dedup();
    if found.is_empty() {
        let words = match neighbours.len() {
            0 => "nobody has connected since the start",
            _ => "visitors can be told apart",
        };
        found.push(Checkup::good(what, words));
    }
    found
}

#[cfg(test)]
mod tests;
