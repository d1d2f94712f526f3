use super::{
    confirmations::given,
    filled, frame,
    sessions::{begin, prove_again},
    tokens,
};
use crate::{
    app::App,
    error::{Error, Result},
    http::{CookieKind, Flash, Request, Response},
    model::{Email, PasswordChange, Problems, User},
    store::{devices, members, presence, sessions, users},
    views,
};

pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    again(app, request, Some(user), &Problems::default())
}

/// The forms; also the page they are refused with.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let member = user.ok_or(Error::SignInRequired)?;
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let email = app.db.read(|conn| users::email(conn, member.id))?;
    let value = |name: &str| match name {
        "email" if request.form.has("email") => request.form.get("email"),
        "email" => email.as_str(),
        _ => "",
    };
    let chars_min = app.config.accounts.min_password;
    let page = views::accounts::page(&frame, member, &filled(&value, problems), chars_min);
    Ok(Response::page(page))
}

/// Whoever else is signed in to the account is not any more, and neither is whoever has an old token of this browser.
pub(crate) fn change_password(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (username, rules) = (user.username.as_str(), app.config.password_rules());
    let change = PasswordChange::parse(|name| request.form.get(name), username, &rules)?;
    let proof = prove_again(app, request, user, &change.current, "current_password")?;
    let (hash, id) = (app.hasher.hash(&change.new)?, user.id);
    let persistent = request.session.as_ref().is_some_and(|own| own.persistent);
    let begun = begin(app, request, proof, persistent, move |tx| {
        users::set_password_hash(tx, id, &hash)?;
        devices::forget(tx, id)?;
        sessions::end_all(tx, id, None)
    })?;
    let there = Response::see_other(app.base.url("/settings/account"));
    let response = begun.onto(there, app);
    Ok(response.flash(&app.cookies, Flash::PasswordChanged))
}

pub(crate) fn set_email(app: &App, request: &Request, user: &User) -> Result<Response> {
    let email = Email::parse(request.form.get("email"));
    let email = email.map_err(|message| Error::invalid("email", message))?;
    let user = user.id;
    app.db
        .write(request.now, move |tx| users::set_email(tx, user, &email))?;
    Ok(Response::see_other(app.base.url("/settings/account"))
        .flash(&app.cookies, Flash::EmailSaved))
}

/// What it means to leave, and the form that does it.
pub(crate) fn farewell(app: &App, request: &Request, user: &User) -> Result<Response> {
    farewell_again(app, request, Some(user), &Problems::default())
}

pub(crate) fn farewell_again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let page = views::accounts::farewell(&frame, &filled(&|_| "", problems));
    Ok(Response::page(page))
}

pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let password = given(request)?;
    prove_again(app, request, user, &password, "password")?;
    let user = user.id;
    app.db.write(request.now, move |tx| {
        members::refuse_last_admin(tx, user)?;
        presence::leave(tx, user)?;
        sessions::end_all(tx, user, None)
    })?;
    Ok(Response::see_other(app.base.url("/login"))
        .header("Set-Cookie", app.cookies.forget(CookieKind::Session))
        .flash(&app.cookies, Flash::Leaving))
}
