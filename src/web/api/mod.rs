//! The API for programs: another face of the same store, with JSON in and JSON out.

pub(crate) mod comments;
pub(crate) mod docs;
pub(crate) mod errors;
pub(crate) mod events;
pub(crate) mod images;
pub(crate) mod likes;
pub(crate) mod notifications;
pub(crate) mod posts;
pub(crate) mod relationships;
pub(crate) mod rivers;
pub(crate) mod sessions;
pub(crate) mod tokens;
pub(crate) mod users;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    http::{Request, Response, ResponseBody, contains_tag},
    model::{Cursor, IdempotencyKey},
    web::{Context, Member},
};

/// The most things in one answer.
const LIMIT_MAX: u32 = 100;

/// The most characters of an `Idempotency-Key`; a UUID has 36.
const KEY_CHARS_MAX: usize = 255;

/// Returns which page of a list is wanted: the cursor where it begins, and how many things it has.
///
/// # Errors
/// `BadRequest` if the cursor is nothing that we ever gave as `next`, or the limit is not a number from 1 to 100.
fn slice(cx: &Context<'_, Member>) -> Result<(Option<Cursor>, u32)> {
    let wrong = |_| Error::BadRequest("before is what an earlier answer gave as next.".into());
    Ok((cx.request.before().map_err(wrong)?, limit(cx)?))
}

fn limit(cx: &Context<'_, Member>) -> Result<u32> {
    let query = &cx.request.query;
    if !query.has("limit") {
        return Ok(cx.app.config.feed.page_size);
    }
    let limit = query.get("limit").parse().ok();
    limit
        .filter(|limit| (1..=LIMIT_MAX).contains(limit))
        .ok_or_else(|| Error::BadRequest(format!("limit is a number from 1 to {LIMIT_MAX}.")))
}

/// Returns the idempotency key of a request that says `text`, if the program sent one. After
/// draft-ietf-httpapi-idempotency-key-header-07: the same key with another text is a mistake (422, §2.7).
///
/// # Errors
/// `BadRequest` if the key is too long.
fn key(cx: &Context<'_, Member>, text: &str) -> Result<Option<IdempotencyKey>> {
    let key = cx.request.idempotency_key.as_deref().unwrap_or_default();
    let key = key.trim().trim_matches('"');
    if key.len() > KEY_CHARS_MAX {
        return Err(Error::BadRequest(format!(
            "An Idempotency-Key may have at most {KEY_CHARS_MAX} characters."
        )));
    }
    Ok(IdempotencyKey::of_request(key, &cx.request.path, text))
}

fn created(path: String, thing: &serde_json::Value) -> Response {
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
    let response = response.header("ETag", tag.as_str());
    if contains_tag(wanted, &tag) {
        Response {
            status: 304,
            body: ResponseBody::Bytes(Vec::new().into()),
            ..response
        }
    } else {
        response
    }
}
