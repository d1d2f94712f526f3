//! Notifications.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    store::notifications,
    views,
    web::{Context, Member},
};

/// Returns the user's notifications, the newest first. Asking marks nothing as read.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = slice(cx)?;
    let (page, unread) = cx.read(|conn| {
        let page = notifications::page(conn, cx.user.id, before, size)?;
        Ok((page, notifications::unread(conn, cx.user.id)?))
    })?;
    let page = views::notifications::page_json(&page, unread, &cx.app.base);
    Ok(Response::json(200, &page))
}
