//! Pictures, for everybody who may see what they belong to.

use std::ops::Range;

use super::{Anyone, Context, Reader};
use crate::{
    config::Visibility,
    error::Result,
    http::{Method, RequestedRange, Response, SANDBOX, contains_tag, requested_range},
    model::{Hue, ImageId, Initials, Rendition, Viewer},
    store::images::{self, Blob, BlobReader, Use},
    views,
};

/// Caching of what everybody may see and never changes. A year is longer than any browser keeps a file.
const FOR_EVERYBODY: &str = "public, max-age=31536000, immutable";
/// Caching of pictures that may be deleted or become private: the browser asks each time, by the tag.
const ASK_AGAIN: &str = "private, no-cache";
/// Caching of people's own pictures, which are on every page. A browser that has one has seen it, and a new picture has a
/// new address.
const FOR_A_DAY: &str = "private, max-age=86400";

/// Answers of up to this many bytes are read at once.
const SHORT_BYTES: u64 = 64 * 1024;

pub(crate) fn show(cx: &Context<'_, Reader>) -> Result<Response> {
    let (id, rendition): (ImageId, Rendition) = (cx.param("id")?, cx.param("rendition")?);
    let find = |viewer| cx.read(|conn| images::find(conn, viewer, id, rendition));
    let found = find(cx.viewer())?;
    let guests_read = cx.app.config.site.visibility == Visibility::Public;
    let is_public = guests_read && (cx.user.is_none() || find(Viewer::Guest).is_ok());
    let name = format!(
        "inline; filename=\"quartfeed-{id}-{rendition}.{}\"",
        found.blob.media_type.extension()
    );
    let cache = match found.purpose {
        _ if is_public => FOR_EVERYBODY,
        Use::Avatar => FOR_A_DAY,
        Use::Post | Use::None => ASK_AGAIN,
    };
    let response = file(cx, &found.blob)?.header("Content-Disposition", name);
    // That a part does not exist answers this one question, and not the next one.
    let is_answer = response.status != 416;
    let response = response.header("Cache-Control", if is_answer { cache } else { "no-store" });
    // Programs show tokens, which may be those of several people.
    Ok(if is_public || cx.request.bearer.is_none() {
        response
    } else {
        response.header("Vary", "Authorization")
    })
}

/// Draws a picture for a person who gave none. It is the same for everybody with these letters, so it reveals nothing.
pub(crate) fn avatar(cx: &Context<'_, Anyone>) -> Result<Response> {
    let (hue, initials): (Hue, Initials) = (cx.param("hue")?, cx.param("initials")?);
    let drawn = views::images::avatar(hue, &initials).into_string();
    Ok(Response::bytes(drawn.into_bytes())
        .header("Content-Type", "image/svg+xml")
        .header("Content-Security-Policy", SANDBOX)
        .header("Cache-Control", FOR_EVERYBODY))
}

/// Answers with the part of a file that the client wants and does not have (RFC 9110 §13.2.2).
fn file(cx: &Context<'_, Reader>, blob: &Blob) -> Result<Response> {
    let conditions = &cx.request.conditions;
    let tag = format!("\"{}\"", blob.hash);
    let length = blob.bytes;
    let known = conditions.if_none_match.as_deref().unwrap_or_default();
    let response = if contains_tag(known, &tag) {
        Response::bytes(Vec::new()).status(304)
    } else {
        // HEAD has no parts (RFC 9110 §14.2).
        let range = conditions.range.as_deref();
        let range = range.filter(|_| cx.request.method == Method::Get);
        match requested_range(range, conditions.if_range.as_deref(), &tag, length) {
            RequestedRange::Whole => body(cx, blob, 0..length)?,
            RequestedRange::Part(part) => {
                let shown = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                body(cx, blob, part)?
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

fn body(cx: &Context<'_, Reader>, blob: &Blob, part: Range<u64>) -> Result<Response> {
    let bytes = part.end - part.start;
    let response = if bytes <= SHORT_BYTES {
        Response::bytes(cx.read(|conn| images::read(conn, blob, part))?)
    } else {
        Response::reader(BlobReader::new(cx.app.db.clone(), blob, part), bytes)
    };
    Ok(response.header("Content-Type", blob.media_type.as_str()))
}
