//! Likes of posts and comments.

use crate::{
    error::Result,
    http::Response,
    store::likes,
    web::{Context, Member},
};

pub(crate) fn like(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", likes::like)?;
    Ok(Response::empty(204))
}

pub(crate) fn unlike(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", likes::unlike)?;
    Ok(Response::empty(204))
}

pub(crate) fn like_comment(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", likes::like_comment)?;
    Ok(Response::empty(204))
}

pub(crate) fn unlike_comment(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", likes::unlike_comment)?;
    Ok(Response::empty(204))
}
