//! CSS, JavaScript and the icons, compressed and embedded by `build.rs`.

use std::borrow::Cow;

use rust_embed::RustEmbed;

use crate::{
    error::{Error, Result},
    model::BasePath,
};

/// All embedded files.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/assets"]
struct Files;

/// Hash over all assets. It is part of their URLs, so the content of a URL never changes.
const HASH: &str = env!("ASSETS_HASH");

/// Extension of the compressed copies.
const COMPRESSED: &str = ".gz";

/// An embedded file.
pub(crate) struct Asset {
    pub(crate) content_type: &'static str,
    pub(crate) content: Cow<'static, [u8]>,
    pub(crate) is_gzip: bool,
}

/// Returns the URL of an asset.
pub(crate) fn url(base: &BasePath, name: &str) -> String {
    base.url(&format!("/assets/{HASH}/{name}"))
}

/// Returns the description of the API, as OpenAPI 3.1.
///
/// # Errors
/// `Internal` if it is not JSON; a test reads it.
pub(crate) fn description() -> Result<serde_json::Value> {
    let missing = || Error::internal("the description of the API is missing");
    let file = Files::get("openapi.json").ok_or_else(missing)?;
    serde_json::from_slice(&file.data).map_err(Error::internal)
}

/// Returns the service worker, which has no part in the pages.
///
/// # Errors
/// `Internal` if it is not text; a test reads it.
pub(crate) fn service_worker() -> Result<String> {
    let missing = || Error::internal("the service worker is missing");
    let file = Files::get("sw.js").ok_or_else(missing)?;
    String::from_utf8(file.data.into_owned()).map_err(Error::internal)
}

/// Returns an asset, or none if this program has no such asset or only another version of it.
pub(crate) fn find(hash: &str, name: &str, accepts_gzip: bool) -> Option<Asset> {
    if hash != HASH || name.ends_with(COMPRESSED) {
        return None;
    }
    let content_type = match name.rsplit('.').next()? {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => return None,
    };
    // Pictures are compressed already.
    let zipped = accepts_gzip.then(|| Files::get(&format!("{name}{COMPRESSED}")));
    let (file, is_gzip) = match zipped.flatten() {
        Some(zipped) => (zipped, true),
        None => (Files::get(name)?, false),
    };
    Some(Asset {
        content_type,
        content: file.data,
        is_gzip,
    })
}
