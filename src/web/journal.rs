use super::{frame, tokens};
use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::User,
    store::journal,
    views,
};

/// What admins did.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (before, size) = (request.before()?, app.config.feed.page_size);
    let page = app.db.read(|conn| journal::page(conn, before, size))?;
    Ok(Response::page(views::journal::index(&frame, &page)))
}
