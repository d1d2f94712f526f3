use super::{before, limit};
use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::{Cursor, Page, Profile, RelatedUser, User, UserName},
    store::{Snapshot, relationships, rivers, users},
    views::json,
};

pub(crate) fn me(app: &App, request: &Request, user: &User) -> Result<Response> {
    Ok(Response::json(
        200,
        &json::me(user, request.role(), &app.base),
    ))
}

/// By the name they have, or one that they had.
pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    let name: UserName = request.param("username")?;
    let (profile, relationship) = app.db.read(|conn| {
        let profile = users::profile(conn, user.id, &name)?;
        let relationship = relationships::between(conn, user.id, profile.user.id)?;
        Ok((profile, relationship))
    })?;
    Ok(Response::json(
        200,
        &json::profile(&profile, relationship, &app.base),
    ))
}

pub(crate) fn posts(app: &App, request: &Request, user: &User) -> Result<Response> {
    let posts = of(app, request, user, |conn, profile, before, size| {
        rivers::of_person(conn, user.id, &profile.user, before, size)
    })?;
    Ok(Response::json(200, &json::posts(&posts, &app.base)))
}

pub(crate) fn followers(app: &App, request: &Request, user: &User) -> Result<Response> {
    let people: Page<RelatedUser> = of(app, request, user, |conn, profile, before, size| {
        relationships::followers(conn, user.id, profile.user.feed, before, size)
    })?;
    Ok(Response::json(200, &json::people(&people, &app.base)))
}

pub(crate) fn following(app: &App, request: &Request, user: &User) -> Result<Response> {
    let people: Page<RelatedUser> = of(app, request, user, |conn, profile, before, size| {
        relationships::following(conn, user.id, profile.user.id, before, size)
    })?;
    Ok(Response::json(200, &json::people(&people, &app.base)))
}

/// A page of what a person has.
fn of<T>(
    app: &App,
    request: &Request,
    user: &User,
    read: impl FnOnce(&Snapshot, &Profile, Option<Cursor>, u32) -> Result<Page<T>>,
) -> Result<Page<T>> {
    let name: UserName = request.param("username")?;
    let (before, size) = (before(request)?, limit(app, request)?);
    app.db.read(|conn| {
        let profile = users::profile(conn, user.id, &name)?;
        read(conn, &profile, before, size)
    })
}
