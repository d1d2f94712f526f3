use super::{filled, frame, tokens};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Flash, Request, Response},
    model::{Bearer, FamilyId, NewToken, PersonalTokenId, Problems, Token, User},
    store::tokens::{self as store, personal},
    views,
};

pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    page(app, request, user, &Problems::default(), None)
}

/// The answer shows the token, and nothing ever does again: so it is the page and not a way to it.
pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let new = NewToken::parse(|name| request.form.get(name))?;
    let (token, by) = (Bearer::random(), user.id);
    let hash = token.hash();
    app.db
        .write(request.now, move |tx| personal::create(tx, by, &new, &hash))?;
    page(app, request, user, &Problems::default(), Some(&token))
}

/// The page with the form as it was refused.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let user = user.ok_or(Error::SignInRequired)?;
    page(app, request, user, problems, None)
}

pub(crate) fn revoke(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PersonalTokenId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| personal::revoke(tx, by, id))?;
    Ok(revoked(app))
}

/// Signs a program out that was signed in with the password.
pub(crate) fn end_program(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (FamilyId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| store::end_own(tx, by, id))?;
    Ok(revoked(app))
}

fn revoked(app: &App) -> Response {
    let here = app.base.url("/settings/tokens");
    Response::see_other(here).flash(&app.cookies, Flash::TokenRevoked)
}

fn page(
    app: &App,
    request: &Request,
    user: &User,
    problems: &Problems,
    made: Option<&Token>,
) -> Result<Response> {
    let (own, programs) = app.db.read(|conn| {
        let programs = store::families(conn, user.id)?;
        Ok((personal::list(conn, user.id)?, programs))
    })?;
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    // What was made is not to be made again.
    let typed = |name: &str| match made {
        None => request.form.get(name),
        Some(_) => "",
    };
    let shown = views::tokens::Shown {
        own: &own,
        programs: &programs,
        made: made.map(Token::as_str),
        now: request.now,
    };
    let page = views::tokens::page(&frame, &shown, &filled(&typed, problems));
    Ok(Response::page(page))
}
