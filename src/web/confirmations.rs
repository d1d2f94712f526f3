use super::{filled, frame, sessions::prove_again, tokens};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{Password, Problems, User},
    store::sessions,
    views,
};

/// Asks for the password once more, before something dangerous.
pub(crate) fn new(app: &App, request: &Request, user: &User) -> Result<Response> {
    again(app, request, Some(user), &Problems::default())
}

pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let password = given(request)?;
    prove_again(app, request, user, &password, "password")?;
    let session = request.session.as_ref().ok_or(Error::SignInRequired)?.id;
    let whereabouts = request.whereabouts.clone();
    app.db.write(request.now, move |tx| {
        sessions::refresh(tx, session, &whereabouts)
    })?;
    let next = request.next(&app.base);
    Ok(Response::see_other(
        next.unwrap_or_else(|| app.base.url("/settings")),
    ))
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
    let next = request.next(&app.base);
    let page = views::confirmations::form(&frame, &filled(&|_| "", problems), next.as_deref());
    Ok(Response::page(page))
}

/// The password of a form that asks for nothing else.
pub(super) fn given(request: &Request) -> Result<Password> {
    Password::given(request.form.get("password"))
        .map_err(|message| Error::invalid("password", message))
}
