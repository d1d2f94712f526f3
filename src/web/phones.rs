//! Signing in on a phone: a signed-in screen shows a link as a picture, and whoever opens it is signed in, once.

use std::time::Duration;

use super::{Anyone, Context, Fresh, links::site, sign_in::begin_by};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{LinkKind, Token, User},
    store::links,
    views,
};

/// Long enough to take a phone out of a pocket, and too short for a photo of the screen to be worth anything.
const LINK_LIFETIME: Duration = Duration::from_mins(5);

pub(crate) fn new(cx: &Context<'_, Fresh>) -> Result<Response> {
    cx.page(|layout| views::phones::new(layout, site(cx).as_ref()))
}

/// Makes a link and shows it. The page is the answer itself, although a form usually leads elsewhere: what it shows is
/// stored nowhere, so no other page could show it.
pub(crate) fn create(cx: &Context<'_, Fresh>) -> Result<Response> {
    let (id, token) = (cx.user.id, Token::random());
    let hash = token.hash();
    cx.write(move |tx| links::make(tx, LinkKind::Device, Some(id), &hash, LINK_LIFETIME))?;
    let path = cx.app.base.url(&format!("/device/{}", token.as_str()));
    cx.page(|layout| views::phones::code(layout, site(cx).as_ref(), &path, LINK_LIFETIME))
}

/// Asks first: a program that only shows a preview of a link does not use it up.
pub(crate) fn show(cx: &Context<'_, Anyone>) -> Result<Response> {
    let token: String = cx.param("token")?;
    let Some(owner) = owner(cx, &Token::given(&token))? else {
        return spent(cx);
    };
    cx.page(|layout| views::phones::enter(layout, &owner, &token))
}

/// Signs the phone in. The session is not fresh, because the link proves nothing about the password: it may come from a
/// photo of the screen.
pub(crate) fn enter(cx: &Context<'_, Anyone>) -> Result<Response> {
    let token = Token::given(&cx.param::<String>("token")?);
    let Some(owner) = owner(cx, &token)? else {
        return spent(cx);
    };
    let remember = cx.form().has("remember");
    let begun = begin_by(cx, owner.id, None, remember, move |tx| {
        links::take(tx, LinkKind::Device, &token).map(|_| ())
    });
    match begun {
        Ok(begun) => Ok(begun.onto(cx.see_other("/"), cx.app)),
        // Another phone was faster.
        Err(Error::NotFound) => spent(cx),
        Err(error) => Err(error),
    }
}

fn owner(cx: &Context<'_, Anyone>, token: &Token) -> Result<Option<User>> {
    let hash = token.hash();
    cx.read(|conn| links::owner(conn, LinkKind::Device, &hash, cx.now()))
}

fn spent(cx: &Context<'_, Anyone>) -> Result<Response> {
    Ok(cx.page(views::phones::spent)?.status(404))
}
