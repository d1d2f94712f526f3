use super::{frame, tokens};
use crate::{
    app::App,
    error::Result,
    http::{Flash, Request, Response},
    model::User,
    store::{
        feeds,
        relationships::{distance, requests},
    },
    views,
};

/// What there is to set.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    Ok(Response::page(views::settings::index(&frame)))
}

/// People that are listed on the page of privacy at most; the oldest members are left out.
const LISTED_MAX: u32 = 1_000;

/// Who sees what one writes, and whom one does not want to see.
pub(crate) fn privacy(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (is_private, blocked, muted) = app.db.read(|conn| {
        Ok((
            feeds::own(conn, user.id)?.is_private,
            distance::blocked(conn, user.id, None, LISTED_MAX)?.items,
            distance::muted(conn, user.id, None, LISTED_MAX)?.items,
        ))
    })?;
    let page = views::settings::privacy(&frame, is_private, &blocked, &muted);
    Ok(Response::page(page))
}

pub(crate) fn set_privacy(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (owner, is_private) = (user.id, request.form.has("private"));
    app.db.write(request.now, move |tx| {
        requests::set_private(tx, owner, is_private)
    })?;
    let there = app.base.url("/settings/privacy");
    Ok(Response::see_other(there).flash(&app.cookies, Flash::PrivacyChanged))
}
