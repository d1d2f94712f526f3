//! The home river.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    store::{self, events},
    views,
    web::{Context, Member},
};

/// Returns a page of the home river, and the event where its stream begins.
pub(crate) fn home(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = slice(cx)?;
    let (posts, newest) = cx.read(|conn| {
        let newest = events::newest(conn)?;
        Ok((store::rivers::home(conn, cx.user.id, before, size)?, newest))
    })?;
    let mut page = views::posts::page_json(&posts, &cx.app.base);
    page["last_event_id"] = cx.app.db.epoch().at(newest).to_string().into();
    Ok(Response::json(200, &page))
}
