//! Where a request comes from, and where it believes to be.

use super::browser;
use crate::{
    app::App,
    auth,
    error::{Error, Result},
    http::Request,
    model::BaseUrl,
};

/// That it was this site which let its user send a request that changes something. For every route, so that no handler
/// can forget it.
///
/// # Errors
/// `CrossSite` and `Forged`.
pub(super) fn check_forgery(app: &App, request: &Request) -> Result<()> {
    let for_programs = request.is_for_programs();
    if for_programs && request.bearer.is_some() {
        // No browser adds that by itself, and nothing that a browser adds by itself was read.
        return Ok(());
    }
    check_site(app, request)?;
    let is_signed = |token: &str| app.form_key.accepts(token, &browser(request));
    let passes = if for_programs {
        // A page of another site cannot send JSON without asking us first (Fetch §4.8), and we never agree.
        request.session.is_none()
            || request.content.is_json()
            || request.csrf_token.as_deref().is_some_and(is_signed)
    } else {
        is_signed(request.form.get("csrf_token"))
    };
    if passes { Ok(()) } else { Err(Error::Forged) }
}

/// The same as far as it is known before the body has come.
///
/// # Errors
/// `CrossSite`, and for programs `Forged`.
pub(super) fn check_before_body(app: &App, request: &Request) -> Result<()> {
    if request.is_for_programs() {
        check_forgery(app, request)
    } else {
        check_site(app, request)
    }
}

/// A page of another host that has been pointed at this address (DNS rebinding) must not be this site. Names that
/// only a local network can give, and addresses, cannot be such hosts.
pub(super) fn check_host(app: &App, request: &Request) -> Result<()> {
    let host = request.host.as_str();
    let base_url = app.config.server.base_url.as_ref();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let in_brackets = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let is_address = in_brackets.map_or_else(
        || name.parse::<std::net::Ipv4Addr>().is_ok(),
        |name| name.parse::<std::net::Ipv6Addr>().is_ok(),
    );
    let is_local = |name: &str| {
        let suffixes = [".local", ".lan", ".home.arpa", ".internal", ".localhost"];
        !name.contains('.') || suffixes.iter().any(|suffix| name.ends_with(suffix))
    };
    let own = match base_url {
        Some(base_url) => base_url.authority == host || name == "localhost",
        None => is_local(name),
    };
    if own || is_address || host.is_empty() {
        return Ok(());
    }
    let site = base_url.map_or(
        "reached by its address or a local name".to_owned(),
        BaseUrl::as_text,
    );
    Err(Error::Misdirected(format!(
        "This request asks for {host}, and this site is {site}. Its operator can set base_url under [server]."
    )))
}

/// Where pages of this site come from, as browsers say it.
pub(crate) fn own_origins(app: &App, request: &Request) -> Vec<String> {
    let base_url = app.config.server.base_url.as_ref();
    match base_url {
        // A proxy may ask under another name, but browsers know this one.
        Some(base_url) => vec![base_url.origin.clone(), format!("http://{}", request.host)],
        None => vec![format!("http://{}", request.host)],
    }
}

fn check_site(app: &App, request: &Request) -> Result<()> {
    if auth::same_site(
        request.fetch_site.as_deref(),
        request.origin.as_deref(),
        &own_origins(app, request),
    ) {
        Ok(())
    } else {
        Err(Error::CrossSite)
    }
}
