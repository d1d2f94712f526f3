//! Following.

use crate::{
    error::Result,
    http::Response,
    model::UserName,
    store::relationships,
    web::{Context, Member},
};

pub(crate) fn follow(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("username", |tx, by, name: UserName| {
        relationships::follow(tx, by, &name)
    })?;
    Ok(Response::empty(204))
}

pub(crate) fn unfollow(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("username", |tx, by, name: UserName| {
        relationships::unfollow(tx, by, &name)
    })?;
    Ok(Response::empty(204))
}
