//! Signing in on a phone: a signed-in screen shows a link as a picture, and whoever opens it is signed in, once.

use std::time::Duration;

use super::{frame, sessions::begin_by, tokens};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{BaseUrl, LinkKind, Token, User},
    store::links,
    views,
};

/// Long enough to take a phone out of a pocket, and too short for a picture of the screen to be worth something.
const LINK_LIFETIME: Duration = Duration::from_mins(5);

pub(crate) fn new(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let page = views::phones::new(&frame, site(app, request).as_ref());
    Ok(Response::page(page))
}

/// The page is the answer itself, against the custom of leading somewhere after a form: what it shows is kept nowhere,
/// so it could not be shown by another.
pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, token) = (user.id, Token::random());
    let hash = token.hash();
    app.db.write(request.now, move |tx| {
        links::make(tx, LinkKind::Device, Some(id), &hash, LINK_LIFETIME)
    })?;
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let path = app.base.url(&format!("/device/{}", token.as_str()));
    let page = views::phones::code(&frame, site(app, request).as_ref(), &path, LINK_LIFETIME);
    Ok(Response::page(page))
}

/// Asks first: who only looks at a link, as programs do that show what is behind it, does not use it up.
pub(crate) fn show(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let token: String = request.param("token")?;
    let Some(owner) = owner(app, request, &Token::given(&token))? else {
        return spent(app, request, user);
    };
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    Ok(Response::page(views::phones::enter(&frame, &owner, &token)))
}

/// Whoever took a picture of the screen has no password, so the session is not fresh.
pub(crate) fn enter(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let token = Token::given(&request.param::<String>("token")?);
    let Some(owner) = owner(app, request, &token)? else {
        return spent(app, request, user);
    };
    let remember = request.form.has("remember");
    let begun = begin_by(app, request, owner.id, None, remember, move |tx| {
        links::take(tx, LinkKind::Device, &token).map(|_| ())
    });
    match begun {
        Ok(begun) => Ok(begun.onto(Response::see_other(app.base.url("/")), app)),
        // Another phone was faster.
        Err(Error::NotFound) => spent(app, request, user),
        Err(error) => Err(error),
    }
}

fn owner(app: &App, request: &Request, token: &Token) -> Result<Option<User>> {
    let (hash, now) = (token.hash(), request.now);
    app.db
        .read(|conn| links::owner(conn, LinkKind::Device, &hash, now))
}

fn spent(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    Ok(Response::page(views::phones::spent(&frame)).status(404))
}

/// Where a phone finds this site: as the operator says. If the operator says nothing, where this browser found it.
///
/// That is the one place where an address is made from `Host`, and nobody else can choose it. The guard let the host
/// through, so it is an address or a name that only a local network gives, not that of a page elsewhere; the browser
/// showed a session, whose cookie it gives to the very host that set it; and the form came from a page of that host.
/// What is made of it is shown to this person alone. A program that lies about its host lies to itself.
fn site(app: &App, request: &Request) -> Option<BaseUrl> {
    let known = app.config.server.base_url.clone();
    known.or_else(|| BaseUrl::parse(&format!("http://{}", request.host)))
}
