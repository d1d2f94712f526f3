//! People as admins see them, and what admins do with them.

use super::{frame, links, tokens};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{Actor, Member, Problems, Role, Token, User, UserName},
    store::{Tx, members, sessions},
    views,
};

/// Characters of a name that is looked for; more than any name has.
const WANTED_CHARS_MAX: usize = 70;

pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    let wanted = request.query.get("q").trim().trim_start_matches('@');
    let wanted: String = wanted.chars().take(WANTED_CHARS_MAX).collect();
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (before, size) = (request.before()?, app.config.feed.page_size);
    let page = app
        .db
        .read(|conn| members::page(conn, &wanted, before, size))?;
    let page = views::members::index(&frame, &wanted, &page);
    Ok(Response::page(page))
}

pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    page(app, request, user, &Problems::default(), None)
}

/// The same, with why something was not done.
pub(crate) fn show_again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let user = user.ok_or(Error::SignInRequired)?;
    page(app, request, user, problems, None)
}

pub(crate) fn promote(app: &App, request: &Request, user: &User) -> Result<Response> {
    act(app, request, user, members::promote)
}

pub(crate) fn demote(app: &App, request: &Request, user: &User) -> Result<Response> {
    act(app, request, user, members::demote)
}

pub(crate) fn suspend(app: &App, request: &Request, user: &User) -> Result<Response> {
    act(app, request, user, members::suspend)
}

pub(crate) fn reinstate(app: &App, request: &Request, user: &User) -> Result<Response> {
    act(app, request, user, members::reinstate)
}

pub(crate) fn end_sessions(app: &App, request: &Request, user: &User) -> Result<Response> {
    act(app, request, user, members::end_sessions)
}

pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    act(app, request, user, members::delete)
}

pub(crate) fn keep(app: &App, request: &Request, user: &User) -> Result<Response> {
    act(app, request, user, members::keep)
}

/// Shows the link on the page that answers: it is stored nowhere, so there is no page to go to for it.
pub(crate) fn reset(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (name, by): (UserName, _) = (request.param("name")?, Actor::person(user, request.client));
    let token = Token::random();
    let hash = token.hash();
    app.db.write(request.now, move |tx| {
        members::make_reset_link(tx, &by, &name, &hash)
    })?;
    let link = links::once(app, &format!("/reset/{}", token.as_str()));
    page(app, request, user, &Problems::default(), Some(&link))
}

fn act(
    app: &App,
    request: &Request,
    user: &User,
    act: fn(&mut Tx<'_>, &Actor, &UserName) -> Result<Member>,
) -> Result<Response> {
    let (name, by): (UserName, _) = (request.param("name")?, Actor::person(user, request.client));
    let member = app.db.write(request.now, move |tx| act(tx, &by, &name))?;
    // Who took the role from themselves would only be told that they have it no more.
    let is_left = member.user.id == user.id && member.role == Role::Member;
    let next = if is_left {
        app.base.url("/")
    } else {
        app.base.url(&views::members::path(&member.user))
    };
    Ok(Response::see_other(next))
}

fn page(
    app: &App,
    request: &Request,
    user: &User,
    problems: &Problems,
    link: Option<&views::links::Once>,
) -> Result<Response> {
    let name: UserName = request.param("name")?;
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let lifetimes = app.config.accounts.lifetimes();
    let (member, mut sessions) = app.db.read(|conn| {
        let member = members::find(conn, &name)?;
        let sessions = sessions::of(conn, member.user.id)?;
        Ok((member, sessions))
    })?;
    sessions.retain(|session| session.life.expires_at(&lifetimes) > request.now);
    let page = views::members::show(&frame, &member, sessions.len(), problems, link);
    Ok(Response::page(page))
}
