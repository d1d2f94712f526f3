//! Likes of posts and comments.

use super::{Context, Member, comments, posts};
use crate::{error::Result, http::Response, store::likes};

pub(crate) fn like(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", likes::like)?;
    posts::changed(cx, 200, cx.param("id")?)
}

pub(crate) fn unlike(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", likes::unlike)?;
    posts::changed(cx, 200, cx.param("id")?)
}

pub(crate) fn like_comment(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", likes::like_comment)?;
    comments::shown(cx, 200, cx.param("id")?)
}

pub(crate) fn unlike_comment(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", likes::unlike_comment)?;
    comments::shown(cx, 200, cx.param("id")?)
}
