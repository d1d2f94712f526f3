use crate::{
    app::App,
    assets,
    error::{Error, Result},
    http::{Request, Response},
    model::User,
};

/// Longer than any browser keeps it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(crate) fn show(_: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let (hash, name): (String, String) = (request.param("hash")?, request.param("name")?);
    let asset = assets::find(&hash, &name, request.accepts_gzip).ok_or(Error::NotFound)?;
    let response = Response::bytes(asset.content)
        .header("Content-Type", asset.content_type)
        .header("Cache-Control", FOR_EVER)
        .header("Vary", "Accept-Encoding");
    Ok(if asset.is_gzip {
        response.header("Content-Encoding", "gzip")
    } else {
        response
    })
}
