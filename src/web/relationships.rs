use super::{drawing, form_token};
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
    Ok(changed(app, request, user, &other, Relationship::Following))
}

pub(crate) fn unfollow(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, follower): (UserName, _) = (request.param("name")?, user.id);
    let other = app.db.write(request.now, move |tx| {
        relationships::unfollow(tx, follower, &name)
    })?;
    Ok(changed(
        app,
        request,
        user,
        &other,
        Relationship::NotFollowing,
    ))
}

/// The button as it is now, for the script; or where the form leads.
fn changed(app: &App, request: &Request, user: &User, other: &User, now: Relationship) -> Response {
    let next = request.next(&app.base);
    if !request.wants_fragment {
        return Response::see_other(next.unwrap_or_else(|| app.base.url(&other.path())));
    }
    let token = form_token(app, request);
    let button = views::relationships::button(
        &drawing(app, Some(user), &token),
        other,
        now,
        next.as_deref(),
    );
    Response::fragment(200, button)
}
