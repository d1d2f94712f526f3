//! Pictures, to whom may see what they belong to.

use std::ops::Range;

use super::viewer;
use crate::{
    app::App,
    config::Visibility,
    error::Result,
    http::{Method, Request, RequestedRange, Response, SANDBOX, contains_tag, requested_range},
    model::{Hue, ImageId, Initials, Rendition, User, Viewer},
    store::images::{self, Blob, BlobReader, Use},
    views,
};

/// What everybody may see, and never changes. A year is longer than any browser keeps it.
const FOR_EVERYBODY: &str = "public, max-age=31536000, immutable";
/// The browser asks each time, by its tag: what was deleted or is private now goes with that.
const ASK_AGAIN: &str = "private, no-cache";
/// People's own pictures stand on each page. Whose browser has one has seen it, and a new one has a new address.
const FOR_A_DAY: &str = "private, max-age=86400";

/// Answers up to this many bytes are read at once.
const SHORT_BYTES: u64 = 64 * 1024;

pub(crate) fn show(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let (id, rendition): (ImageId, Rendition) = (request.param("id")?, request.param("rendition")?);
    let find = |viewer| {
        app.db
            .read(|conn| images::find(conn, viewer, id, rendition))
    };
    let found = find(viewer(user))?;
    let guests_read = app.config.site.visibility == Visibility::Public;
    let is_public = guests_read && (user.is_none() || find(Viewer::Guest).is_ok());
    let name = format!(
        "inline; filename=\"quartfeed-{id}-{rendition}.{}\"",
        found.blob.media_type.extension()
    );
    let cache = match found.purpose {
        _ if is_public => FOR_EVERYBODY,
        Use::Avatar => FOR_A_DAY,
        Use::Post | Use::None => ASK_AGAIN,
    };
    let response = file(app, request, &found.blob)?.header("Content-Disposition", name);
    // That a part is not there is the answer to one question, and not for the next one's.
    let is_answer = response.status != 416;
    let response = response.header("Cache-Control", if is_answer { cache } else { "no-store" });
    // Programs show tokens, which may be those of several people.
    Ok(if is_public || request.bearer.is_none() {
        response
    } else {
        response.header("Vary", "Authorization")
    })
}

/// A picture for somebody who gave none. It is the same for everybody of these letters, so it tells nothing.
pub(crate) fn avatar(_: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let (hue, initials): (Hue, Initials) = (request.param("hue")?, request.param("initials")?);
    let drawn = views::images::avatar(hue, &initials).into_string();
    Ok(Response::bytes(drawn.into_bytes())
        .header("Content-Type", "image/svg+xml")
        .header("Content-Security-Policy", SANDBOX)
        .header("Cache-Control", FOR_EVERYBODY))
}

/// What of a file the client wants and has not got yet (RFC 9110 §13.2.2).
fn file(app: &App, request: &Request, blob: &Blob) -> Result<Response> {
    let tag = format!("\"{}\"", blob.hash);
    let length = blob.bytes;
    let known = request.if_none_match.as_deref().unwrap_or_default();
    let range = request.range.as_deref();
    let response = if contains_tag(known, &tag) {
        Response::bytes(Vec::new()).status(304)
    } else {
        // Of HEAD no part is asked for (RFC 9110 §14.2).
        let range = range.filter(|_| request.method == Method::Get);
        match requested_range(range, request.if_range.as_deref(), &tag, length) {
            RequestedRange::Whole => body(app, blob, 0..length)?,
            RequestedRange::Part(part) => {
                let shown = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                body(app, blob, part)?
                    .status(206)
                    .header("Content-Range", shown)
            }
            RequestedRange::Unsatisfiable => Response::bytes(Vec::new())
                .status(416)
                .header("Content-Range", format!("bytes */{length}")),
        }
    };
    Ok(response
        .header("ETag", tag)
        .header("Accept-Ranges", "bytes")
        .header("Content-Security-Policy", SANDBOX))
}

fn body(app: &App, blob: &Blob, part: Range<u64>) -> Result<Response> {
    let bytes = part.end - part.start;
    let response = if bytes <= SHORT_BYTES {
        Response::bytes(app.db.read(|conn| images::read(conn, blob, part))?)
    } else {
        Response::reader(BlobReader::new(app.db.clone(), blob, part), bytes)
    };
    Ok(response.header("Content-Type", blob.media_type.as_str()))
}
