//! Scripts, styles and icons, each at an address that names its content.

use super::{Anyone, Context};
use crate::{
    assets,
    error::{Error, Result},
    http::Response,
};

/// Longer than any browser keeps a file.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A file has no need of the long policy of pages: on its own, as a page, it may load nothing.
const NOTHING: &str = "default-src 'none'";

pub(crate) fn show(cx: &Context<'_, Anyone>) -> Result<Response> {
    let (hash, name): (String, String) = (cx.param("hash")?, cx.param("name")?);
    let asset = assets::find(&hash, &name, cx.request.accepts_gzip).ok_or(Error::NotFound)?;
    let response = Response::bytes(asset.content)
        .header("Content-Security-Policy", NOTHING)
        .header("Content-Type", asset.content_type)
        .header("Cache-Control", FOR_EVER)
        .header("Vary", "Accept-Encoding");
    Ok(if asset.is_gzip {
        response.header("Content-Encoding", "gzip")
    } else {
        response
    })
}
