//! The files with which a phone installs the site, and the page that it shows without a network.

use maud::Markup;
use sha2::{Digest, Sha256};

use super::{Anyone, Context, api::answers::unless_known};
use crate::{assets, error::Result, http::Response, model::hex, views::installs, words};

/// A file may be kept if its tag is compared each time: a new version of the program or a new name of the site is seen
/// at once.
const ASK_FIRST: &str = "no-cache";

/// Returns the manifest. Browsers ask for it without cookies.
pub(crate) fn manifest(cx: &Context<'_, Anyone>) -> Result<Response> {
    let site = &cx.app.config.site;
    let manifest = installs::manifest(&site.name, &site.about, &cx.app.base);
    let response = Response::json(200, &manifest)
        .replace_header("Content-Type", "application/manifest+json")
        .replace_header("Cache-Control", ASK_FIRST);
    Ok(unless_known(cx.request, response))
}

/// Returns the service worker. Its path gives it the whole site, and the policy of pages lets it run.
pub(crate) fn worker(cx: &Context<'_, Anyone>) -> Result<Response> {
    let settings = installs::worker_settings(&cx.app.base, &version(cx));
    let script = settings + &assets::service_worker()?;
    let response = Response::bytes(script.into_bytes())
        .header("Content-Type", "text/javascript; charset=utf-8")
        .header("Cache-Control", ASK_FIRST);
    Ok(unless_known(cx.request, response))
}

/// Shows the page that the service worker keeps.
pub(crate) fn offline(cx: &Context<'_, Anyone>) -> Result<Response> {
    Ok(Response::page(offline_page(cx)))
}

/// Draws the page, the same for everybody with browsers in one language: the service worker asks for it without cookies.
fn offline_page(cx: &Context<'_, Anyone>) -> Markup {
    let _language = words::speak(cx.request.liked_language);
    installs::offline(&cx.app.config.site.name, &cx.app.base)
}

/// Returns a text that changes with the page and its files, whose addresses it has.
fn version(cx: &Context<'_, Anyone>) -> String {
    let hash = Sha256::digest(offline_page(cx).into_string());
    hex(&hash[..6])
}
