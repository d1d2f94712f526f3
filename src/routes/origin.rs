//! Checks where a request comes from, and which host it believes to reach.

use crate::{
    auth,
    error::{Error, Result},
    http::{PageOrigin, name_of},
    model::BaseUrl,
    web::{Anyone, Audience, Context},
};

/// Checks that this site let its user send a request that changes something. It is done for every route, so that no
/// handler can forget it.
///
/// # Errors
/// `CrossSite` and `Forged`.
pub(super) fn check_forgery<Who: Audience>(cx: &Context<'_, Who>) -> Result<()> {
    let request = cx.request;
    let for_programs = request.is_for_programs();
    if for_programs && request.bearer.is_some() {
        // No browser adds that by itself, and nothing that a browser adds by itself was read.
        return Ok(());
    }
    check_site(cx)?;
    let is_signed = |token: &str| cx.app.form_key.accepts(token, &cx.browser());
    let passes = if for_programs {
        // A page of another site cannot send JSON without asking us first (Fetch §4.8), and we never agree.
        cx.caller.session().is_none()
            || request.body.content.is_json()
            || request.csrf_token.as_deref().is_some_and(is_signed)
    } else {
        is_signed(cx.typed("csrf_token")) || is_of_own_page(cx)
    };
    if passes {
        Ok(())
    } else {
        check_scheme(cx)?;
        Err(Error::Forged)
    }
}

/// Checks that a form was not sent by http to a site that is on https. Browsers do not keep the cookies of such a site
/// there, so no form can be right.
fn check_scheme<Who: Audience>(cx: &Context<'_, Who>) -> Result<()> {
    let origin = &cx.request.origin;
    let is_plain = origin.header.as_deref() == Some(format!("http://{}", origin.host).as_str());
    match &cx.app.config.server.base_url {
        Some(base_url) if base_url.https && is_plain => Err(Error::Misdirected(format!(
            "This site is {}. Browsers keep its cookies only there, so please sign in there.",
            base_url.as_text()
        ))),
        _ => Ok(()),
    }
}

/// Checks for a form of a browser that nobody is signed in to, which says that a page of this site sent it. Of two pages
/// that were asked for before there was a cookie, the second cookie wins, and the token of the other page names nobody.
fn is_of_own_page<Who: Audience>(cx: &Context<'_, Who>) -> bool {
    let is_same_origin = cx.request.origin.fetch_site.as_deref() == Some("same-origin");
    is_same_origin && cx.caller.session().is_none()
}

/// Checks the same as [`check_forgery`], as far as it is known before the body has come.
///
/// # Errors
/// `CrossSite`, and for programs `Forged`.
pub(super) fn check_before_body<Who: Audience>(cx: &Context<'_, Who>) -> Result<()> {
    if cx.request.is_for_programs() {
        check_forgery(cx)
    } else {
        check_site(cx)
    }
}

/// Checks that a request is meant for this site. A page of another host that has been pointed at this address (DNS
/// rebinding) must not pass for this site. Addresses, and names that only a local network gives, cannot be such hosts.
///
/// # Errors
/// `Misdirected`.
pub(super) fn check_host(cx: &Context<'_, Anyone>) -> Result<()> {
    let host = cx.request.origin.host.as_str();
    let base_url = cx.app.config.server.base_url.as_ref();
    let name = name_of(host);
    let is_own = match base_url {
        Some(base_url) => base_url.is_at(host) || name == "localhost",
        None => is_local(name),
    };
    if is_own || is_address(name) || host.is_empty() {
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

fn is_address(name: &str) -> bool {
    let in_brackets = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    in_brackets.map_or_else(
        || name.parse::<std::net::Ipv4Addr>().is_ok(),
        |name| name.parse::<std::net::Ipv6Addr>().is_ok(),
    )
}

fn is_local(name: &str) -> bool {
    let suffixes = [".local", ".lan", ".home.arpa", ".internal", ".localhost"];
    !name.contains('.') || suffixes.iter().any(|suffix| name.ends_with(suffix))
}

fn check_site<Who: Audience>(cx: &Context<'_, Who>) -> Result<()> {
    let origin = &cx.request.origin;
    if auth::same_site(
        origin.fetch_site.as_deref(),
        origin.header.as_deref(),
        &origin.own(cx.app.config.server.base_url.as_ref()),
    ) {
        Ok(())
    } else {
        let words = other_site(origin);
        if origin.looks_renamed() {
            cx.app.warn_of_renamed_host(&words);
        }
        Err(Error::CrossSite(words))
    }
}

/// Says where a request came from, and what to do if that is this site under another name.
fn other_site(origin: &PageOrigin) -> String {
    let mut words = "This request came from another site, so nothing was done.".to_owned();
    if let Some(page) = origin.header.as_deref().filter(|_| origin.looks_renamed()) {
        let host = &origin.host;
        words += &format!(
            " Its page is on {page}, and this site was asked for as {host}. If both are this site, the proxy in \
             between changes the Host header. Its operator can let it pass on (nginx: proxy_set_header Host $http_host; \
             Apache: ProxyPreserveHost On), or set base_url under [server] to {page}/."
        );
    }
    words
}
