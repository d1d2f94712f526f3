//! Comments.

use super::requests::idempotency_key;
use crate::{
    error::{Error, Result},
    http::Response,
    model::{CommentId, CommentText, PostId},
    store::{
        comments, events,
        posts::{self, Shape},
    },
    views,
    web::{Context, Member},
};

/// Returns all comments on a post, the oldest first.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (id, shape) = (cx.param("id")?, Shape::Whole { everybody: false });
    let post = cx.read(|conn| posts::find(conn, cx.user.id, id, shape))?;
    let comments = views::comments::list_json(&post.comments, &cx.app.base);
    Ok(Response::json(200, &comments))
}

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let (post, by): (PostId, _) = (cx.param("id")?, cx.user.id);
    let text = text(cx)?;
    let key = idempotency_key(cx, text.as_str())?;
    let id = cx.write(move |tx| {
        events::check_key(tx, by, key)?;
        comments::create(tx, by, post, &text, key)
    })?;
    let path = cx.app.base.url(&format!("/api/v1/comments/{id}"));
    Ok(shown(cx, 201, id)?.header("Location", path))
}

pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    shown(cx, 200, cx.param("id")?)
}

pub(crate) fn edit(cx: &Context<'_, Member>) -> Result<Response> {
    let (id, by): (CommentId, _) = (cx.param("id")?, cx.user.id);
    let text = text(cx)?;
    cx.write(move |tx| comments::edit(tx, by, id, &text))?;
    shown(cx, 200, id)
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", comments::delete)?;
    Ok(Response::empty(204))
}

/// Answers with a comment.
fn shown(cx: &Context<'_, Member>, status: u16, id: CommentId) -> Result<Response> {
    let comment = cx.read(|conn| comments::find(conn, cx.user.id, id))?;
    let comment = views::comments::json(&comment, &cx.app.base);
    Ok(Response::json(status, &comment))
}

fn text(cx: &Context<'_, Member>) -> Result<CommentText> {
    let sent = cx.json()?;
    let text = sent.text("comment");
    text.and_then(|text| CommentText::parse(text, cx.app.config.limits.comment_chars))
        .map_err(|problem| Error::invalid("comment", problem))
}
