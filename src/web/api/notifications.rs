use super::{before, limit};
use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::User,
    store::notifications,
    views::json,
};

/// What concerns the one who asks, the newest first. Asking marks nothing as read.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (before, size) = (before(request)?, limit(app, request)?);
    let (page, unread) = app.db.read(|conn| {
        let page = notifications::page(conn, user.id, before, size)?;
        Ok((page, notifications::unread(conn, user.id)?))
    })?;
    let page = json::notifications(&page, unread, &app.base);
    Ok(Response::json(200, &page))
}
