use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::{CommentId, PostId, User},
    store::likes,
};

pub(crate) fn like(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| likes::like(tx, by, id))?;
    Ok(Response::empty(204))
}

pub(crate) fn unlike(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| likes::unlike(tx, by, id))?;
    Ok(Response::empty(204))
}

pub(crate) fn like_comment(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| likes::like_comment(tx, by, id))?;
    Ok(Response::empty(204))
}

pub(crate) fn unlike_comment(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| likes::unlike_comment(tx, by, id))?;
    Ok(Response::empty(204))
}
