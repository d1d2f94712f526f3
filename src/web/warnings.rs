//! Warnings about a session, which its owner must read.

use super::{Context, Member};
use crate::{error::Result, http::Response, store::warnings};

/// # Errors
/// `NotFound` if it is another person's warning.
pub(crate) fn dismiss(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", warnings::dismiss)?;
    Ok(cx.next_or("/"))
}
