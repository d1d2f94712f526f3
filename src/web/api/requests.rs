//! The common parts of requests of programs: the page of a list, and the key that makes a request safe to repeat.

use crate::{
    error::{Error, Result},
    model::{Cursor, IdempotencyKey},
    web::{Audience, Context, Member},
};

/// The most things in one answer.
const LIMIT_MAX: u32 = 100;

/// The most characters of an `Idempotency-Key`; a UUID has 36.
const KEY_CHARS_MAX: usize = 255;

/// Returns which page of a list is wanted: the cursor where it begins, and how many things it has.
///
/// # Errors
/// `BadRequest` if the cursor is nothing that we ever gave as `next`, or the limit is not a number from 1 to 100.
pub(super) fn slice(cx: &Context<'_, Member>) -> Result<(Option<Cursor>, u32)> {
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
pub(in crate::web) fn idempotency_key<Who: Audience>(
    cx: &Context<'_, Who>,
    text: &str,
) -> Result<Option<IdempotencyKey>> {
    let key = cx.request.idempotency_key.as_deref().unwrap_or_default();
    let key = key.trim().trim_matches('"');
    if key.len() > KEY_CHARS_MAX {
        return Err(Error::BadRequest(format!(
            "An Idempotency-Key may have at most {KEY_CHARS_MAX} characters."
        )));
    }
    Ok(IdempotencyKey::of_request(key, &cx.request.path, text))
}
