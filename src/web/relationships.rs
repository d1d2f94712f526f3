use super::{drawing, tokens};
use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::{Relationship, User, UserName},
    store::relationships,
    views,
};

pub(crate) fn follow(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, follower): (UserName, _) = (request.param("name")?, user.id);
    let other = app.db.write(request.now, move |tx| {
        relationships::follow(tx, follower, &name)
    })?;
    Ok(changed(app, request, &other, Relationship::Following))
}

pub(crate) fn unfollow(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, follower): (UserName, _) = (request.param("name")?, user.id);
    let other = app.db.write(request.now, move |tx| {
        relationships::unfollow(tx, follower, &name)
    })?;
    Ok(changed(app, request, &other, Relationship::NotFollowing))
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
