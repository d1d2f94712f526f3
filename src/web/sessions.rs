use super::{filled, frame, tokens};
use crate::{
    app::App,
    auth::Verdict,
    config::Registration,
    error::{Error, Result},
    http::{CookieKind, Flash, Request, Response},
    model::{Credentials, Problems, Token, User, UserId},
    store::{sessions, users},
    views,
};

pub(crate) fn new(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    match user {
        Some(_) => Ok(Response::see_other(
            request.next(&app.base).unwrap_or_else(|| app.base.url("/")),
        )),
        None => again(app, request, None, &Problems::default()),
    }
}

pub(crate) fn create(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let given = Credentials::parse(|name| request.form.get(name))?;
    let known = app
        .db
        .read(|conn| users::password_hash(conn, &given.username))?;
    let stored = known.as_ref().map(|(_, hash)| hash.as_str());
    let new_hash = match app.hasher.verify(&given.password, stored)? {
        Verdict::Wrong => {
            return Err(Error::invalid(
                Problems::FORM,
                "Invalid username or password",
            ));
        }
        Verdict::Right => None,
        Verdict::RightButOld(hash) => Some(hash),
    };
    let (user, _) = known.ok_or_else(|| Error::internal("a password of nobody was right"))?;
    sign_in(app, request, user, new_hash)
}

/// The form; also the page it is refused with.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let open = app.config.accounts.registration == Registration::Open;
    let typed = |name: &str| request.form.get(name);
    let next = request.next(&app.base);
    Ok(Response::page(views::sessions::login(
        &frame,
        &filled(&typed, problems),
        next.as_deref(),
        open,
    )))
}

pub(crate) fn delete(app: &App, request: &Request, _: &User) -> Result<Response> {
    if let Some(session) = &request.session {
        let id = session.id;
        app.db.write(request.now, move |tx| sessions::end(tx, id))?;
    }
    Ok(Response::see_other(app.base.url("/login"))
        .header("Set-Cookie", app.cookies.forget(CookieKind::Session))
        .flash(&app.cookies, Flash::LoggedOut))
}

/// A new session with a new token; the one that the browser had ends.
fn sign_in(
    app: &App,
    request: &Request,
    user: UserId,
    new_hash: Option<String>,
) -> Result<Response> {
    let (token, remember) = (Token::random(), request.form.has("remember"));
    let (hash, lifetimes) = (token.hash(), app.config.accounts.lifetimes());
    let old = request.session.as_ref().map(|session| session.id);
    app.db.write(request.now, move |tx| {
        if let Some(new_hash) = &new_hash {
            users::set_password_hash(tx, user, new_hash)?;
        }
        if let Some(old) = old {
            sessions::end(tx, old)?;
        }
        sessions::start(tx, user, &hash, remember, &lifetimes)
    })?;
    let age = remember.then_some(lifetimes.persistent_most);
    let next = request.next(&app.base).unwrap_or_else(|| app.base.url("/"));
    Ok(Response::see_other(next).header(
        "Set-Cookie",
        app.cookies.set(CookieKind::Session, token.as_str(), age),
    ))
}
