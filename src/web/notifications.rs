use super::{drawing, frame, tokens};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{EventId, PostId, User},
    store::{notifications, posts},
    views,
};

pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (before, size) = (request.before()?, app.config.feed.page_size);
    let page = app
        .db
        .read(|conn| notifications::page(conn, user.id, before, size))?;
    let page = views::notifications::page(&frame, &page, before.is_none());
    Ok(Response::page(page))
}

pub(crate) fn read(app: &App, request: &Request, user: &User) -> Result<Response> {
    let up_to = request.form.get("up_to").parse().map(EventId);
    let up_to = up_to.map_err(|_| {
        Error::BadRequest("`up_to` is the number of the newest notification that was read.".into())
    })?;
    let by = user.id;
    app.db.write(request.now, move |tx| {
        notifications::mark_read(tx, by, up_to)
    })?;
    Ok(if request.wants_fragment {
        Response::empty(204)
    } else {
        Response::see_other(app.base.url("/notifications"))
    })
}

pub(crate) fn mute(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| notifications::mute(tx, by, id))?;
    changed(app, request, user, id, true)
}

pub(crate) fn unmute(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| notifications::unmute(tx, by, id))?;
    changed(app, request, user, id, false)
}

fn changed(
    app: &App,
    request: &Request,
    user: &User,
    id: PostId,
    is_muted: bool,
) -> Result<Response> {
    if !request.wants_fragment {
        let slug = app.db.read(|conn| posts::slug(conn, user.id, id))?;
        let next = request.next(&app.base);
        return Ok(Response::see_other(
            next.unwrap_or_else(|| app.base.url(&id.path(&slug))),
        ));
    }
    let tokens = tokens(app, request);
    let form = views::posts::mute_form(&drawing(app, &tokens), id, is_muted);
    Ok(Response::fragment(200, form))
}
