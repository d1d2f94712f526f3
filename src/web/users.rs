use super::{filled, form_token, frame};
use crate::{
    app::App,
    config::Registration,
    error::{Error, Result},
    http::{Flash, Request, Response},
    model::{NewUser, Problems, User, UserName},
    store::{posts, relationships, users},
    views,
};

pub(crate) fn new(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    match user {
        Some(_) => Ok(Response::see_other(app.base.url("/"))),
        None => again(app, request, None, &Problems::default()),
    }
}

pub(crate) fn create(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    if app.config.accounts.registration == Registration::Closed {
        return Err(Error::Forbidden);
    }
    let new = NewUser::parse(
        |name| request.form.get(name),
        app.config.accounts.min_password,
    )?;
    let hash = app.hasher.hash(&new.password)?;
    app.db
        .write(request.now, move |tx| users::register(tx, &new, &hash))?;
    Ok(Response::see_other(app.base.url("/login")).flash(&app.cookies, Flash::Registered))
}

/// The form; also the page it is refused with.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let token = form_token(app, request);
    let frame = frame(app, request, user, &token);
    if app.config.accounts.registration == Registration::Closed {
        return Ok(Response::page(views::users::registration_closed(&frame)).status(403));
    }
    let typed = |name: &str| request.form.get(name);
    let page = views::users::register(
        &frame,
        &filled(&typed, problems),
        app.config.accounts.min_password,
    );
    Ok(Response::page(page))
}

pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    let name: UserName = request.param("name")?;
    let before = request.before()?;
    let (profile, relationship, page) = app.db.read(|conn| {
        let profile = users::profile(conn, &name)?;
        let relationship = relationships::between(conn, user.id, profile.user.id)?;
        let page = posts::by_author(
            conn,
            user.id,
            profile.user.id,
            before,
            app.config.feed.page_size,
        )?;
        Ok((profile, relationship, page))
    })?;
    if profile.user.username != name {
        // One address for one person: the name as it is written.
        return Ok(Response::moved(app.base.url(&profile.user.path())));
    }
    let token = form_token(app, request);
    let frame = frame(app, request, Some(user), &token);
    Ok(Response::page(views::users::profile(
        &frame,
        &profile,
        relationship,
        &page,
    )))
}
