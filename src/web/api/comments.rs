use super::{created, key};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{CommentId, CommentText, PostId, User},
    store::{
        comments, events,
        posts::{self, Shape},
    },
    views::json,
};

/// All comments under a post, the oldest first.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, shape) = (request.param("id")?, Shape::Whole { everybody: false });
    let post = app.db.read(|conn| posts::find(conn, user.id, id, shape))?;
    Ok(Response::json(
        200,
        &json::comments(&post.comments, &app.base),
    ))
}

pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (post, by): (PostId, _) = (request.param("id")?, user.id);
    let text = text(app, request)?;
    let key = key(request, text.as_str())?;
    let id = app.db.write(request.now, move |tx| {
        events::check_key(tx, by, key)?;
        comments::create(tx, by, post, &text, key)
    })?;
    let path = app.base.url(&format!("/api/v1/comments/{id}"));
    Ok(created(path, &one(app, user, id)?))
}

pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    let comment = one(app, user, request.param("id")?)?;
    Ok(Response::json(200, &comment))
}

pub(crate) fn edit(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    let text = text(app, request)?;
    app.db
        .write(request.now, move |tx| comments::edit(tx, by, id, &text))?;
    Ok(Response::json(200, &one(app, user, id)?))
}

pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| comments::delete(tx, by, id))?;
    Ok(Response::empty(204))
}

fn one(app: &App, user: &User, id: CommentId) -> Result<serde_json::Value> {
    let comment = app.db.read(|conn| comments::find(conn, user.id, id))?;
    Ok(json::comment(&comment, &app.base))
}

fn text(app: &App, request: &Request) -> Result<CommentText> {
    let sent = request.json()?;
    let text = sent.text("comment");
    text.and_then(|text| CommentText::parse(text, app.config.limits.comment_chars))
        .map_err(|problem| Error::invalid("comment", problem))
}
