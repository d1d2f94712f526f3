//! The settings of an account: its password, its e-mail address, and its end.

use super::{
    Context, Fresh, Member, SignedIn,
    confirmations::given,
    sign_in::{begin, prove_again},
};
use crate::{
    error::{Error, Result},
    http::{CookieKind, Flash, Response},
    model::{Email, PasswordChange, Problems},
    store::{devices, members, presence, sessions, users},
    views::{self, Filled},
};

pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    again(cx, &Problems::default())
}

/// Shows the forms, also after one of them was refused.
pub(crate) fn again(cx: &Context<'_, impl SignedIn>, problems: &Problems) -> Result<Response> {
    cx.page_of(
        |conn| users::email(conn, cx.user.id),
        |layout, email| {
            let value = |name: &str| match name {
                "email" if cx.form().has("email") => cx.typed("email"),
                "email" => email.as_str(),
                _ => "",
            };
            let chars_min = cx.app.config.accounts.min_password;
            views::accounts::page(layout, cx.user, &Filled::new(&value, problems), chars_min)
        },
    )
}

/// Changes the password. Everybody else who is signed in to the account is signed out, and old tokens of this browser
/// end as well.
pub(crate) fn change_password(cx: &Context<'_, Fresh>) -> Result<Response> {
    let (username, rules) = (cx.user.username.as_str(), cx.app.config.password_rules());
    let change = PasswordChange::parse(|name| cx.typed(name), username, &rules)?;
    let proof = prove_again(cx, &change.current, "current_password")?;
    let (hash, id) = (cx.app.hasher.hash(&change.new)?, cx.user.id);
    let persistent = cx.session()?.persistent;
    let begun = begin(cx, proof, persistent, move |tx| {
        users::set_password_hash(tx, id, &hash)?;
        devices::forget(tx, id)?;
        sessions::end_all(tx, id, None)
    })?;
    let response = begun.onto(cx.see_other("/settings/account"), cx.app);
    Ok(cx.flash(response, Flash::PasswordChanged))
}

pub(crate) fn set_email(cx: &Context<'_, Fresh>) -> Result<Response> {
    let email = Email::parse(cx.typed("email"));
    let email = email.map_err(|message| Error::invalid("email", message))?;
    let user = cx.user.id;
    cx.write(move |tx| users::set_email(tx, user, &email))?;
    Ok(cx.flash(cx.see_other("/settings/account"), Flash::EmailSaved))
}

/// Tells what it means to leave, and shows the form for it.
pub(crate) fn farewell(cx: &Context<'_, Member>) -> Result<Response> {
    farewell_again(cx, &Problems::default())
}

pub(crate) fn farewell_again(
    cx: &Context<'_, impl SignedIn>,
    problems: &Problems,
) -> Result<Response> {
    cx.form_page(problems, views::accounts::farewell)
}

pub(crate) fn delete(cx: &Context<'_, Fresh>) -> Result<Response> {
    prove_again(cx, &given(cx)?, "password")?;
    let user = cx.user.id;
    cx.write(move |tx| {
        members::refuse_last_admin(tx, user)?;
        presence::leave(tx, user)?;
        sessions::end_all(tx, user, None)
    })?;
    let signed_out = cx.app.cookies.forget(CookieKind::Session);
    let response = cx.see_other("/login").header("Set-Cookie", signed_out);
    Ok(cx.flash(response, Flash::Leaving))
}
