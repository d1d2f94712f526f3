//! Notifications.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    model::Slice,
    store::notifications,
    views,
    web::{Context, Member},
};

/// Returns the user's notifications, the newest first. Asking marks nothing as read.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = slice(cx)?;
    let (page, unread) = cx.read(|conn| {
        let slice = Slice {
            before,
            size,
            now: cx.now(),
        };
        let page = notifications::page(conn, cx.user.id, slice)?;
        Ok((page, notifications::unread(conn, cx.user.id, cx.now())?))
    })?;
    let page = views::notifications::page_json(&page, unread, &cx.app.base);
    Ok(Response::json(200, &page))
}
