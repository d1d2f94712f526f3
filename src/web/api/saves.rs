//! Saved posts.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    store, views,
    web::{Context, Member},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = slice(cx)?;
    let posts = cx.read(|conn| {
        let posts = store::rivers::saved(conn, cx.user.id, before, size)?;
        cx.page_with_unread(conn, posts)
    })?;
    Ok(Response::json(
        200,
        &views::posts::page_json(&posts, &cx.app.base),
    ))
}
