//! Sessions of browsers that speak JSON.

use crate::{
    error::{Error, Result},
    http::{CookieKind, Json, Response},
    model::{Credentials, Problems},
    store::{sessions, users},
    views,
    web::{
        Anyone, Caller, Context,
        sign_in::{Proof, begin, prove},
    },
};

/// Signs a browser in.
pub(crate) fn create(cx: &Context<'_, Anyone>) -> Result<Response> {
    let sent = cx.json()?;
    let proof = proved(cx, &sent)?;
    let user = proof.user;
    let stays = sent.flag("stay_signed_in");
    let stays = stays.map_err(|problem| Error::invalid("stay_signed_in", problem))?;
    let begun = begin(cx, proof, stays, |_| Ok(())).map_err(nobody)?;
    let (user, role) = cx.read(|conn| users::with_role(conn, user))?;
    let me = Response::json(200, &views::users::me_json(&user, role, &cx.app.base));
    Ok(begun.onto(me.replace_header("Cache-Control", "no-store"), cx.app))
}

pub(crate) fn show(cx: &Context<'_, Anyone>) -> Result<Response> {
    let user = cx.user.ok_or_else(|| match cx.caller {
        Caller::Refused(fault) => Error::BadToken(*fault),
        _ => Error::NotSignedIn("no user logged in"),
    })?;
    let me = views::users::me_json(user, cx.caller.role(), &cx.app.base);
    Ok(Response::json(200, &me))
}

/// Ends the session of a browser. A program's token is not a session and stays valid.
pub(crate) fn delete(cx: &Context<'_, Anyone>) -> Result<Response> {
    if let Some(session) = cx.caller.session() {
        let id = session.id;
        cx.write(move |tx| sessions::end(tx, id))?;
    }
    let signed_out = cx.app.cookies.forget(CookieKind::Session);
    Ok(Response::empty(204).header("Set-Cookie", signed_out))
}

/// Compares the name and the password that a program sent.
///
/// # Errors
/// `Invalid` if one of them is missing; `NotSignedIn` if they do not fit.
pub(super) fn proved(cx: &Context<'_, Anyone>, sent: &Json) -> Result<Proof> {
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
    prove(cx, &given.username, &given.password).map_err(nobody)
}

/// Turns the error of a wrong password, or of one that was right until a moment ago, into that of the API.
pub(super) fn nobody(error: Error) -> Error {
    match error {
        Error::Invalid(_) | Error::NotFound => Error::NotSignedIn("Invalid username or password"),
        error => error,
    }
}
