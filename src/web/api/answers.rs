//! The common parts of answers to programs: the address of a new thing, and the tag of the bytes.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::http::{Request, Response, ResponseBody, compressed_tag, contains_tag};

/// Answers with a thing that was created at this path.
pub(super) fn created(path: String, thing: &serde_json::Value) -> Response {
    Response::json(201, thing).header("Location", path)
}

/// Completes every answer of the API. An answer that can be asked for again gets a strong tag of its bytes, and a client
/// that has these bytes gets no others (RFC 9110 §13.1.2).
pub(crate) fn finish(request: &Request, response: Response) -> Response {
    let response = response.header("Vary", "Authorization, Cookie");
    let keeps = !response.has_header("Cache-Control", "no-store");
    let ResponseBody::Bytes(bytes) = &response.body else {
        return response;
    };
    if !request.is_safe() || response.status != 200 || !response.is_json() || !keeps {
        return response;
    }
    let tag = &Sha256::digest(bytes)[..16];
    let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(tag));
    let wanted = request
        .conditions
        .if_none_match
        .as_deref()
        .unwrap_or_default();
    let zipped = compressed_tag(&tag);
    let known = [&tag, &zipped]
        .into_iter()
        .find(|tag| contains_tag(wanted, tag));
    let response = response.header("ETag", known.unwrap_or(&tag).as_str());
    if known.is_some() {
        Response {
            status: 304,
            body: ResponseBody::Bytes(Vec::new().into()),
            ..response
        }
    } else {
        response
    }
}
