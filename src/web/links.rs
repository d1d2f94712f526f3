//! Links that serve once: for the first admin, and for a new password.

use super::{filled, frame, tokens};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Flash, Request, Response},
    model::{Actor, Link, LinkKind, NewUser, Password, Problems, Token, User},
    store::{links, members, users},
    views,
};

/// What a link says of itself.
enum Found {
    Open(Token, Link),
    /// It serves no more; the answer says so.
    Dead(Response),
}

/// A link as it is shown to the one who made it.
pub(super) fn once(app: &App, path: &str) -> views::links::Once {
    views::links::Once {
        href: app.base.url(path),
        whole: app.whole_url(path),
    }
}

/// The form for the first admin's account; or, for a member, the button that makes them one.
pub(crate) fn setup(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    setup_again(app, request, user, &Problems::default())
}

/// Signs nobody in: who has the link has shown nothing of themselves.
pub(crate) fn set_up(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let token = match link(app, request, user, LinkKind::Setup)? {
        Found::Open(token, _) => token,
        Found::Dead(answer) => return Ok(answer),
    };
    let address = request.client;
    if let Some(user) = user {
        let (by, id) = (Actor::person(user, address), user.id);
        app.db.write(request.now, move |tx| {
            members::set_up_member(tx, &by, &token, id)
        })?;
        return Ok(Response::see_other(app.base.url("/admin")));
    }
    let new = NewUser::parse(|name| request.form.get(name), &app.config.password_rules())?;
    let hash = app.hasher.hash(&new.password)?;
    let username = new.username.as_str().to_owned();
    let by = Actor::Person { username, address };
    app.db.write(request.now, move |tx| {
        members::set_up(tx, &by, &token, &new, &hash)
    })?;
    Ok(Response::see_other(app.base.url("/login")).flash(&app.cookies, Flash::Registered))
}

pub(crate) fn setup_again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let token = match link(app, request, user, LinkKind::Setup)? {
        Found::Open(token, _) => token,
        Found::Dead(answer) => return Ok(answer),
    };
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let typed = |name: &str| request.form.get(name);
    let page = views::links::setup(
        &frame,
        &token,
        &filled(&typed, problems),
        app.config.accounts.min_password,
    );
    Ok(Response::page(page))
}

/// The form for a new password.
pub(crate) fn reset(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    reset_again(app, request, user, &Problems::default())
}

/// Every browser of the person is signed out, this one too.
pub(crate) fn set_password(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let (token, link) = match link(app, request, user, LinkKind::Reset)? {
        Found::Open(token, link) => (token, link),
        Found::Dead(answer) => return Ok(answer),
    };
    let owner = link.user.ok_or(Error::NotFound)?;
    let owner = app.db.read(|conn| users::by_id(conn, owner))?;
    let mut problems = Problems::default();
    let password = Password::parse(
        request.form.get("password"),
        owner.username.as_str(),
        &app.config.password_rules(),
    );
    let password = problems.check("password", password).ok_or(problems)?;
    let hash = app.hasher.hash(&password)?;
    let address = request.client;
    app.db.write(request.now, move |tx| {
        let by = |name: &str| Actor::Person {
            username: name.to_owned(),
            address,
        };
        members::reset_password(tx, by, &token, &hash)
    })?;
    Ok(Response::see_other(app.base.url("/login")).flash(&app.cookies, Flash::NewPassword))
}

pub(crate) fn reset_again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let (token, link) = match link(app, request, user, LinkKind::Reset)? {
        Found::Open(token, link) => (token, link),
        Found::Dead(answer) => return Ok(answer),
    };
    let whose = link.user.ok_or(Error::NotFound)?;
    let whose = app.db.read(|conn| users::by_id(conn, whose))?;
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let page = views::links::reset(
        &frame,
        &token,
        &whose,
        &filled(&|_| "", problems),
        app.config.accounts.min_password,
    );
    Ok(Response::page(page))
}

/// The link by which the request came, looked at before a password costs a hash.
fn link(app: &App, request: &Request, user: Option<&User>, kind: LinkKind) -> Result<Found> {
    let token = Token::given(&request.param::<String>("token")?);
    let hash = token.hash();
    let found = app.db.read(|conn| links::find(conn, kind, &hash))?;
    let status = match found {
        Some(link) if link.expires_at > request.now => return Ok(Found::Open(token, link)),
        Some(_) => 410,
        // Of a link that was used nothing is left.
        None => 404,
    };
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let page = views::links::dead(&frame, kind, status == 410);
    Ok(Found::Dead(Response::page(page).status(status)))
}
