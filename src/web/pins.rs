//! Posts that people pin to their profiles, and admins to their groups.

use super::{Context, Member};
use crate::{
    error::Result,
    http::Response,
    model::{PinPlace, PostId},
    store::pins,
    views,
};

pub(crate) fn pin(cx: &Context<'_, Member>) -> Result<Response> {
    let to = cx.typed("to").to_owned();
    let place = cx.act("id", move |tx, by, id| pins::pin(tx, by, id, &to))?;
    changed(cx, &place)
}

pub(crate) fn unpin(cx: &Context<'_, Member>) -> Result<Response> {
    let from = cx.typed("to").to_owned();
    let place = cx.act("id", move |tx, by, id| pins::unpin(tx, by, id, &from))?;
    changed(cx, &place)
}

/// Answers with the button as it is now, for the script; or leads to the profile or group.
fn changed(cx: &Context<'_, Member>, place: &PinPlace) -> Result<Response> {
    if !cx.wants_fragment() {
        let there = match &place.group {
            Some(group) => group.path(),
            None => cx.user.path(),
        };
        return Ok(cx.next_or(&there));
    }
    let id: PostId = cx.param("id")?;
    Ok(cx.fragment(200, |render| views::pins::button(render, id, place)))
}
