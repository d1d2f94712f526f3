//! Signing in and out, and the browsers that are signed in.

use super::{
    Anyone, Context, Fresh, Member,
    sign_in::{begin, prove, unknown},
    unsent,
};
use crate::{
    config::Registration,
    error::{Error, Result},
    http::{CookieKind, Flash, Response},
    model::{Credentials, Problems, SessionId},
    store::sessions,
    views::{self, sessions::SHARED},
};

pub(crate) fn new(cx: &Context<'_, Anyone>) -> Result<Response> {
    match cx.user {
        Some(_) => Ok(cx.next_or("/")),
        None => again(cx, &Problems::default()),
    }
}

pub(crate) fn create(cx: &Context<'_, Anyone>) -> Result<Response> {
    let given = Credentials::parse(|name| cx.typed(name))?;
    let proof = prove(cx, &given.username, &given.password)?;
    let begun = begin(cx, proof, cx.form().has("remember"), |tx| {
        tx.is_on_no_page();
        Ok(())
    });
    let begun = begun.map_err(|error| match error {
        Error::NotFound => unknown(),
        error => error,
    })?;
    let next = if unsent::keep_shared(cx, cx.typed(SHARED)) {
        cx.see_other(unsent::PAGE)
    } else {
        cx.next_or("/")
    };
    Ok(begun.onto(next, cx.app))
}

/// Shows the form, also after it was refused.
pub(crate) fn again(cx: &Context<'_, Anyone>, problems: &Problems) -> Result<Response> {
    form(cx, problems, cx.typed(SHARED))
}

/// Shows the form, with a shared text that is going to be posted after it.
pub(super) fn form(
    cx: &Context<'_, Anyone>,
    problems: &Problems,
    shared: &str,
) -> Result<Response> {
    let is_open = cx.app.config.accounts.registration == Registration::Open;
    let next = cx.next();
    cx.form_page(problems, |layout, filled| {
        views::sessions::login(layout, filled, next.as_deref(), shared, is_open)
    })
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    let id = cx.session()?.id;
    cx.write(move |tx| sessions::end(tx, id))?;
    cx.app.unsent_texts.forget(&cx.request.cookies.visitor.name);
    let signed_out = cx.app.cookies.forget(CookieKind::Session);
    let response = cx.see_other("/login").header("Set-Cookie", signed_out);
    Ok(cx.flash(response, Flash::LoggedOut))
}

/// Shows the browsers in which the user is signed in.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (lifetimes, own) = (cx.app.config.accounts.lifetimes(), cx.session()?.id);
    cx.page_of(
        |conn| sessions::of(conn, cx.user.id),
        |layout, mut all| {
            all.retain(|session| session.life.expires_at(&lifetimes) > cx.now());
            views::sessions::index(layout, &all, own)
        },
    )
}

/// # Errors
/// `NotFound` if it is another person's session.
pub(crate) fn end(cx: &Context<'_, Fresh>) -> Result<Response> {
    cx.act("id", |tx, by, session: SessionId| {
        sessions::end_own(tx, by, session)
    })?;
    Ok(cx.flash(cx.see_other("/settings/sessions"), Flash::SessionEnded))
}

pub(crate) fn end_others(cx: &Context<'_, Fresh>) -> Result<Response> {
    let (user, own) = (cx.user.id, cx.session()?.id);
    cx.write(move |tx| sessions::end_all(tx, user, Some(own)))?;
    let response = cx.see_other("/settings/sessions");
    Ok(cx.flash(response, Flash::OtherSessionsEnded))
}
