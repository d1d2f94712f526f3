//! The common part of answers to programs: the tag of the bytes.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::http::{Request, Response, ResponseBody, contains_tag, tags_of_both};

/// Gives an answer a strong tag of its bytes, if it has none yet.
pub(super) fn tagged(response: Response) -> Response {
    match &response.body {
        ResponseBody::Bytes(bytes) if response.value("ETag").is_none() => {
            let tag = &Sha256::digest(bytes)[..16];
            let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(tag));
            response.header("ETag", tag)
        }
        _ => response,
    }
}

/// Completes every answer of the API. An answer that can be asked for again gets a tag, and a client that has its bytes
/// gets no others (RFC 9110 §13.1.2).
pub(crate) fn finish(request: &Request, response: Response) -> Response {
    let response = response.header("Vary", "Authorization, Cookie");
    let keeps = !response.has_header("Cache-Control", "no-store");
    if !request.is_safe() || response.status != 200 || !response.is_json() || !keeps {
        return response;
    }
    unless_known(request, response)
}

/// Gives an answer a tag of its bytes, and no bytes to a client that has them (RFC 9110 §13.1.2).
pub(crate) fn unless_known(request: &Request, response: Response) -> Response {
    let response = tagged(response);
    let tags = tags_of_both(response.value("ETag").unwrap_or_default());
    let wanted = request
        .conditions
        .if_none_match
        .as_deref()
        .unwrap_or_default();
    let Some(known) = tags.into_iter().find(|tag| contains_tag(wanted, tag)) else {
        return response;
    };
    Response {
        status: 304,
        body: ResponseBody::Bytes(Vec::new().into()),
        ..response
            .replace_header("ETag", known)
            .without_header("Content-Encoding")
    }
}
