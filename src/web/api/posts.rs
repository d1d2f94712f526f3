use super::{created, key};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{Attached, Message, PostId, User},
    store::{
        events,
        posts::{self, Shape},
    },
    views::json,
};

pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let message = message(app, request)?;
    let (author, key) = (user.id, key(request, message.as_str())?);
    let id = app.db.write(request.now, move |tx| {
        events::check_key(tx, author, key)?;
        posts::create(tx, author, &message, &Attached::default(), key)
    })?;
    let path = app.base.url(&format!("/api/v1/posts/{id}"));
    Ok(created(path, &whole(app, user, id)?))
}

pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    let post = whole(app, user, request.param("id")?)?;
    Ok(Response::json(200, &post))
}

pub(crate) fn edit(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    let message = message(app, request)?;
    app.db
        .write(request.now, move |tx| posts::edit(tx, by, id, &message))?;
    Ok(Response::json(200, &whole(app, user, id)?))
}

pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| posts::delete(tx, by, id))?;
    Ok(Response::empty(204))
}

/// With all its comments.
fn whole(app: &App, user: &User, id: PostId) -> Result<serde_json::Value> {
    let shape = Shape::Whole { everybody: false };
    let post = app.db.read(|conn| posts::find(conn, user.id, id, shape))?;
    Ok(json::post(&post, &app.base))
}

fn message(app: &App, request: &Request) -> Result<Message> {
    let sent = request.json()?;
    let message = sent.text("message");
    message
        .and_then(|text| Message::parse(text, app.config.limits.post_chars))
        .map_err(|problem| Error::invalid("message", problem))
}
