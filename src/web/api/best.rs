//! The best posts of some days.

use super::requests::slice;
use crate::{
    error::Result,
    http::Response,
    model::Slice,
    store, views,
    web::{Context, Member, best::days},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (since, (_, size)) = (cx.now().minus(days(cx)?.duration()), slice(cx)?);
    let page = cx.read(|conn| {
        let slice = Slice::first(size, cx.now());
        let page = store::rivers::best(conn, cx.user.id, since, slice)?;
        cx.river_with_unread(conn, page)
    })?;
    Ok(Response::json(
        200,
        &views::posts::page_json(&page.posts, &cx.app.base),
    ))
}
