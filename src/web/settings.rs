use super::{frame, tokens};
use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::User,
    views,
};

/// What there is to set.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    Ok(Response::page(views::settings::index(&frame)))
}
