//! Saved posts.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    model::Slice,
    store, views,
    web::{Context, Member},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = slice(cx)?;
    let page = cx.read(|conn| {
        let slice = Slice {
            before,
            size,
            now: cx.now(),
        };
        let page = store::rivers::saved(conn, cx.user.id, slice)?;
        cx.river_with_unread(conn, page)
    })?;
    Ok(Response::json(
        200,
        &views::posts::page_json(&page.posts, &cx.app.base),
    ))
}
