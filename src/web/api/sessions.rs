use crate::{
    app::App,
    error::{Error, Result},
    http::{CookieKind, Json, Request, Response},
    model::{Credentials, Problems, User},
    store::{sessions, users},
    views::json,
    web::sessions::{Proof, begin, prove},
};

/// Signs a browser in.
pub(crate) fn create(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let sent = request.json()?;
    let proof = who(app, request, &sent)?;
    let user = proof.user;
    let stays = sent.flag("stay_signed_in");
    let stays = stays.map_err(|problem| Error::invalid("stay_signed_in", problem))?;
    let begun = begin(app, request, proof, stays, |_| Ok(())).map_err(nobody)?;
    let (user, role) = app.db.read(|conn| users::with_role(conn, user))?;
    let me = Response::json(200, &json::me(&user, role, &app.base));
    Ok(begun.onto(me.replace_header("Cache-Control", "no-store"), app))
}

pub(crate) fn show(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let user = user.ok_or_else(|| match &request.access {
        Some(Err(fault)) => Error::BadToken(*fault),
        _ => Error::NotSignedIn("no user logged in"),
    })?;
    Ok(Response::json(
        200,
        &json::me(user, request.role(), &app.base),
    ))
}

/// A program's token is no session, and nothing happens to it.
pub(crate) fn delete(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    if let Some(session) = &request.session {
        let id = session.id;
        app.db.write(request.now, move |tx| sessions::end(tx, id))?;
    }
    Ok(Response::empty(204).header("Set-Cookie", app.cookies.forget(CookieKind::Session)))
}

/// Whose name and password a program sent.
///
/// # Errors
/// `Invalid` if one of them is missing; `NotSignedIn` if they are nobody's.
pub(super) fn who(app: &App, request: &Request, sent: &Json) -> Result<Proof> {
    let mut problems = Problems::of(Problems::FORM, "username and password data required");
    let username = problems.check("username", sent.text("username"));
    let password = problems.check("password", sent.text("password"));
    let (Some(username), Some(password)) = (username, password) else {
        return Err(Error::Invalid(problems));
    };
    let field = |name: &str| match name {
        "username" => username,
        _ => password,
    };
    let given = Credentials::parse(field).map_err(|wrong| {
        wrong.iter().for_each(|(field, message)| {
            problems.check::<()>(field, Err(message.to_owned()));
        });
        problems
    })?;
    prove(app, request, &given.username, &given.password).map_err(nobody)
}

/// A wrong password, and one that was right until a moment ago.
pub(super) fn nobody(error: Error) -> Error {
    match error {
        Error::Invalid(_) | Error::NotFound => Error::NotSignedIn("Invalid username or password"),
        error => error,
    }
}
