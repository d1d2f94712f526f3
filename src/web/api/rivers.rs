use super::{before, limit};
use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::User,
    store::{events, rivers},
    views::json,
};

/// The home river, and where its stream begins.
pub(crate) fn home(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (before, size) = (before(request)?, limit(app, request)?);
    let (posts, newest) = app.db.read(|conn| {
        let newest = events::newest(conn)?;
        Ok((rivers::home(conn, user.id, before, size)?, newest))
    })?;
    let mut page = json::posts(&posts, &app.base);
    page["last_event_id"] = app.db.epoch().at(newest).to_string().into();
    Ok(Response::json(200, &page))
}
