use super::{drawing, frame, tokens};
use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::{Relationship, User, UserName},
    store::relationships::{self, distance, requests},
    views,
};

pub(crate) fn follow(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, follower): (UserName, _) = (request.param("name")?, user.id);
    let (other, now) = app.db.write(request.now, move |tx| {
        relationships::follow(tx, follower, &name)
    })?;
    Ok(changed(app, request, &other, now))
}

pub(crate) fn unfollow(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, follower): (UserName, _) = (request.param("name")?, user.id);
    let other = app.db.write(request.now, move |tx| {
        relationships::unfollow(tx, follower, &name)
    })?;
    Ok(changed(app, request, &other, Relationship::NotFollowing))
}

pub(crate) fn remove_follower(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, owner): (UserName, _) = (request.param("name")?, user.id);
    let other = app.db.write(request.now, move |tx| {
        relationships::remove_follower(tx, owner, &name)
    })?;
    Ok(back(app, request, &other.path()))
}

/// Who asks to be let in.
pub(crate) fn requests(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (before, size) = (request.before()?, app.config.feed.page_size);
    let page = app
        .db
        .read(|conn| requests::waiting(conn, user.id, before, size))?;
    Ok(Response::page(views::relationships::requests(
        &frame, &page,
    )))
}

pub(crate) fn accept(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, owner): (UserName, _) = (request.param("name")?, user.id);
    app.db
        .write(request.now, move |tx| requests::accept(tx, owner, &name))?;
    Ok(back(app, request, "/requests"))
}

pub(crate) fn refuse(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, owner): (UserName, _) = (request.param("name")?, user.id);
    app.db
        .write(request.now, move |tx| requests::refuse(tx, owner, &name))?;
    Ok(back(app, request, "/requests"))
}

pub(crate) fn block(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, by): (UserName, _) = (request.param("name")?, user.id);
    app.db
        .write(request.now, move |tx| distance::block(tx, by, &name))?;
    Ok(back(app, request, "/settings/privacy"))
}

pub(crate) fn unblock(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, by): (UserName, _) = (request.param("name")?, user.id);
    app.db
        .write(request.now, move |tx| distance::unblock(tx, by, &name))?;
    Ok(back(app, request, "/settings/privacy"))
}

pub(crate) fn mute(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, by): (UserName, _) = (request.param("name")?, user.id);
    let other = app
        .db
        .write(request.now, move |tx| distance::mute(tx, by, &name))?;
    Ok(back(app, request, &other.path()))
}

pub(crate) fn unmute(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, by): (UserName, _) = (request.param("name")?, user.id);
    let other = app
        .db
        .write(request.now, move |tx| distance::unmute(tx, by, &name))?;
    Ok(back(app, request, &other.path()))
}

/// Where the form leads, or else there.
fn back(app: &App, request: &Request, otherwise: &str) -> Response {
    let next = request.next(&app.base);
    Response::see_other(next.unwrap_or_else(|| app.base.url(otherwise)))
}

/// The button as it is now, for the script; or where the form leads.
fn changed(app: &App, request: &Request, other: &User, now: Relationship) -> Response {
    let next = request.next(&app.base);
    if !request.wants_fragment {
        return Response::see_other(next.unwrap_or_else(|| app.base.url(&other.path())));
    }
    let tokens = tokens(app, request);
    let button = views::relationships::button(&drawing(app, &tokens), other, now, next.as_deref());
    Response::fragment(200, button)
}
