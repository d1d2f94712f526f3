//! Posts that people pin to their profiles.

use super::{Context, Member};
use crate::{error::Result, http::Response, model::PostId, store::pins, views};

pub(crate) fn pin(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", pins::pin)?;
    changed(cx, true)
}

pub(crate) fn unpin(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", pins::unpin)?;
    changed(cx, false)
}

/// Answers with the button as it is now, for the script; or leads to the profile.
fn changed(cx: &Context<'_, Member>, is_pinned: bool) -> Result<Response> {
    if !cx.wants_fragment() {
        return Ok(cx.next_or(&cx.user.path()));
    }
    let id: PostId = cx.param("id")?;
    Ok(cx.fragment(200, |render| views::pins::button(render, id, is_pinned)))
}
