use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::{User, UserName},
    store::relationships,
};

pub(crate) fn follow(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, follower): (UserName, _) = (request.param("username")?, user.id);
    app.db.write(request.now, move |tx| {
        relationships::follow(tx, follower, &name)
    })?;
    Ok(Response::empty(204))
}

pub(crate) fn unfollow(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, follower): (UserName, _) = (request.param("username")?, user.id);
    app.db.write(request.now, move |tx| {
        relationships::unfollow(tx, follower, &name)
    })?;
    Ok(Response::empty(204))
}
