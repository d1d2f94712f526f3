//! Notifications, and the posts that a person wants none about.

use super::{Context, Member};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{EventId, PostId},
    store::{self, notifications},
    views,
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let slice = cx.filtered_slice()?;
    cx.page_of(
        |conn| notifications::page(conn, cx.user.id, slice),
        |layout, page| views::notifications::page(layout, &page, slice.before.is_none()),
    )
}

pub(crate) fn read(cx: &Context<'_, Member>) -> Result<Response> {
    let up_to = cx.typed("up_to").parse().map(EventId);
    let up_to = up_to.map_err(|_| {
        Error::BadRequest("`up_to` is the number of the newest notification that was read.".into())
    })?;
    let by = cx.user.id;
    cx.write(move |tx| notifications::mark_read(tx, by, up_to))?;
    Ok(if cx.wants_fragment() {
        Response::empty(204)
    } else {
        cx.see_other("/notifications")
    })
}

pub(crate) fn mute(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", notifications::mute)?;
    changed(cx, true)
}

pub(crate) fn unmute(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", notifications::unmute)?;
    changed(cx, false)
}

/// Answers with the button as it is now, for the script; or leads to where the form says.
fn changed(cx: &Context<'_, Member>, is_muted: bool) -> Result<Response> {
    let id: PostId = cx.param("id")?;
    if !cx.wants_fragment() {
        let slug = cx.read(|conn| store::posts::slug(conn, cx.user.id, id))?;
        return Ok(cx.next_or(&id.path(&slug)));
    }
    Ok(cx.fragment(200, |render| {
        views::notifications::mute_form(render, id, is_muted)
    }))
}
