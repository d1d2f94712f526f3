use super::{changed, comments};
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
    changed(app, request, user, 200, id)
}

pub(crate) fn unlike(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| likes::unlike(tx, by, id))?;
    changed(app, request, user, 200, id)
}

pub(crate) fn like_comment(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| likes::like_comment(tx, by, id))?;
    changed_comment(app, request, user, id)
}

pub(crate) fn unlike_comment(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| likes::unlike_comment(tx, by, id))?;
    changed_comment(app, request, user, id)
}

fn changed_comment(app: &App, request: &Request, user: &User, id: CommentId) -> Result<Response> {
    if request.wants_fragment {
        comments::both(app, request, user, 200, id)
    } else {
        comments::seen(app, request, user.id, id)
    }
}
