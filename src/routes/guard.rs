//! Finds out who calls, and lets them through to a handler or not: deny by default, by the type of the handler.

use super::{Route, bearer, find, session};
use crate::{
    app::App,
    config::Visibility,
    error::{Error, Result},
    http::Request,
    web::{Admin, Anyone, Caller, Context, Fresh, Member, Reader},
};

/// Returns who calls: a program with a token, a browser with a session, or a guest.
///
/// # Errors
/// If the database cannot be read.
pub(super) fn caller(app: &App, request: &Request, route: Option<&Route>) -> Result<Caller> {
    match &request.bearer {
        Some(bearer) if bearer::counts(request, route) => bearer::caller(app, request, bearer),
        Some(_) => Ok(Caller::Guest),
        None => session::caller(app, request),
    }
}

/// Returns the error for a path without a route. Programs learn which paths the API has once they have signed in.
pub(super) fn unknown(cx: &Context<'_, Anyone>, error: Error) -> Error {
    let request = cx.request;
    if !request.is_for_programs()
        || cx.user.is_some()
        || find::is_open(request.path.trim_end_matches('/'))
    {
        return error;
    }
    sign_in_required(cx)
}

/// Admits everybody on a public site, and members elsewhere.
pub(super) fn reader<'r>(cx: &Context<'r, Anyone>) -> Result<Context<'r, Reader>> {
    if cx.app.config.site.visibility != Visibility::Public {
        member(cx)?;
    }
    Ok(cx.admit(cx.user))
}

/// Admits members. A program whose token may only read changes nothing.
pub(super) fn member<'r>(cx: &Context<'r, Anyone>) -> Result<Context<'r, Member>> {
    let user = cx.user.ok_or_else(|| sign_in_required(cx))?;
    if !cx.request.is_safe() && cx.caller.is_read_only() {
        return Err(Error::ReadOnlyToken);
    }
    Ok(cx.admit(user))
}

/// Admits members who entered their password a short while ago.
pub(super) fn fresh<'r>(cx: &Context<'r, Anyone>) -> Result<Context<'r, Fresh>> {
    let member = member(cx)?;
    check_fresh(cx)?;
    Ok(cx.admit(member.user))
}

/// Admits admins. They may look at any time, but need a recent password to change something.
pub(super) fn admin<'r>(cx: &Context<'r, Anyone>) -> Result<Context<'r, Admin>> {
    let member = member(cx)?;
    if !cx.caller.is_admin() {
        return Err(Error::AdminsOnly);
    }
    if !cx.request.is_safe() {
        check_fresh(cx)?;
    }
    Ok(cx.admit(member.user))
}

fn check_fresh(cx: &Context<'_, Anyone>) -> Result<()> {
    if cx.caller.is_fresh(cx.now()) {
        Ok(())
    } else {
        Err(Error::ConfirmationRequired)
    }
}

fn sign_in_required(cx: &Context<'_, Anyone>) -> Error {
    match cx.caller {
        Caller::Refused(fault) => Error::BadToken(*fault),
        _ => Error::SignInRequired,
    }
}
