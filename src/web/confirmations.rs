//! Asking for the password once more before a sensitive step.

use super::{Audience, Context, Member, sign_in::prove_again};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{Password, Problems},
    store::sessions,
    views,
};

pub(crate) fn new(cx: &Context<'_, Member>) -> Result<Response> {
    again(cx, &Problems::default())
}

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    prove_again(cx, &given(cx)?, "password")?;
    let session = cx.session()?.id;
    let whereabouts = cx.request.whereabouts.clone();
    cx.write(move |tx| sessions::refresh(tx, session, &whereabouts))?;
    Ok(cx.next_or("/settings"))
}

/// Shows the form, also after it was refused.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let next = cx.next();
    cx.form_page(problems, |layout, filled| {
        views::confirmations::form(layout, filled, next.as_deref())
    })
}

/// Returns the password of a form that asks for nothing else.
pub(super) fn given(cx: &Context<'_, impl Audience>) -> Result<Password> {
    Password::given(cx.typed("password")).map_err(|message| Error::invalid("password", message))
}
