//! The overview of a member's settings, and their privacy.

use super::{Context, Member};
use crate::{
    error::{Error, Result},
    http::{Flash, Response},
    model::DirectsFrom,
    store::{
        directs, feeds,
        relationships::{distance, requests},
    },
    views,
};

/// The most people that the page of privacy lists; the oldest members are left out.
const LISTED_MAX: u32 = 1_000;

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    cx.page(views::settings::index)
}

/// Shows who can see what the user writes, and whom the user has blocked or muted.
pub(crate) fn privacy(cx: &Context<'_, Member>) -> Result<Response> {
    cx.page_of(
        |conn| {
            Ok((
                feeds::own(conn, cx.user.id)?.is_private,
                directs::accepted_from(conn, cx.user.id)?,
                distance::blocked(conn, cx.user.id, None, LISTED_MAX)?.items,
                distance::muted(conn, cx.user.id, None, LISTED_MAX)?.items,
            ))
        },
        |layout, (is_private, directs_from, blocked, muted)| {
            views::settings::privacy(layout, is_private, directs_from, &blocked, &muted)
        },
    )
}

pub(crate) fn set_privacy(cx: &Context<'_, Member>) -> Result<Response> {
    let (owner, is_private) = (cx.user.id, cx.form().has("private"));
    // A form from before this choice existed leaves it as it is.
    let from = Some(cx.typed("directs_from")).filter(|from| !from.is_empty());
    let from: Option<DirectsFrom> = from.map(str::parse).transpose().map_err(|()| {
        Error::BadRequest("directs_from must be everybody, followed or nobody.".into())
    })?;
    cx.write(move |tx| {
        if let Some(from) = from {
            directs::set_accepted_from(tx, owner, from)?;
        }
        requests::set_private(tx, owner, is_private)
    })?;
    Ok(cx.flash(cx.see_other("/settings/privacy"), Flash::PrivacyChanged))
}
