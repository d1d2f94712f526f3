//! Who asks, and whether they may: deny by default, by the type of the route's handler.

use super::{
    Handler::{self, Admin, Anyone, Fresh, Member, Reader},
    ROUTES, Route, bearer, matches, session,
};
use crate::{
    app::App,
    config::Visibility,
    error::{Error, Result},
    http::Request,
    model::{Scope, User},
};

/// Who asks, if they prove it: a program with a token, or else a browser with a session.
pub(super) fn caller(app: &App, request: &mut Request) -> Result<Option<User>> {
    match request.bearer.clone() {
        Some(shown) => bearer::user(app, request, &shown),
        None => Ok(session::find(app, request)?.map(|session| session.user)),
    }
}

/// Programs learn what there is in the API once they have signed in.
pub(super) fn unknown(request: &Request, user: Option<&User>, error: Error) -> Error {
    let is_open = |route: &Route| {
        matches!(route.handler, Anyone(_)) && matches(route.path, &request.path).is_some()
    };
    if !request.is_for_programs() || user.is_some() || ROUTES.iter().any(is_open) {
        return error;
    }
    sign_in_required(request)
}

fn sign_in_required(request: &Request) -> Error {
    match &request.access {
        Some(Err(fault)) => Error::BadToken(*fault),
        _ => Error::SignInRequired,
    }
}

/// Whether this one may call such a handler.
pub(super) fn check(
    app: &App,
    request: &Request,
    user: Option<&User>,
    handler: Handler,
) -> Result<()> {
    let guests_read = app.config.site.visibility == Visibility::Public;
    match handler {
        Anyone(_) => Ok(()),
        Reader(_) if guests_read => Ok(()),
        _ if user.is_none() => Err(sign_in_required(request)),
        _ if !request.is_safe() && is_read_only(request) => Err(Error::ReadOnlyToken),
        Admin(_) if !request.is_admin() => Err(Error::AdminsOnly),
        // Looking is no danger.
        Admin(_) if request.is_safe() => Ok(()),
        Fresh(_) | Admin(_) if !session::is_fresh(request) => Err(Error::ConfirmationRequired),
        Reader(_) | Member(_) | Fresh(_) | Admin(_) => Ok(()),
    }
}

fn is_read_only(request: &Request) -> bool {
    let token = request.current_token();
    token.is_some_and(|token| token.scope == Scope::Read)
}
